import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('history below a revision is forgotten, and said to be', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': '1', '/b': '2', '/c': '3' })
  expect((await run('compact', '3', '-n')).stdout).toBe('history would be kept from 3 on: 2 revisions forgotten\n')
  expect((await run('get', '/a', '--rev', '2')).status).toBe(0)
  expect((await run('compact', '3')).stdout).toBe('history is kept from 3 on: 2 revisions forgotten\n')
  expect((await run('get', '/a', '--rev', '2')).status).toBe(66)
  expect((await run('compact', '3')).status).toBe(66)
  expect((await run('compact', '99')).status).toBe(66)
})

test('--keep counts from the current revision; where there is no more, nothing is to be done', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': '1', '/b': '2', '/c': '3' })
  expect((await run('compact', '--keep', '1', '--json')).stdout).toBe('{"oldestRevision":3,"forgotten":2}\n')
  expect(await run('compact', '--keep', '1')).toMatchObject({
    status: 0,
    stdout: 'nothing to forget: history is kept from 3 on\n',
  })
  expect((await run('compact')).status).toBe(64)
  expect((await run('compact', '3', '--keep', '1')).status).toBe(64)
})
