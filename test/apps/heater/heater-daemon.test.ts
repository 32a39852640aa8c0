import { afterEach, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { Controller } from '../../../apps/heater/controller.js'
import { HeaterDaemon } from '../../../apps/heater/heater-daemon.js'
import { SimulatedController } from '../../../apps/heater/simulated-controller.js'
import { readItemFile } from '../../../lib/items/index.js'
import { Escapement, ManualClock, silentLogger } from '../../../lib/movement/index.js'
import { Cleanups, until } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'

const ITEMS = readItemFile(join(process.cwd(), 'config/heater.items.json'))
/** A step of the ramp is 1 degree. */
const POLL_MS = 10
const RAMP = 6000

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start() {
  const clock = new ManualClock()
  const simulated = new SimulatedController({ clock, lagMs: 1000 })
  const at = await simulated.listen({ host: '127.0.0.1', port: 0 })
  const esc = new Escapement()
  const controller = new Controller({ at, answerMs: 10_000, esc })
  const daemon = new HeaterDaemon('heater', 'main', { controller, pollMs: POLL_MS })
  const log: string[] = []
  const told = (_: unknown, message?: string): void => void log.push(String(message))
  const logger = { ...silentLogger, warn: told, error: told }
  await daemon.start({ esc, log: logger, home: temporary(), port: 0, pubPort: 0, items: ITEMS })
  cleanups.add(async () => {
    await daemon.stop()
    await simulated.close()
    esc.close()
  })
  const { store } = daemon
  const shown = (...keys: string[]): string => keys.map((key) => store.item(key).formatted).join(', ')
  const comes = (text: string, ...keys: string[]) => until(() => shown(...keys) === text)
  await comes('Off, None, 20.0', 'state', 'alarm', 'temperature')
  return { at, clock, comes, log, shown, simulated, store }
}

test('the setpoint is neared in steps, up and down, and held', async () => {
  const { clock, comes, store } = await start()
  await store.set('ramp', RAMP)
  const steps: unknown[] = []
  store.item('working').subscribe((value) => steps.push(value))
  await store.set('power', 'On')
  await store.set('setpoint', 23.5)
  await comes('Holding', 'state')
  expect(steps).toEqual([21, 22, 23, 23.5])
  clock.advance(60_000)
  const readings = (): Float64Array => store.item('readings').value as Float64Array
  await until(() => readings().at(-1) === 23.5)
  expect(readings()[0]).toBe(20)
  await store.set('setpoint', 22)
  await comes('22.0, Holding', 'working', 'state')
  expect(steps.slice(4)).toEqual([22.5, 22])
  await expect(store.set('setpoint', 151)).rejects.toThrow('must be from 0 to 150: it is 151')
  await expect(store.set('working', 30)).rejects.toThrow("working can't be set")
})

test('steps that the controller shows rounded lead there all the same', async () => {
  const { comes, store } = await start()
  await store.set('ramp', RAMP / 50)
  const steps: number[] = []
  store.item('working').subscribe((value) => steps.push(value as number))
  await store.set('power', 'On')
  await store.set('setpoint', 20.2)
  await comes('Holding, 20.2', 'state', 'working')
  expect(steps).toContain(20.02)
})

test('what is too hot is switched off, and stays so as long as it is', async () => {
  const { clock, comes, shown, store } = await start()
  await store.set('ramp', RAMP)
  await store.set('power', 'On')
  await store.set('setpoint', 30)
  await comes('Holding', 'state')
  clock.advance(60_000)
  await store.set('limit', 29)
  await comes('Too hot, Off, Off', 'alarm', 'power', 'state')
  await expect(store.set('power', 'On')).rejects.toThrow('cannot set power: it must stay Off: Too hot')
  clock.advance(60_000)
  await comes('None, 20.0', 'alarm', 'temperature')
  expect(shown('power')).toBe('Off')
  expect(await store.set('power', 'On')).toBe(1)
})

test('faults are told by their names', async () => {
  const { comes, simulated } = await start()
  simulated.faults = 5
  await comes('Fault, Sensor, Cut-out', 'alarm', 'faults')
  simulated.faults = 0
  await comes('None, None', 'alarm', 'faults')
})

test('while the controller is away its values are stale and there is an alarm; it comes back as it is', async () => {
  const { at, comes, log, shown, simulated, store } = await start()
  await store.set('power', 'On')
  await simulated.close()
  await comes('Controller away, Away', 'alarm', 'state')
  expect([store.item('temperature').state, shown('temperature')]).toEqual(['stale', '20.0'])
  expect(store.item('limit').state).toBe('live')
  await expect(store.get('temperature', { refresh: true })).rejects.toThrow('the controller at 127.0.0.1:')
  await expect(store.set('power', 'On')).rejects.toThrow('Controller away')
  const next = new SimulatedController({ clock: new ManualClock(), lagMs: 1000 })
  await next.listen(at)
  cleanups.add(() => next.close())
  await comes('None, Off, Off', 'alarm', 'state', 'power')
  expect(store.item('temperature').state).toBe('live')
  expect(log).toEqual([expect.stringMatching(/^the controller at 127\.0\.0\.1:\d+: /)])
})
