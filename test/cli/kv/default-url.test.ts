import { expect, test } from '@jest/globals'
import { defaultUrl } from '../../../lib/cli/kv/default-url.js'
import { startKv } from './run-kv.js'

test('the store is where state directories are', () => {
  expect(defaultUrl({ STATE_DIRECTORY: '/s' })).toBe('file:///s/kv')
})

test('--url goes before DEADBEAT_KV, and that before the default', async () => {
  const { runIn, opened } = startKv()
  const env = { DEADBEAT_KV: 'etcd://a:1', STATE_DIRECTORY: '/s' }
  await runIn({ env }, 'put', '/a', '1', '--url', 'file:/x')
  await runIn({ env }, '--url', 'file:/y', 'put', '/a', '1')
  await runIn({ env }, 'put', '/a', '1')
  await runIn({ env: { STATE_DIRECTORY: '/s', DEADBEAT_KV: '' } }, 'put', '/a', '1')
  await runIn({ env }, 'put', '--help')
  expect(opened.map(({ url }) => url)).toEqual(['file:/x', 'file:/y', 'etcd://a:1', 'file:///s/kv'])
})

test('looking for something does not make a store', async () => {
  const { runIn, opened } = startKv()
  const env = { DEADBEAT_KV: '', STATE_DIRECTORY: '/none' }
  for (const argv of [['get', '/a'], ['list'], ['delete', '/a'], ['status'], ['update', '/a', '1'], ['export']]) {
    expect(await runIn({ env }, ...argv)).toMatchObject({
      status: 66,
      stderr: expect.stringMatching(/there is no store \/none\/kv yet: the first put makes it/),
    })
  }
  expect(opened).toEqual([])
})
