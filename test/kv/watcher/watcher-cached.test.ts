// What watchers promise, where their transactions read from a cache.
import { expect, test } from '@jest/globals'
import type { Engine, RangeRequest } from '../../../lib/kv/engine/engine.js'
import { Backend } from '../../../lib/kv/index.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { writeTo } from '../../support/kv-memory.js'
import { drive, readKeys, watcherSuite } from '../../support/kv-watcher-suite.js'

/** A store that takes itself for a remote one. Tells what it is asked to read. */
function start() {
  const clock = new ManualClock()
  const memory = new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity })
  const reads: string[] = []
  const engine: Engine = Object.assign(Object.create(memory) as Engine, {
    isLocal: false,
    range(requests: readonly RangeRequest[], revision?: number) {
      reads.push(`${requests.map(({ key }) => key).join(' ')}${revision === undefined ? '' : ` @${revision}`}`)
      return memory.range(requests, revision)
    },
  })
  return { kv: new Backend(engine, { clock, commitTokens: false }), clock, reads }
}

watcherSuite(() => Promise.resolve(start()))

test('what is watched is read without a request, until it changes or is too old', async () => {
  const { kv, clock, reads } = start()
  await kv.put('/a', 'first')
  await kv.put('/l/1', 'first')
  const { watcher, next } = await drive(kv, { requeryProgressMs: 100 })
  const iterate = async (): Promise<unknown> => {
    reads.length = 0
    const values = await readKeys(watcher, '/a', '/none')
    return [values, await watcher.transact((txn) => txn.entries('/l/')), reads.length]
  }
  const list = (value: string, revision: number): unknown => [['/l/1', value, revision]]
  expect(await iterate()).toEqual([['first', null], list('first', 3), 2])
  watcher.trigger()
  await next()
  expect(await iterate()).toEqual([['first', null], list('first', 3), 0])
  const woken = next()
  await kv.put('/l/1', 'second')
  await woken
  expect(await iterate()).toEqual([['first', null], list('second', 4), 1])
  clock.advance(101)
  watcher.trigger()
  await next()
  expect(await iterate()).toEqual([['first', null], list('second', 4), 1])
  expect(reads).toEqual(['1/a 1/none 2/l/ 1/a 1/none'])
})

test('what is not watched is read of the same state', async () => {
  const { kv, reads } = start()
  const other = new Backend(kv.engine, { commitTokens: false })
  await kv.put('/a', 'first')
  const { watcher, next } = await drive(kv)
  await readKeys(watcher, '/a')
  watcher.trigger()
  await next()
  await other.put('/b', 'unseen')
  reads.length = 0
  expect(await readKeys(watcher, '/a', '/b')).toEqual(['first', null])
  expect(reads).toEqual(['1/b @2'])
})

test('what this database has written itself is always seen', async () => {
  const { kv } = start()
  const { watcher } = await drive(kv)
  expect(await readKeys(watcher, '/b')).toEqual([null])
  await kv.put('/b', 'direct')
  expect(await readKeys(watcher, '/b')).toEqual(['direct'])
  await watcher.transact((txn) => txn.put('/b', 'nested'))
  expect(await readKeys(watcher, '/b')).toEqual(['nested'])
})

test('an outdated state is in the way of a commit once, and never leads to a wrong write', async () => {
  const { kv } = start()
  const other = new Backend(kv.engine, { commitTokens: false })
  await kv.put('/n', '1')
  const { watcher } = await drive(kv)
  await readKeys(watcher, '/other')
  await other.put('/n', '5')
  let runs = 0
  await watcher.transact(async (txn) => {
    runs += 1
    await txn.update('/n', String(Number(await txn.get('/n')) + 1))
  })
  expect([(await kv.get('/n'))[0], runs]).toEqual(['6', 2])
})

test('a state that was compacted away is not asked for twice', async () => {
  const { kv } = start()
  const other = new Backend(kv.engine, { commitTokens: false })
  await kv.put('/a', '1')
  const { watcher } = await drive(kv)
  await readKeys(watcher, '/a')
  await other.put('/b', '1')
  await kv.engine.compact(3)
  expect(await readKeys(watcher, '/b')).toEqual(['1'])
  expect(await readKeys(watcher, '/a')).toEqual(['1'])
  await turnOfNode()
})

test('the change that wakes it is seen, whoever made it, also behind missing history', async () => {
  const { kv } = start()
  const other = new Backend(kv.engine, { commitTokens: false })
  await kv.put('/a', 'first')
  const { watcher, next } = await drive(kv)
  await readKeys(watcher, '/a')
  const woken = next()
  await other.put('/a', 'second')
  await woken
  expect(await readKeys(watcher, '/a')).toEqual(['second'])
  const again = next()
  const writes = [writeTo(kv.engine, { '/a': 'third' }), writeTo(kv.engine, { '/b': 'third' })]
  await Promise.all([...writes, kv.engine.compact(5)])
  expect((await again).reason.paths).toEqual(['/a'])
  expect(await readKeys(watcher, '/a')).toEqual(['third'])
})
