import { expect, test } from '@jest/globals'
import { PathWatch, type WatchEvent, type WatchOptions } from '../../../lib/kv/watch/path-watch.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

const text = ({ path, value, revision, afterGap }: WatchEvent): string =>
  `${revision.revision} ${path}=${value ?? '-'}${afterGap ? ' gap' : ''}`

/** The next events of a watch, which must have come. */
async function take(watch: PathWatch, count: number): Promise<string[]> {
  const events: string[] = []
  while (events.length < count) {
    const { value } = await watch.next()
    if (value === undefined) break
    events.push(text(value))
  }
  return events
}

async function start(path: string, options: WatchOptions = {}) {
  const store = memoryStore()
  await store.write({ '/a': '1', '/a/b': '1', '/ab': '1' })
  const watch = new PathWatch(store.engine, path, { clock: store.clock, ...options })
  return { ...store, watch }
}

test('one key is told with what was written, deletions as null, from the beginning on', async () => {
  const { watch, write } = await start('/a')
  expect(await watch.ready).toBe(2)
  await write({ '/a': '2', '/a/b': '2', '/ab': '2' })
  await write({ '/a': null })
  await write({ '/a': '' })
  expect(await take(watch, 3)).toEqual(['3 /a=2', '4 /a=-', '5 /a='])
})

test('a subtree is told whole, with all its levels and nothing beside it', async () => {
  const { watch, write } = await start('/a', { subtree: true })
  await watch.ready
  await write({ '/a': '2', '/a/b': '2', '/a/b/c/d': '2', '/ab': '2' })
  expect((await take(watch, 3)).sort()).toEqual(['3 /a/b/c/d=2', '3 /a/b=2', '3 /a=2'])
  await write({ '/ab': '3', '/a/é': '3' })
  expect(await take(watch, 1)).toEqual(['4 /a/é=3'])
})

test('from a state that is known, everything behind it is told', async () => {
  const { engine, write } = memoryStore()
  const seen = await write({ '/a': '1' })
  await write({ '/a': '2' })
  await write({ '/b': '2' })
  const whole = new PathWatch(engine, '/', { prefix: true, revision: { revision: seen, modRevision: null } })
  expect(await take(whole, 2)).toEqual(['3 /a=2', '4 /b=2'])
  const one = new PathWatch(engine, '/a', { revision: seen })
  expect(await take(one, 1)).toEqual(['3 /a=2'])
})

test('who is slow loses nothing: the watch pauses, and the history keeps what comes', async () => {
  const { watch, write } = await start('/', { prefix: true, bufferMax: 4 })
  await watch.ready
  for (let i = 0; i < 50; i++) await write({ '/n': String(i) })
  await turnOfNode()
  const events = await take(watch, 50)
  expect(events).toEqual(Array.from({ length: 50 }, (_, i) => `${i + 3} /n=${i}`))
})

test('behind missing history the difference of the states is told', async () => {
  const { watch, write, engine } = await start('/', { prefix: true, bufferMax: 1 })
  await watch.ready
  await write({ '/a': '2' })
  await turnOfNode()
  await write({ '/a': '3' })
  await write({ '/c': '3', '/ab': null })
  await engine.compact(await write({ '/c': '4' }))
  expect(await take(watch, 4)).toEqual(['3 /a=2', '4 /a=3 gap', '6 /c=4 gap', '6 /ab=- gap'])
  await write({ '/d': '5' })
  expect(await take(watch, 1)).toEqual(['7 /d=5'])
})

test('who wants no difference is told that history is missing, behind what was there before', async () => {
  const { watch, write, engine } = await start('/', { prefix: true, bufferMax: 1, onGap: 'fail' })
  await watch.ready
  await write({ '/a': '2' })
  await turnOfNode()
  await write({ '/a': '3' })
  await engine.compact(await write({ '/a': '4' }))
  expect(await take(watch, 1)).toEqual(['3 /a=2'])
  await expect(watch.next()).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
  const old = new PathWatch(engine, '/a', { revision: 2 })
  await expect(old.next()).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
  await expect(old.ready).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
})

test('a position goes on level by level, behind what is over with and not what is under way or waits', async () => {
  const { watch, write, engine } = await start('/a', { recurse: 1 })
  await watch.ready
  await write({ '/a': '2', '/a/b': '2' })
  await write({ '/a': '3' })
  await turnOfNode()
  expect(await take(watch, 1)).toEqual(['3 /a=2'])
  expect(watch.position).toEqual([2, 2])
  expect(await take(watch, 1)).toEqual(['3 /a/b=2'])
  expect(watch.position).toEqual([3, 2])
  watch.close()
  const again = new PathWatch(engine, '/a', { recurse: 1, position: watch.position })
  expect((await take(again, 2)).sort()).toEqual(['3 /a/b=2', '4 /a=3'])
  expect(() => new PathWatch(engine, '/a', { prefix: true, bufferMax: 0 })).toThrow('bufferMax must be at least 1')
  await expect(new PathWatch(engine, '/a', { position: [3, 3] }).ready).rejects.toThrow('it has 2')
})

test('a position within a revision goes on behind those of its events that are over with', async () => {
  const { watch, write, engine } = await start('/', { prefix: true })
  await watch.ready
  await write({ '/a': '2', '/b': '2', '/c': '2' })
  await write({ '/d': '3' })
  expect(await take(watch, 2)).toEqual(['3 /a=2', '3 /b=2'])
  expect(watch.position).toEqual([{ revision: 3, done: 1 }])
  const again = new PathWatch(engine, '/', { prefix: true, position: watch.position })
  await again.ready
  expect(again.position).toEqual([{ revision: 3, done: 1 }])
  expect(await take(again, 3)).toEqual(['3 /b=2', '3 /c=2', '4 /d=3'])
})

test('leaving the loop closes the watch', async () => {
  const { watch, write, engine } = await start('/a')
  await watch.ready
  await write({ '/a': '2' })
  for await (const event of watch) {
    expect(event.value).toBe('2')
    break
  }
  expect(await watch.next()).toEqual({ done: true, value: undefined })
  expect(engineWatches(engine)).toBe(0)
})

test('closing ends a loop that waits; a signal ends it with its reason', async () => {
  const { watch, engine } = await start('/a')
  const waiting = watch.next()
  await watch[Symbol.asyncDispose]()
  expect(await waiting).toEqual({ done: true, value: undefined })
  const stop = new AbortController()
  const other = new PathWatch(engine, '/a', { signal: stop.signal })
  const next = other.next()
  await other.ready
  stop.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
  await expect(new PathWatch(engine, '/a', { signal: stop.signal }).next()).rejects.toThrow('enough')
  await turnOfNode()
  expect(engineWatches(engine)).toBe(0)
})

test('a store that is closed ends the loop with an error', async () => {
  const { watch, engine } = await start('/a')
  await watch.ready
  await engine.close()
  await expect(watch.next()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

function engineWatches(engine: object): number {
  return (engine as { hub: { size: number } }).hub.size
}
