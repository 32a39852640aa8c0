/** What direct operations promise (specification kv, sections 2, 4, 5, 6 and 8). */
import assert from 'node:assert/strict'
import { fails, type BackendPromise } from './promise.js'

const TREE = ['/k/a', '/k/ab', '/k/b', '/k/ax', '/k/ab/c', '/k/a/d', '/k/a/d/x']

const LISTINGS: readonly (readonly [path: string, recurse: number | number[], names: string])[] = [
  ['/k/', 0, '/k/a /k/ab /k/ax /k/b'],
  ['/k', 0, ''],
  ['/k/a', 0, '/k/a /k/ab /k/ax'],
  ['/k/a/', 0, '/k/a/d'],
  ['/k', 1, '/k/a /k/ab /k/ax /k/b'],
  ['/k', [1], '/k/a /k/ab /k/ax /k/b'],
  ['/k', [2], '/k/a/d /k/ab/c'],
  ['/k', 2, '/k/a /k/a/d /k/ab /k/ab/c /k/ax /k/b'],
  ['/k/', 1, '/k/a /k/a/d /k/ab /k/ab/c /k/ax /k/b'],
  ['/k/a', 2, '/k/a /k/a/d /k/a/d/x /k/ab /k/ab/c /k/ax'],
  ['/k/a/', [1, 0, 1], '/k/a/d /k/a/d/x'],
]

/** Reading and writing one key. */
export const KEY_PROMISES: readonly BackendPromise[] = [
  [
    'a key is created once, updated only while it is there, and deleted once',
    async ({ kv, at, value }) => {
      await fails('ERR_KV_VANISHED', () => kv.update(at('/a'), '0'))
      await kv.create(at('/a'), '1')
      await fails('ERR_KV_COLLISION', () => kv.create(at('/a'), '2'))
      await kv.update(at('/a'), '3')
      assert.equal(await value('/a'), '3')
      assert.equal(await kv.delete(at('/a')), 1)
      await fails('ERR_KV_VANISHED', () => kv.delete(at('/a')))
      assert.equal(await kv.delete(at('/a'), { mustExist: false }), 0)
      await kv.put(at('/a'), '4')
      await kv.put(at('/a'), '5')
      assert.equal(await value('/a'), '5')
    },
  ],
  [
    'each write has a revision of its own, at which the state can be read again',
    async ({ kv, at }) => {
      const first = await kv.create(at('/a'), 'one')
      const second = await kv.update(at('/a'), 'two')
      await kv.delete(at('/a'))
      assert.equal(second.revision, first.revision + 1)
      assert.deepEqual(await kv.get(at('/a'), first), ['one', first])
      assert.deepEqual(await kv.get(at('/a'), second), ['two', second])
      const [gone, { modRevision, revision }] = await kv.get(at('/a'))
      assert.deepEqual([gone, modRevision], [null, null])
      assert.deepEqual((await kv.get(at('/a'), first.revision - 1))[0], null)
      await fails('ERR_KV_FUTURE_REVISION', () => kv.get(at('/a'), revision + 1000))
    },
  ],
  [
    'an update at a revision is done only there',
    async ({ kv, at, value }) => {
      const first = await kv.create(at('/a'), '1')
      const second = await kv.update(at('/a'), '2', { mustBeRev: first })
      await fails('ERR_KV_REVISION_MISMATCH', () => kv.update(at('/a'), '3', { mustBeRev: first }))
      await kv.delete(at('/a'))
      await fails('ERR_KV_REVISION_MISMATCH', () => kv.update(at('/a'), '3', { mustBeRev: second }))
      assert.equal(await value('/a'), null)
    },
  ],
  [
    'any text and any bytes come back, the empty text is not nothing, a value may be a megabyte',
    async ({ kv, at, value }) => {
      const values = ['', ' ', 'ü€\u{1f600}\ufffd\0', 'x'.repeat(1_000_000)]
      for (const text of values) {
        await kv.put(at('/a'), text)
        assert.equal(await value('/a'), text)
      }
      await kv.put(at('/a'), Buffer.from('bytes'))
      assert.equal(await value('/a'), 'bytes')
    },
  ],
  [
    'paths are checked, and any clean text may be one',
    async ({ kv, at, value }) => {
      for (const path of ['', 'a', '/a/', '/']) await fails('ERR_KV_PATH', () => kv.put(path, '1'))
      await fails('ERR_KV_PATH', () => kv.put(at('//a'), '1'))
      await fails('ERR_KV_PATH', () => kv.get(at('/\ud800')))
      for (const path of ['/a b', '/..', '/é', '/\u{1f600}', '/__proto__', '/constructor', '/\n', '/deep'.repeat(20)]) {
        await kv.create(at(path), path)
        assert.equal(await value(path), path)
      }
    },
  ],
  [
    'a lease takes its keys with it, and an update keeps a key’s lease',
    async ({ kv, at, names }) => {
      const lease = await kv.lease({ ttlMs: 60_000 })
      for (const path of ['/a', '/b', '/c', '/d']) await kv.create(at(path), '1', { lease })
      await kv.update(at('/b'), '2')
      await kv.put(at('/c'), '2')
      await kv.update(at('/d'), '2', { lease: null })
      await kv.put(at('/e'), '2')
      await lease.revoke()
      assert.equal(names((await kv.listKeys(at('/')))[0]), '/d /e')
      await fails('ERR_KV_LEASE_LOST', () => kv.create(at('/f'), '1', { lease }))
      await fails('ERR_KV_LEASE_LOST', () => kv.create(at('/f'), '1', { lease: { id: lease.id } }))
    },
  ],
]

/** Listings, and what is deleted with a key. */
export const TREE_PROMISES: readonly BackendPromise[] = [
  ...LISTINGS.map(([path, recurse, expected]): BackendPromise => [
    `listing ${path} with levels ${JSON.stringify(recurse)} gives: ${expected}`,
    async ({ kv, at, names, write }) => {
      await write(...TREE)
      const [paths, { modRevision }] = await kv.listKeys(at(path), { recurse })
      assert.deepEqual([names(paths), modRevision], [expected, null])
    },
  ]),
  [
    'a listing is of one state, with values and revisions if they are asked for',
    async ({ kv, at }) => {
      const first = await kv.create(at('/k/a'), '1')
      const second = await kv.create(at('/k/b/c'), '2')
      await kv.update(at('/k/a'), '3')
      await kv.delete(at('/k/b/c'))
      const [entries] = await kv.listKeys(at('/k/'), { recurse: 1, revision: second, withValues: true })
      assert.deepEqual(entries, [
        [at('/k/a'), '1', first.revision],
        [at('/k/b/c'), '2', second.revision],
      ])
    },
  ],
  [
    'a listing is in the order of bytes, over all levels',
    async ({ kv, at, names, write }) => {
      const order = ['/k', '/k-b', '/k/a', '/k/a/b', '/ké', '/k\ufffd', '/k\u{1f600}', `/k\u{1f600}${'/x'.repeat(11)}`]
      await write(...order.toReversed())
      assert.equal(names((await kv.listKeys(at('/k'), { recurse: 12 }))[0]), order.join(' '))
    },
  ],
  ...(
    [
      [{}, 1, '/a/b /a/b/c /ab /ab/c'],
      [{ prefix: true }, 2, '/a/b /a/b/c /ab/c'],
      [{ recursive: true }, 3, '/ab /ab/c'],
      [{ recursive: true, prefix: true }, 5, ''],
    ] as const
  ).map(([options, count, left]): BackendPromise => [
    `deleting a key with ${JSON.stringify(options)} leaves: ${left}`,
    async ({ kv, at, names, write }) => {
      await write('/a', '/a/b', '/a/b/c', '/ab', '/ab/c')
      await fails('ERR_KV_VANISHED', () => kv.delete(at('/'), { ...options, prefix: true }))
      assert.equal(await kv.delete(at('/a'), options), count)
      assert.equal(names((await kv.listKeys(at('/'), { recurse: 5 }))[0]), left)
    },
  ]),
  [
    'a tree is deleted as a whole, ten levels deep, or not at all',
    async ({ kv, at, write, names }) => {
      const chain = Array.from({ length: 10 }, (_, depth) => '/x'.repeat(depth + 1))
      await write(...chain, '/xy')
      await fails('ERR_KV_TOO_DEEP', () => kv.delete(at('/x'), { recursive: true, maxDepth: 9 }))
      assert.equal((await kv.listKeys(at('/'), { recurse: 12 }))[0].length, 11)
      assert.equal(await kv.delete(at('/x'), { recursive: true }), 10)
      assert.equal(names((await kv.listKeys(at('/'), { recurse: 12 }))[0]), '/xy')
    },
  ],
]
