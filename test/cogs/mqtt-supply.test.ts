import { afterEach, expect, test } from '@jest/globals'
import { MqttDrain, type MqttDrainOptions } from '../../cogs/mqtt-drain.js'
import { MqttSupply, type MqttSupplyOptions } from '../../cogs/mqtt-supply.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { Keep } from '../support/engine-kit.js'
import { freePort, has, startServer } from '../support/real-server.js'
import { Cleanups, drained, supplied, turn, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const broker = (port: number) => startServer(cleanups, port, 'mosquitto', ['-v', '-p', String(port)])

const supply = (port: number, options: Partial<MqttSupplyOptions<unknown>> = {}) =>
  supplied(cleanups, (train) => new MqttSupply<unknown>(train, { port, clientId: 'in', topics: ['t/#'], ...options }))

const drain = (port: number, options: Partial<MqttDrainOptions<unknown>> = {}) =>
  drained<unknown, MqttDrain<unknown>>(
    cleanups,
    (train) => new MqttDrain<unknown>(train, { port, clientId: 'out', topic: 't/all', ...options }),
  )

/** Wait until a supply has subscribed: what it gets of a retained message shows it. */
async function subscribed({ data }: { data: unknown[] }, port: number) {
  const marker = await drain(port, { clientId: 'marker', retain: true, topic: 't/marker' })
  marker.supply.push('marker')
  await until(() => data.length > 0)
  data.length = 0
  await marker.stop()
}

test('needs a topic', () => {
  const { train } = testTrain()
  expect(() => new MqttSupply(train, { clientId: 'a', topics: [] })).toThrow('topics must be at least 1: it is 0')
  expect(String(new MqttSupply(train, { clientId: 'a', topics: ['t'], password: 'secret' }))).not.toContain('secret')
})

if (has('mosquitto')) {
  test('supplies what is published, with its topic', async () => {
    const port = await freePort()
    await broker(port)
    const there = await supply(port, {
      lineSetter: itemSetter('line'),
      topicSetter: itemSetter('topic'),
      idSetter: itemSetter('id'),
    })
    await subscribed(there, port)
    const here = await drain(port, { getter: itemGetter('text'), topicGetter: itemGetter('to') })
    here.supply.push({ text: 'größe', to: 't/a' }, { text: 'two', to: 't/b' })
    await here.isDone(2)
    await there.got(2)
    expect(there.data).toMatchObject([
      { line: 'größe', topic: 't/a' },
      { line: 'two', topic: 't/b' },
    ])
  })

  test('what was not over comes again in the next run, and what was does not', async () => {
    const port = await freePort()
    const { said } = await broker(port)
    const rig = testTrain()
    const first = new MqttSupply<unknown>(rig.train, { port, clientId: 'in', topics: ['t/#'] })
    const keep = new Keep<unknown>(rig.train, {})
    rig.train.line(first, keep)
    rig.train.onOutput(() => undefined)
    const running = rig.train.run({ signals: false })
    running.catch(() => undefined)
    const marker = await drain(port, { clientId: 'marker', retain: true })
    marker.supply.push('marker') // What is retained comes when it has subscribed.
    await until(() => keep.holds.length === 1)
    const here = await drain(port)
    here.supply.push('one', 'two', 'three')
    await until(() => keep.holds.length === 4)
    while (keep.holds[0]?.data !== 'two') keep.resume(null)
    await until(() => said().match(/Received PUBACK from in /g)?.length === 2)
    const stopped = rig.train.stop()
    for (let i = 0; i < 50; i++) await turn()
    rig.clock.advance(rig.train.settings.finishTimeoutMs)
    await stopped
    const next = await supply(port)
    await next.got(3)
    expect([...next.data].sort()).toEqual(['marker', 'three', 'two']) // The retained one comes with each subscription.
  })

  test('connects again to a broker that went away, and the drain repeats what it had not acknowledged', async () => {
    const port = await freePort()
    const { kill } = await broker(port)
    const there = await supply(port)
    await subscribed(there, port)
    const here = await drain(port)
    await kill()
    await until(() => [here, there].every(({ log }) => log.some(({ level }) => level === 'warn')))
    here.supply.push('one')
    await broker(port)
    here.clock.advance(1000)
    await here.isDone(1)
    there.clock.advance(1000)
    await until(() => {
      here.supply.push('more')
      return turn().then(() => there.data.includes('more'))
    })
  })

  test('reads nothing while it is paused', async () => {
    const port = await freePort()
    await broker(port)
    const there = await supply(port)
    await subscribed(there, port)
    there.supply.pause()
    const here = await drain(port)
    here.supply.push('one')
    await here.isDone(1)
    for (let i = 0; i < 50; i++) await turn()
    expect(there.data).toEqual([])
    there.supply.resume()
    await there.got(1)
  })
}
