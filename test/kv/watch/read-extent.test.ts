import { expect, test } from '@jest/globals'
import { readExtent } from '../../../lib/kv/watch/read-extent.js'
import { memoryStore } from '../../support/kv-memory.js'

test('all levels come in the order of their paths, as of one revision', async () => {
  const store = memoryStore()
  await store.write({ '/a': '1', '/a/b/c': '2', '/a/b': '3', '/a-': '4', '/a/\u{1f600}': '5', '/a/\ufffd': '6' })
  await store.write({ '/a': 'later', '/a/z': '7' })
  const { entries, revision } = await readExtent(store, '/a', { subtree: true, revision: 2 })
  expect(revision).toBe(2)
  expect(entries.map(([path, value]) => `${path}=${value}`)).toEqual([
    '/a=1',
    '/a/b=3',
    '/a/b/c=2',
    '/a/\ufffd=6',
    '/a/\u{1f600}=5',
  ])
  expect((await readExtent(store, '/a')).entries).toEqual([['/a', 'later', 3]])
  await store.engine.compact(3)
  await expect(readExtent(store, '/a', { revision: 2 })).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
})
