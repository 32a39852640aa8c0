/** What transactions promise (specification kv, section 9). */
import assert from 'node:assert/strict'
import type { RetriesExhaustedError } from '../../kv/errors.js'
import { fails, type BackendPromise, type Trial } from './promise.js'

type Others = (trial: Trial) => Promise<unknown>

/** What others do while a transaction is under way that has read /a and /none and listed /k/; whether it runs again. */
const OTHERS: readonly (readonly [what: string, others: Others, runs: number])[] = [
  ['nothing', () => Promise.resolve(), 1],
  ['a write to a key that it did not read', ({ kv, at }) => kv.put(at('/other'), '1'), 1],
  ['an update of a key that it read', ({ kv, at }) => kv.update(at('/a'), '1'), 2],
  ['the deletion of a key that it read', ({ kv, at }) => kv.delete(at('/a')), 2],
  ['the creation of a key that it missed', ({ kv, at }) => kv.create(at('/none'), '1'), 2],
  ['a key that comes into a listing', ({ kv, at }) => kv.create(at('/k/z'), '1'), 2],
  ['a key that leaves a listing', ({ kv, at }) => kv.delete(at('/k/x')), 2],
  ['an update of a key that it listed', ({ kv, at }) => kv.update(at('/k/x'), '1'), 1],
]

/** Reads and writes within one, and what others do meanwhile. */
export const TRANSACTION_PROMISES: readonly BackendPromise[] = [
  [
    'a transaction sees its own writes, and others see all of them or none',
    async ({ kv, at, names, value, write }) => {
      await write('/k/a', '/k/b')
      const seen = await kv.transact(async (txn) => {
        await txn.update(at('/k/a'), 'new')
        await txn.delete(at('/k/b'))
        await txn.create(at('/k/c'), 'new')
        await fails('ERR_KV_COLLISION', () => txn.create(at('/k/c'), 'twice'))
        await fails('ERR_KV_VANISHED', () => txn.update(at('/k/b'), 'gone'))
        await txn.delete(at('/k/c'))
        await txn.create(at('/k/c'), 'again')
        await txn.delete(at('/k/never'), { mustExist: false })
        assert.equal(await value('/k/a'), '/k/a')
        return [await txn.get(at('/k/a')), await txn.get(at('/k/b')), names(await txn.listKeys(at('/k/')))]
      })
      assert.deepEqual(seen, ['new', null, '/k/a /k/c'])
      const [entries] = await kv.listKeys(at('/k/'), { withValues: true })
      assert.deepEqual(
        entries.map(([, text]) => text),
        ['new', 'again'],
      )
      assert.equal(entries[0]?.[2], entries[1]?.[2])
    },
  ],
  [
    'all its reads are of one state, and one that only reads runs once',
    async ({ kv, at, names, write }) => {
      await write('/a', '/b')
      let runs = 0
      const seen = await kv.transact(async (txn) => {
        runs += 1
        const first = await txn.get(at('/a'))
        await kv.update(at('/b'), 'new')
        await kv.put(at('/c'), 'new')
        return [first, await txn.get(at('/b')), names(await txn.listKeys(at('/')))]
      })
      assert.deepEqual([runs, ...seen], [1, '/a', '/b', '/a /b'])
    },
  ],
  ...OTHERS.map(([what, others, expected]): BackendPromise => [
    `a transaction runs ${expected === 1 ? 'once' : 'twice'} with this meanwhile: ${what}`,
    async (trial) => {
      const { kv, at, value, write } = trial
      await write('/a', '/k/x', '/k/y')
      let [runs, told] = [0, 0]
      await kv.transact(async (txn) => {
        runs += 1
        txn.onCommit(() => (told += 1))
        await Promise.all([txn.get(at('/a')), txn.get(at('/none')), txn.listKeys(at('/k/'))])
        if (runs === 1) await others(trial)
        await txn.put(at('/mine'), String(runs), { lease: null })
      })
      assert.deepEqual([runs, told, await value('/mine')], [expected, 1, String(expected)])
    },
  ]),
  [
    'a key that another creates meanwhile is a collision on the second run',
    async ({ kv, at }) => {
      let runs = 0
      const body = kv.transact(async (txn) => {
        runs += 1
        await txn.create(at('/a'), 'mine')
        if (runs === 1) await kv.create(at('/a'), 'theirs')
      })
      await fails('ERR_KV_COLLISION', () => body)
      assert.equal(runs, 2)
    },
  ],
  [
    'with no end of conflicts it ends after its retries, and tells what was in the way',
    async ({ kv, at, write }) => {
      await write('/a')
      let runs = 0
      const body = async (): Promise<void> => {
        for await (const txn of kv.txn({ maxRetries: 4 })) {
          runs += 1
          await txn.get(at('/a'))
          await kv.update(at('/a'), String(runs))
          await txn.put(at('/b'), '1')
        }
      }
      const error = await body().then(
        () => null,
        (thrown: unknown) => thrown as RetriesExhaustedError,
      )
      const { code, attempts, lastConflict } = error ?? {}
      assert.deepEqual([code, attempts, lastConflict?.path], ['ERR_KV_RETRIES', 5, at('/a')])
      assert.equal(runs, 5)
    },
  ],
  [
    'what a body that throws or is left has written is not done',
    async ({ kv, at, value }) => {
      for await (const txn of kv.txn()) {
        await txn.put(at('/a'), '1')
        break
      }
      const body = kv.transact(async (txn) => {
        await txn.put(at('/a'), '1')
        throw new RangeError('out')
      })
      await assert.rejects(body, RangeError)
      assert.equal(await value('/a'), null)
    },
  ],
  [
    'of many that count at once, none is lost',
    async ({ kv, at, value }) => {
      await kv.create(at('/n'), '0')
      const count = async (): Promise<void> => {
        for (let i = 0; i < 10; i++) {
          await kv.transact(async (txn) => txn.update(at('/n'), String(Number(await txn.get(at('/n'))) + 1)))
        }
      }
      await Promise.all([count(), count(), count(), count()])
      assert.equal(await value('/n'), '40')
    },
  ],
  [
    'two that read what the other writes are not both done on the same state',
    async ({ kv, at, value, write }) => {
      await write('/x', '/y')
      const swap = (from: string, to: string): Promise<void> =>
        kv.transact(async (txn) => {
          const found = await txn.get(at(from))
          await txn.get(at(to))
          await txn.update(at(to), String(found))
        })
      await Promise.all([swap('/x', '/y'), swap('/y', '/x')])
      assert.equal(await value('/x'), await value('/y'))
    },
  ],
  [
    'a tree is deleted with what came into it, by all levels or a prefix',
    async ({ kv, at, names, write }) => {
      await write('/a', '/a/b', '/a/b/c', '/ab')
      let runs = 0
      await kv.transact(async (txn) => {
        runs += 1
        await txn.delete(at('/a'), { recursive: true })
        if (runs === 1) await kv.create(at('/a/b/new'), '1')
      })
      assert.equal(names((await kv.listKeys(at('/'), { recurse: 5 }))[0]), '/ab')
      assert.equal(runs, 2)
    },
  ],
  [
    'history that is compacted away under it is no error',
    async ({ kv, at, value, write }) => {
      await write('/a', '/b')
      let runs = 0
      await kv.transact(async (txn) => {
        runs += 1
        const found = await txn.get(at('/a'))
        const { revision } = runs === 1 ? await kv.update(at('/a'), 'new') : await kv.put(at('/c'), String(runs))
        await kv.engine.compact(revision)
        await txn.get(at('/b'))
        await txn.put(at('/mine'), String(found))
      })
      assert.deepEqual([runs, await value('/mine')], [2, 'new'])
    },
  ],
  [
    'what is more than one commit takes is refused before, and changes nothing',
    async ({ kv, at, value }) => {
      const { opsMax } = kv.engine
      if (opsMax === Infinity) return
      const body = kv.transact(async (txn) => {
        for (let i = 0; i <= opsMax; i++) await txn.put(at(`/k/${i}`), '1', { lease: null })
      })
      await fails('ERR_KV_TOO_LARGE', () => body)
      assert.equal(await value('/k/0'), null)
    },
  ],
]
