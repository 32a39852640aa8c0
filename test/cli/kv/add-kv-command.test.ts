import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('what does not answer in time is 75, and the store is let go of', async () => {
  const { runIn } = startKv()
  const stdin = new Promise<never>(() => undefined)
  const { status, stderr } = await runIn({ stdin }, 'put', '/a', '-', '--timeout', '1ms')
  expect([status, stderr]).toEqual([75, expect.stringMatching(/^kv put: not done within 1 ms \(--timeout\)/)])
})

test('an error is one line on stderr, fit for a terminal', async () => {
  const { run } = startKv()
  expect(await run('create', '/a', '1', '--prefix', '/\u001b[2J')).toMatchObject({ status: 0 })
  expect((await run('create', '/a', '1', '--prefix', '/\u001b[2J')).stderr).toBe(
    'kv create: Cannot create /a, as it already exists!\n',
  )
  expect((await run('get', 'a\u001b[2J')).stderr).toBe('kv get: path "a\\u001b[2J" must start with a slash\n')
})
