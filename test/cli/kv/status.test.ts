import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('it says which store it is, its version, its revision, its history and its keys', async () => {
  const { run, fill, engine } = startKv()
  await fill({ '/a': '', '/a/b': '' })
  await engine.compact(2)
  expect((await run('status')).stdout).toBe(
    'store     memory\nversion   3.5.0\nrevision  3, history from 2 on\nkeys      2\n',
  )
  expect(JSON.parse((await run('status', '--json')).stdout)).toEqual({
    ...{ store: 'memory', version: '3.5.0', revision: 3, oldestRevision: 2, keys: 2 },
  })
  expect((await run('status', '-q')).stdout).toBe('')
})
