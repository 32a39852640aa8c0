import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

const env = { PATH: process.env['PATH']! }

test('the leader runs its command, and everybody sees its value; the next follows it', async () => {
  const kv = startKv()
  let hear: ((signal: NodeJS.Signals) => void) | null = null
  const first = kv.runIn({ env, signals: (act) => (hear ??= act) }, 'elect', '/e', 'one', '--', 'sleep', '60')
  const values = async () => (await kv.run('list', '/e', '-qv')).stdout
  while ((await values()) !== 'one\n') await new Promise(setImmediate)
  const second = kv.runIn({ env }, 'elect', '/e', 'two', '--', 'sh', '-c', 'exit 4')
  while (!(await values()).includes('two')) await new Promise(setImmediate)
  hear!('SIGTERM')
  expect([(await first).status, (await second).status]).toEqual([143, 4])
  expect(await values()).toBe('')
})

test('it needs a value and a command', async () => {
  const { run } = startKv()
  expect((await run('elect', '/e', '--', 'true')).status).toBe(64)
})
