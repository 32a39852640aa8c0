import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { drive, readKeys, watcherSuite } from '../../support/kv-watcher-suite.js'

function start() {
  const clock = new ManualClock()
  return { kv: new MemoryBackend({ clock }), clock }
}

watcherSuite(() => Promise.resolve(start()))

test('what is under way when it wakes comes with it', async () => {
  const { kv } = start()
  const { watcher, next } = await drive(kv)
  await readKeys(watcher, '/a', '/b', '/c')
  const woken = next()
  for (const path of ['/b', '/a', '/b']) await kv.put(path, 'second')
  expect((await woken).reason.paths).toEqual(['/b', '/a'])
})

test('more changes are gathered for as long as is wanted, and a signal cuts that short', async () => {
  const { kv, clock } = start()
  const stop = new AbortController()
  const { watcher, next } = await drive(kv, { debounceMs: 100, signal: stop.signal })
  await readKeys(watcher, '/a', '/b')
  const woken = next()
  await kv.put('/a', 'second')
  await turnOfNode()
  clock.advance(99)
  await kv.put('/b', 'second')
  await turnOfNode()
  clock.advance(1)
  expect((await woken).reason.paths).toEqual(['/a', '/b'])
  await readKeys(watcher, '/a')
  const ended = expect(next()).rejects.toThrow('enough')
  await kv.put('/a', 'third')
  await turnOfNode()
  stop.abort(new Error('enough'))
  await ended
})

test('the end of its store ends the loop', async () => {
  const { kv } = start()
  const { watcher, next } = await drive(kv)
  await readKeys(watcher, '/a')
  const ended = expect(next()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await kv.close()
  await ended
})

test('times below 0 are refused', async () => {
  const { kv } = start()
  expect(() => kv.watcher({ timeoutMs: -1 })).toThrow('timeoutMs must be at least 0: it is -1')
  expect(() => kv.watcher({ debounceMs: -1 })).toThrow('debounceMs must be at least 0')
  const { watcher } = await drive(kv)
  expect(() => watcher.setTimeoutMs(NaN)).toThrow('timeoutMs must be at least 0')
})
