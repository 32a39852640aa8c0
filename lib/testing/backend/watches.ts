/** What watches and watchers promise (specification kv, sections 10 and 11). */
import assert from 'node:assert/strict'
import type { BackendPromise } from './promise.js'

/** Changes as they come, and loops that run again. */
export const WATCH_PROMISES: readonly BackendPromise[] = [
  [
    'a watch tells every change from a revision on, in order, and nothing else',
    async ({ kv, at }) => {
      const start = await kv.create(at('/k/a'), '0')
      const seen: string[] = []
      const watch = kv.watch(at('/k/'), { prefix: true, revision: start })
      for (let i = 1; i <= 20; i++) {
        await kv.put(at(`/k/${i % 3}`), String(i))
        await kv.put(at('/other'), String(i))
      }
      await kv.delete(at('/k/a'))
      let last = start.revision
      for await (const { value, revision } of watch) {
        assert.ok(revision.revision > last)
        last = revision.revision
        seen.push(value ?? 'deleted')
        if (value === null) break
      }
      assert.deepEqual(seen, [...Array.from({ length: 20 }, (_, i) => String(i + 1)), 'deleted'])
    },
  ],
  [
    'a watcher runs again when what it has read changes, until all of it is seen',
    async ({ kv, at }) => {
      await kv.create(at('/wanted'), '0')
      const seen: string[] = []
      for await (const watcher of kv.watcher({ timeoutMs: 60_000 })) {
        const wanted = await watcher.transact((txn) => txn.get(at('/wanted')))
        seen.push(String(wanted))
        if (wanted === '3') break
        await kv.update(at('/wanted'), String(Number(wanted) + 1))
      }
      assert.deepEqual(seen, ['0', '1', '2', '3'])
    },
  ],
]
