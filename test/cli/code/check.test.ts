import { expect, test } from '@jest/globals'
import { startCode } from './run-code.js'

test('all that can be used has its hash, and what can not be is told with 65', async () => {
  const { run, kv, keys, json } = startCode()
  await run('module', 'set', 'm', '--text', 'export {}')
  await run('set', 'a', '--text', '', '--requires', 'm')
  expect(await run('check')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^a {2}[\da-f]{64}\n$/) })
  await kv.put(keys.module(['m']), '{"code": "export"}')
  expect(await run('check', 'a')).toMatchObject({
    status: 65,
    stdout: expect.stringMatching(/^module m can't be compiled: /),
  })
  expect((await run('module', 'check')).status).toBe(65)
  expect(await json('check')).toEqual([{ path: 'a', hash: null, error: expect.stringMatching(/^module m/) as unknown }])
  expect((await run('check', 'no.such')).status).toBe(66)
})
