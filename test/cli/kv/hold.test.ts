import { expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv, type Around } from './run-kv.js'

const env = { PATH: process.env['PATH']! }

/** A lock that is waited for or held, and whoever hears signals. */
function start(kv: ReturnType<typeof startKv>, around: Around, ...argv: string[]) {
  let hear: ((signal: NodeJS.Signals) => void) | null = null
  const ran = kv.runIn({ env, signals: (act) => (hear = act), ...around }, 'lock', '/l', ...argv)
  const places = async () => (await kv.engine.range([{ key: '2/l/', end: '2/l0' }])).results[0]!.kvs
  const reached = async (count: number): Promise<void> => {
    while ((await places()).length !== count) await new Promise(setImmediate)
  }
  return { ran, places, reached, signal: (name: NodeJS.Signals) => hear!(name), isDeaf: () => hear === null }
}

test('signals are passed on, and the code is that of what they did', async () => {
  const { ran, reached, signal, isDeaf } = start(startKv(), {}, '--', 'sleep', '60')
  await reached(1)
  signal('SIGTERM')
  expect([(await ran).status, isDeaf()]).toEqual([143, true])
})

test('at a terminal the command hears Ctrl-C by itself', async () => {
  const { ran, reached, signal } = start(startKv(), { terminal: { in: true } }, '--', 'sleep', '60')
  await reached(1)
  signal('SIGINT')
  signal('SIGTERM')
  expect((await ran).status).toBe(143)
})

test('when it is lost the command is ended, and the code is 75', async () => {
  const kv = startKv()
  const { ran, reached, places } = start(kv, {}, '--', 'sleep', '60')
  await reached(1)
  await kv.engine.commit([], [{ op: 'delete', key: (await places())[0]!.key }])
  expect(await ran).toMatchObject({
    status: 75,
    stderr: '/l is not held any more: its key was deleted: the command is ended\n',
  })
})

test('a command that does not heed SIGTERM is killed', async () => {
  const kv = startKv()
  const ready = join(temporary(), 'ready')
  const stubborn = 'trap "" TERM; : > "$1"; exec sleep 60'
  const { ran, places } = start(kv, {}, '--kill-after', '1ms', '--', 'sh', '-c', stubborn, '-', ready)
  while (!existsSync(ready)) await new Promise(setImmediate)
  await kv.engine.commit([], [{ op: 'delete', key: (await places())[0]!.key }])
  expect((await ran).status).toBe(75)
})

test('who waits leaves the line at a signal, or when the time is over', async () => {
  const kv = startKv()
  const first = start(kv, {}, '--', 'sleep', '60')
  await first.reached(1)
  const second = start(kv, {}, '--', 'true')
  await second.reached(2)
  second.signal('SIGINT')
  expect(await second.ran).toMatchObject({ status: 130, stderr: '/l is held; before this one: 1\n' })
  expect(await start(kv, {}, '--timeout', '1ms', '--', 'true').ran).toMatchObject({
    status: 75,
    stderr: expect.stringContaining('kv lock: /l was not free within 1 ms\n'),
  })
  expect((await first.places()).length).toBe(1)
  first.signal('SIGTERM')
  await first.ran
  expect((await first.places()).length).toBe(0)
})

test('a store that is gone when the command has ended is told, and the code stays', async () => {
  const kv = startKv()
  kv.engine.revoke = () => Promise.reject(new Error('no link'))
  const { status, stderr } = await start(kv, {}, '--', 'sh', '-c', 'exit 3').ran
  expect([status, stderr]).toEqual([3, expect.stringContaining('could not be given back')])
})
