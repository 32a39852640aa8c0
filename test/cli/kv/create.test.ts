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

test('with --number each gets a number of its own, in its path and where its value has the name', async () => {
  const { run } = startKv()
  const create = () => run('create', '--number', '/pb/pb-x-###', '{"id":"pb-x-###","n":"#"}', '-q')
  expect((await Promise.all([create(), create(), create()])).map(({ status }) => status)).toEqual([0, 0, 0])
  expect((await run('create', '--number', '/pb/pb-x-###', 'x')).stdout).toBe('/pb/pb-x-003 created at revision 5\n')
  expect((await run('list', '/pb', '-v')).stdout.split('\n')[2]).toBe('/pb/pb-x-002 = {"id":"pb-x-002","n":"#"}')
  expect((await run('create', '--number', '/pb/x', 'x')).status).toBe(64)
})
