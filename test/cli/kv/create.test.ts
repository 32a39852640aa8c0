import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('of two that create a key, one does', async () => {
  const { run } = startKv()
  const both = await Promise.all([run('create', '/a', '1'), run('create', '/a', '2')])
  expect(both.map(({ status }) => status).sort()).toEqual([0, 73])
})

test('create has no --if-rev: it is what create means', async () => {
  expect((await startKv().run('create', '/a', '1', '--if-rev', '0')).status).toBe(64)
})
