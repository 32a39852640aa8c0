import { expect, test } from '@jest/globals'
import type { Engine, RangeRequest } from '../../../lib/kv/engine/engine.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { UnavailableError } from '../../../lib/kv/errors.js'
import { RangeFeed, type FeedSink } from '../../../lib/kv/watch/range-feed.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

function start() {
  const store = memoryStore()
  const told: string[] = []
  let failures = 0
  let gate: Promise<void> | null = null
  const engine: Engine = Object.assign(Object.create(store.engine) as Engine, {
    async range(requests: readonly RangeRequest[], revision?: number) {
      await gate
      if (failures-- > 0) throw new UnavailableError('memory', 'a test')
      return store.engine.range(requests, revision)
    },
  })
  const feed = new RangeFeed(
    engine,
    prefixRange('1/'),
    2,
    {
      changed: (changes, revision) => told.push(`${revision}: ${changes.map(({ kv }) => kv.key).join(' ')}`),
      state: (kvs, revision) => told.push(`state ${revision}: ${kvs.map(({ key }) => key).join(' ')}`),
      progress: (revision) => told.push(`progress ${revision}`),
      failed: (error) => told.push(error.message),
    },
    { clock: store.clock },
  )
  return {
    ...store,
    told,
    feed,
    failReads: (count: number) => (failures = count),
    holdReads() {
      let release = (): void => undefined
      gate = new Promise((resolve) => (release = resolve))
      return release
    },
  }
}

test('behind missing history the state is told, and what comes after it', async () => {
  const { engine, write, told, feed } = start()
  await write({ '/a': '1' })
  await turnOfNode()
  feed.pause()
  await write({ '/b': '1', '/a': null })
  await engine.compact(await write({ '/c': '1' }))
  feed.resume()
  await turnOfNode()
  await write({ '/d': '1' })
  await turnOfNode()
  expect(told).toEqual(['2: 1/a', 'state 4: 1/b 1/c', '5: 1/d'])
  expect(feed.next).toBe(6)
})

test('a pause loses nothing where the history is there', async () => {
  const { write, told, feed } = start()
  feed.pause()
  await write({ '/a': '1' })
  await write({ '/b': '1' })
  await turnOfNode()
  expect(told).toEqual([])
  feed.resume()
  feed.resume()
  await turnOfNode()
  expect(told).toEqual(['2: 1/a', '3: 1/b'])
})

test('a state that was read for one who paused meanwhile is told when he goes on', async () => {
  const { engine, write, told, feed } = start()
  feed.pause()
  await write({ '/a': '1' })
  await engine.compact(await write({ '/b': '1' }))
  feed.resume()
  feed.pause()
  await turnOfNode()
  expect(told).toEqual([])
  feed.resume()
  await turnOfNode()
  expect(told).toEqual(['state 3: 1/a 1/b'])
})

test('a store that cannot be read is asked again, later each time', async () => {
  const { engine, write, told, feed, failReads, clock } = start()
  feed.pause()
  await write({ '/a': '1' })
  await engine.compact(await write({ '/b': '1' }))
  failReads(2)
  feed.resume()
  await turnOfNode()
  clock.advance(100)
  await turnOfNode()
  clock.advance(199)
  await turnOfNode()
  expect(told).toEqual([])
  clock.advance(1)
  await turnOfNode()
  expect(told).toEqual(['state 3: 1/a 1/b'])
})

test('without anybody for the state, missing history is a failure', async () => {
  const { engine, write, told, feed } = start()
  const sink: FeedSink = { changed: () => told.push('?'), failed: (error) => told.push(error.message) }
  feed.close()
  await write({ '/a': '1' })
  await engine.compact(await write({ '/b': '1' }))
  new RangeFeed(engine, prefixRange('1/'), 2, sink, { clock: start().clock })
  await turnOfNode()
  expect(told).toEqual(['revision 2 has been compacted: the oldest kept is 3'])
})

test('a closed store is told as a failure, also to a feed that begins after it; a closed feed hears nothing', async () => {
  const { engine, told, feed, clock } = start()
  const heard: string[] = []
  await engine.close()
  const sink: FeedSink = { changed: () => heard.push('?'), failed: (error) => heard.push(error.message) }
  new RangeFeed(engine, prefixRange('1/'), 2, sink, { clock })
  new RangeFeed(engine, prefixRange('1/'), 2, sink, { clock }).close()
  await turnOfNode()
  feed.close()
  expect([told, heard]).toEqual([['the store in memory was closed'], ['the store in memory was closed']])
})

test('progress is told once everything was, and moves the place to go on from', async () => {
  const { write, told, feed } = start()
  await write({ '/a': '1' })
  await write({ '/other/level': '1' })
  feed.askProgress()
  await turnOfNode()
  expect([told, feed.next]).toEqual([['2: 1/a', 'progress 3'], 4])
})
