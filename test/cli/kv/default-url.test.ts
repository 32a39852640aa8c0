import { expect, test } from '@jest/globals'
import { defaultUrl } from '../../../lib/cli/kv/default-url.js'
import { startKv } from './run-kv.js'

test('the store is where state directories are', () => {
  expect(defaultUrl({ STATE_DIRECTORY: '/s' })).toBe('file:///s/kv')
})

test('--url goes before DEADBEAT_KV, and that before the default', async () => {
  const { run, runIn, opened } = startKv()
  const env = { DEADBEAT_KV: 'etcd://a:1', STATE_DIRECTORY: '/s' }
  await runIn({ env }, 'get', '/a', '--url', 'file:/x')
  await runIn({ env }, '--url', 'file:/y', 'get', '/a')
  await runIn({ env }, 'get', '/a')
  await runIn({ env: { STATE_DIRECTORY: '/s' } }, 'get', '/a')
  await run('get', '--help')
  expect(opened.map(({ url }) => url)).toEqual(['file:/x', 'file:/y', 'etcd://a:1', 'file:///s/kv'])
})
