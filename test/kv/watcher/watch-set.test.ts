import { expect, test } from '@jest/globals'
import type { ReadSet } from '../../../lib/kv/transaction/read-set.js'
import { WatchSet } from '../../../lib/kv/watcher/watch-set.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'
import { readAt } from '../../support/kv-reads.js'

function start() {
  const store = memoryStore()
  const told: string[] = []
  const watches = new WatchSet(
    store.engine,
    { clock: store.clock, isCache: false },
    {
      outdated: (keys) => told.push(keys.join(' ')),
      failed: (error) => told.push(error.message),
    },
  )
  return { ...store, told, watches, arm: (...reads: ReadSet[]) => watches.arm(reads) }
}

test('the watches are those that the reads need, and stay open while they are needed', async () => {
  const { watches, arm, engine } = start()
  const watch = engine.watch.bind(engine)
  let opened = 0
  engine.watch = (...args) => {
    opened += 1
    return watch(...args)
  }
  arm(readAt(1, { '/k': null, '/k/1': null, '/k/2': null }, { '/k/': {} }))
  expect([watches.size, opened]).toEqual([{ keys: 1, ranges: 1 }, 2])
  arm(readAt(1, { '/k': null, '/k/1': null, '/k/2': null }))
  expect([watches.size, opened]).toEqual([{ keys: 3, ranges: 0 }, 4])
  arm(readAt(1, { '/k': null, '/k/1': null }))
  expect([watches.size, opened]).toEqual([{ keys: 2, ranges: 0 }, 4])
  arm(readAt(1, { '/k': null }))
  expect([watches.size, opened]).toEqual([{ keys: 1, ranges: 0 }, 4])
  arm()
  expect(watches.size).toEqual({ keys: 0, ranges: 0 })
  await turnOfNode()
})

test('what changed while nothing was armed is told when it is, if it outdates what was read', async () => {
  const { told, arm, watches, write } = start()
  arm(readAt(1, { '/a': null, '/b': null }))
  watches.disarm()
  await write({ '/a': '1' })
  await write({ '/b': '1' })
  await turnOfNode()
  expect(told).toEqual([])
  arm(readAt(2, { '/a': 2, '/b': null }))
  expect(told).toEqual(['1/b'])
})

test('what changed before a watch was there is told by it', async () => {
  const { told, arm, write } = start()
  await write({ '/a': '1' })
  arm(readAt(1, { '/a': null }))
  await turnOfNode()
  expect(told).toEqual(['1/a'])
})

test('changes of an ignored revision are no news, before and after it is armed', async () => {
  const { told, arm, watches, write } = start()
  arm(readAt(1, { '/a': null }))
  watches.disarm()
  watches.ignore(await write({ '/a': '1' }))
  watches.ignore(3)
  arm(readAt(1, { '/a': null }))
  await write({ '/a': '2' })
  await turnOfNode()
  expect(told).toEqual([])
  await write({ '/a': '3' })
  await turnOfNode()
  expect(told).toEqual(['1/a'])
})

test('behind missing history only what differs is told', async () => {
  const { told, arm, write, engine } = start()
  await write({ '/a': '1', '/l/x': '1', '/other/y': '1' })
  const reads = readAt(2, { '/a': 2 }, { '/l/': { '/l/x': 2 } })
  await write({ '/l/x': '2' })
  await engine.compact(await write({ '/l/x': '3' }))
  arm(reads)
  await turnOfNode()
  expect(told).toEqual([])
  await Promise.all([write({ '/a': '2' }), write({ '/l/x': '4' }), engine.compact(5)])
  await turnOfNode()
  expect(told).toEqual(['1/a'])
})

test('missing history while nothing was armed is made up for when it is', async () => {
  const { told, arm, watches, write, engine } = start()
  arm(readAt(1, { '/a': null }, { '/l/': {} }))
  watches.disarm()
  await Promise.all([write({ '/a': '1' }), write({ '/l/n': '1' }), write({ '/x': '1' }), engine.compact(4)])
  await turnOfNode()
  expect([told, watches.size]).toEqual([[], { keys: 0, ranges: 0 }])
  arm(readAt(2, { '/a': 2 }, { '/l/': {} }))
  await turnOfNode()
  expect(told).toEqual(['2/l/n'])
})

test('a store that ends is told; a set that is closed tells nothing', async () => {
  const { told, arm, engine, watches } = start()
  arm(readAt(1, { '/a': null }))
  await engine.close()
  expect(told).toEqual(['the store in memory was closed'])
  const other = start()
  other.arm(readAt(1, { '/a': null }))
  other.watches.close()
  await other.write({ '/a': '1' })
  await turnOfNode()
  expect([other.told, other.watches.size, watches.size]).toEqual([[], { keys: 0, ranges: 0 }, { keys: 1, ranges: 0 }])
})
