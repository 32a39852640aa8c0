import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../../app/scratch.js'
import { startKv } from './run-kv.js'

test('kv --help teaches with examples, and says which store is meant', async () => {
  const { status, stdout } = await startKv().run('--help')
  expect(status).toBe(0)
  for (const part of ['deadbeat kv put /app/limit 20', '$DEADBEAT_KV', '--password-file'])
    expect(stdout).toContain(part)
})

test('a wrong use is 64, told on stderr', async () => {
  const { run } = startKv()
  expect(await run('gett', '/a')).toMatchObject({ status: 64, stdout: '', stderr: expect.stringContaining('get') })
  expect((await run()).status).toBe(64)
  expect((await run('get')).status).toBe(64)
  expect((await run('get', '/a', '--timeout', 'soon')).status).toBe(64)
})

test('deadbeat --help lists it, and deadbeat kv reaches it', () => {
  const dir = scratch({})
  expect(deadbeat(dir, ['--help']).stdout).toMatch(/^ {2}kv +read, write and watch a tree of keys$/m)
  expect(deadbeat(dir, ['kv', 'get', '--help']).stdout).toContain('deadbeat kv get /app/limit')
  expect(deadbeat(dir, ['kv', 'get', 'x', '--url', 'nothing:']).status).toBe(64)
})
