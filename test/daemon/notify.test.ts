import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { ServiceManager } from '../../lib/daemon/notify.js'
import { FROM_SOURCE, runScript } from '../support/child.js'
import { StandInManager } from '../support/service-manager.js'
import { temporary } from '../support/temporary.js'
import { withNative } from '../support/with-native.js'

const open: StandInManager[] = []
afterEach(() => open.splice(0).forEach((one) => one.close()))

const start = (address = join(temporary(), 'notify'), more: Record<string, string> = {}) => {
  const heard = new StandInManager(address)
  open.push(heard)
  const env: Record<string, string | undefined> = { NOTIFY_SOCKET: address, ...more }
  return { heard, env, manager: new ServiceManager({ env }) }
}

withNative.each([
  ['a path', undefined],
  ['an abstract name', `@deadbeat-test-${process.pid}`],
])('what it tells reaches the socket at %s', async (_, address) => {
  const { heard, manager } = start(address)
  manager.ready('3 files')
  expect(await heard.hear('READY=1')).toEqual({ READY: '1', MAINPID: String(process.pid), STATUS: '3 files' })
  const before = Number(process.hrtime.bigint() / 1000n)
  manager.reloading()
  const { MONOTONIC_USEC: at, ...rest } = await heard.hear('RELOADING=1')
  expect(rest).toEqual({ RELOADING: '1', STATUS: 'reloading' })
  expect(Number(at)).toBeGreaterThanOrEqual(before)
  manager.alive()
  expect(await heard.hear('WATCHDOG=1')).toEqual({ WATCHDOG: '1' })
  manager.status('two\nlines=no READY=1')
  await heard.hear('STATUS=two lines=no READY=1')
  manager.stopping()
  expect(await heard.hear('STOPPING=1')).toEqual({ STOPPING: '1', STATUS: 'stopping' })
})

withNative('its variables are taken out of the environment, so that no child speaks in its name', () => {
  const { env, manager } = start(undefined, {
    WATCHDOG_USEC: '3000000',
    WATCHDOG_PID: String(process.pid),
    PATH: '/bin',
  })
  expect([env, manager.watchdogMs]).toEqual([{ PATH: '/bin' }, 3000])
})

withNative.each([
  ['nobody wants signs of life', {}],
  ['another process is meant', { WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' }],
  ['the period is none', { WATCHDOG_USEC: '-1' }],
])('there is no watchdog where %s', (_, more) => {
  expect(start(undefined, more).manager.watchdogMs).toBeNull()
})

test('without a manager nothing is told, and nothing fails', () => {
  const manager = new ServiceManager({ env: { WATCHDOG_USEC: '1' } })
  manager.ready()
  manager.alive()
  expect(manager.watchdogMs).toBeNull()
})

withNative('a message that finds the queue full is sent again, in its order', async () => {
  const { heard, manager } = start()
  for (let i = 0; i < 60; i++) manager.status(String(i)) // The kernel keeps some ten.
  for (let i = 0; i < 60; i++) {
    await heard.hear(`STATUS=${i}`)
    expect(heard.messages.every((message) => Number(message.slice(7)) > i)).toBe(true)
  }
})

withNative('a manager that has gone is told of once', () => {
  const lost: Error[] = []
  const manager = new ServiceManager({ env: { NOTIFY_SOCKET: '/none/notify' }, onLost: (error) => lost.push(error) })
  manager.ready()
  manager.stopping()
  expect(lost.map((error) => (error as NodeJS.ErrnoException).code)).toEqual(['ENOENT'])
})

test('a manager that would wait in vain, for there is no binding, is told to the operator, code 69', async () => {
  const body = `const { ServiceManager } = await import(source + 'lib/daemon/notify.ts')
    process.env.NOTIFY_SOCKET = '/run/x'
    try { new ServiceManager() } catch (error) { console.log(error.code, error.exitCode, error.message) }`
  const { lines } = await runScript(`process.env.DEADBEAT_NATIVE = 'off'; ${body}`, FROM_SOURCE)
  expect(lines[0]).toMatch(/^ENOTSUP 69 NOTIFY_SOCKET is \/run\/x: that needs the native part/)
})
