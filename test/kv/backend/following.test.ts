import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'

test('a database is followed by watches, caches and watchers', async () => {
  const kv = new MemoryBackend()
  await kv.put('/a/b', 'one')
  const cache = kv.treeCache('/a')
  const watch = kv.watch('/a', { subtree: true, revision: 1 })
  await cache.ready
  expect(cache.get('/a/b')).toBe('one')
  expect((await watch.next()).value).toMatchObject({ path: '/a/b', value: 'one' })
  for await (const watcher of kv.watcher()) {
    expect(await watcher.transact((txn) => txn.get('/a/b'))).toBe('one')
    break
  }
})
