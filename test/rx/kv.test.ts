import { expect, test } from '@jest/globals'
import { lastValueFrom, map, take, toArray } from 'rxjs'
import { MemoryBackend } from '../../lib/kv/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { treeCache$, watch$ } from '../../lib/rx/kv.js'

test('the changes below a path are told until nobody wants them', async () => {
  const kv = new MemoryBackend()
  const values = lastValueFrom(
    watch$(kv, '/a', { subtree: true, revision: 1 }).pipe(
      map(({ path, value }) => `${path}=${value}`),
      take(2),
      toArray(),
    ),
  )
  await kv.put('/a', '1')
  await kv.put('/b', '1')
  await kv.delete('/a')
  await kv.put('/a', '2')
  expect(await values).toEqual(['/a=1', '/a=null'])
})

test('the end of the store is an error', async () => {
  const kv = new MemoryBackend()
  const whole = lastValueFrom(watch$(kv, '/a'))
  const ended = expect(whole).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await kv.close()
  await ended
})

test('a watch that is over by its signal errs with the reason', async () => {
  const stop = new AbortController()
  const whole = lastValueFrom(watch$(new MemoryBackend(), '/a', { signal: stop.signal }))
  const ended = expect(whole).rejects.toThrow('enough')
  stop.abort(new Error('enough'))
  await ended
})

test('a cache tells what it has and what changes, and completes when it is closed', async () => {
  const kv = new MemoryBackend()
  await kv.put('/a', '1')
  const cache = kv.treeCache('/a')
  await cache.ready
  const all = lastValueFrom(treeCache$(cache).pipe(toArray()))
  const left: unknown[] = []
  treeCache$(cache)
    .subscribe((change) => left.push(change))
    .unsubscribe()
  await kv.put('/a', '2')
  await turnOfNode()
  cache.close()
  expect((await all).map(({ kind, value }) => `${kind} ${value}`)).toEqual(['added 1', 'changed 2'])
  expect(left).toHaveLength(1)
})

test('a cache whose store ends is an error', async () => {
  const kv = new MemoryBackend()
  const cache = kv.treeCache('/a')
  await cache.ready
  const ended = expect(lastValueFrom(treeCache$(cache))).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await kv.close()
  await ended
})
