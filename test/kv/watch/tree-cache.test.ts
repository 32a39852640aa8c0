import { expect, test } from '@jest/globals'
import { TreeCache, type CacheChange, type TreeCacheOptions } from '../../../lib/kv/watch/tree-cache.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

const text = ({ kind, path, before, value, revision }: CacheChange): string =>
  `${revision} ${kind} ${path} ${before ?? '-'}>${value ?? '-'}`

async function start(path = '/a', options: TreeCacheOptions = {}) {
  const store = memoryStore()
  await store.write({ '/a': '1', '/a/b': '1', '/a/b/c': '1', '/ab': '1' })
  const cache = new TreeCache(store.engine, path, { clock: store.clock, ...options })
  const told: string[] = []
  cache.onChange((change) => told.push(text(change)))
  return { ...store, cache, told }
}

test('it has the whole tree of its path once it is ready, and nothing beside it', async () => {
  const { cache, told } = await start()
  expect([cache.size, cache.revision]).toEqual([0, 0])
  await cache.ready
  expect([...cache.entries()].map(({ path }) => path)).toEqual(['/a', '/a/b', '/a/b/c'])
  expect([...cache.entries('/a/b/')]).toEqual([{ path: '/a/b/c', value: '1', modRevision: 2 }])
  expect([cache.get('/a'), cache.get('/ab'), cache.entry('/a')?.modRevision, cache.revision]).toEqual(['1', null, 2, 2])
  expect(told).toEqual(['2 added /a ->1', '2 added /a/b ->1', '2 added /a/b/c ->1'])
})

test('it follows what is written, and tells how', async () => {
  const { cache, told, write } = await start()
  await cache.ready
  told.length = 0
  await write({ '/a': '2', '/ab': '2' })
  await write({ '/a': null })
  await write({ '/a/x': '' })
  await turnOfNode()
  expect(told).toEqual(['3 changed /a 1>2', '4 removed /a 2>-', '5 added /a/x ->'])
  expect([cache.get('/a'), cache.get('/a/x'), cache.entry('/a'), cache.revision]).toEqual([null, '', null, 5])
})

test('behind missing history it tells the difference, and is right again', async () => {
  const { cache, told, write, engine } = await start()
  await cache.ready
  told.length = 0
  // Written and compacted before the watch was told.
  const writing = [write({ '/a': '2' }), write({ '/a/b': null }), write({ '/a/n': '1' }), write({ '/a': '3' })]
  await Promise.all([...writing, engine.compact(6)])
  await turnOfNode()
  expect(told.filter((line) => !line.endsWith('3'))).toEqual(['6 removed /a/b 1>-', '5 added /a/n ->1'])
  expect(told).toContain('6 changed /a 1>3')
  expect([...cache.entries()].map(({ value }) => value)).toEqual(['3', '1', '1'])
  await write({ '/a': '4' })
  await turnOfNode()
  expect(cache.get('/a')).toBe('4')
})

test('it takes other extents, too', async () => {
  const { cache } = await start('/a', { prefix: true })
  await cache.ready
  expect([...cache.entries()].map(({ path }) => path)).toEqual(['/a', '/ab'])
})

test('one can wait until something holds', async () => {
  const { cache, write } = await start()
  const stop = new AbortController()
  let done = false
  const waiting = cache.until((tree) => tree.get('/a') === '3').then(() => (done = true))
  await cache.until(({ size }) => size === 3)
  await write({ '/a': '2' })
  await turnOfNode()
  expect(done).toBe(false)
  await write({ '/a': '3' })
  await waiting
  const never = cache.until(() => false, { signal: stop.signal })
  const wrong = cache.until((tree) => {
    if (tree.get('/a') === '4') throw new Error('wrong')
    return false
  })
  const [neverEnds, wrongEnds] = [expect(never).rejects.toThrow('enough'), expect(wrong).rejects.toThrow('wrong')]
  await turnOfNode()
  await write({ '/a': '4' })
  await wrongEnds
  stop.abort(new Error('enough'))
  await neverEnds
})

test('who waits for a cache that is closed is told so, and it hears nothing more', async () => {
  const { cache, write, told } = await start()
  await cache.ready
  told.length = 0
  const heard: unknown[] = []
  cache.onEnd((error) => heard.push(error))
  const waiting = expect(cache.until(() => false)).rejects.toThrow('the cache was closed')
  await turnOfNode()
  await cache[Symbol.asyncDispose]()
  await waiting
  await expect(cache.until(() => true)).rejects.toThrow('the cache was closed')
  await write({ '/a': '2' })
  await turnOfNode()
  cache.onEnd((error) => heard.push(error))
  expect([told, heard, cache.get('/a')]).toEqual([[], [null, null], '1'])
})

test('the end of its store is told', async () => {
  const { cache, engine } = await start()
  await cache.ready
  const heard: string[] = []
  cache.onEnd((error) => heard.push(String(error?.message)))
  cache.onEnd(() => heard.push('?'))()
  const waiting = expect(cache.until(() => false)).rejects.toThrow('the store in memory was closed')
  await turnOfNode()
  await engine.close()
  await waiting
  cache.close()
  cache.onEnd((error) => heard.push(String(error?.message)))
  expect(heard).toEqual(['the store in memory was closed', 'the store in memory was closed'])
  await expect(new TreeCache(engine, '/a').ready).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

test("a listener's error is told, and neither the others nor the cache miss anything", async () => {
  const errors: string[] = []
  const log = lineLogger({}, (line) => errors.push(line))
  const { engine, write } = await start()
  const cache = new TreeCache(engine, '/a/b', { log })
  const told: string[] = []
  cache.onChange(({ path }) => {
    throw new Error(`not ${path}`)
  })
  cache.onChange((change) => told.push(text(change)))
  await cache.ready
  await write({ '/a/b': '2' })
  await turnOfNode()
  expect(told).toHaveLength(3)
  expect(errors).toEqual(
    ['/a/b', '/a/b/c', '/a/b'].map(
      (path) => `ERROR a listener failed: not ${path} path=${path}
`,
    ),
  )
})
