/** What watchers promise, over any store (specification kv, sections 11 and 17). */
import { expect, test } from '@jest/globals'
import type { Backend, Transaction, Watcher, WatcherOptions } from '../../lib/kv/index.js'
import type { ManualClock } from '../../lib/movement/loop/clock.js'

/** A database for one test. Its watchers' timeouts are on the clock that is given. */
export type MakeKv = (clock: ManualClock) => Backend | Promise<Backend>

/** A watcher whose iterations are asked for one by one. */
export interface Driven {
  readonly watcher: Watcher
  /** Let the body be over: the watcher waits, and resolves when the next iteration begins. */
  next(): Promise<Watcher>
  leave(): Promise<void>
}

/** Begin a watcher: its first iteration is under way. */
export async function drive(kv: Backend, options: WatcherOptions = {}): Promise<Driven> {
  const loop = kv.watcher(options)[Symbol.asyncIterator]()
  const next = async (): Promise<Watcher> => {
    const { value } = await loop.next()
    if (value === undefined) throw new Error('the loop is over')
    return value
  }
  return {
    watcher: await next(),
    next,
    async leave() {
      await loop.return(undefined)
    },
  }
}

/** Read keys in a nested transaction. */
export async function readKeys(watcher: Watcher, ...paths: string[]): Promise<(string | null)[]> {
  return await watcher.transact(async (txn) => await Promise.all(paths.map((path) => txn.get(path))))
}

/** Register the tests. */
export function watcherSuite(make: () => Promise<{ kv: Backend; clock: ManualClock }>): void {
  async function start(options: WatcherOptions = {}) {
    const { kv, clock } = await make()
    for (const path of ['/a', '/b', '/l/1', '/l/2']) await kv.put(path, 'first')
    return { kv, clock, ...(await drive(kv, options)) }
  }

  test('the first iteration begins at once, the next when something read has changed', async () => {
    const { kv, watcher, next } = await start()
    expect(watcher.reason).toEqual({ kind: 'start', paths: [] })
    expect(await readKeys(watcher, '/a', '/none')).toEqual(['first', null])
    const woken = next()
    await kv.put('/a', 'second')
    expect((await woken).reason).toEqual({ kind: 'changed', paths: ['/a'] })
  })

  test.each<[string, (kv: Backend) => Promise<unknown>]>([
    ['another value', (kv) => kv.put('/a', 'second')],
    ['the same value', (kv) => kv.put('/a', 'first')],
    ['its deletion', (kv) => kv.delete('/a')],
    ['deletion and creation', (kv) => kv.delete('/a').then(() => kv.create('/a', 'first'))],
  ])('a key that was got wakes by %s', async (_, change) => {
    const { kv, watcher, next } = await start()
    await readKeys(watcher, '/a')
    const woken = next()
    await change(kv)
    expect((await woken).reason.paths).toEqual(['/a'])
  })

  test('a key that was not there wakes by its creation', async () => {
    const { kv, watcher, next } = await start()
    await readKeys(watcher, '/none')
    const woken = next()
    await kv.create('/none', '')
    expect((await woken).reason.paths).toEqual(['/none'])
  })

  test('a listing wakes by what comes into it, and by what goes, and by no new value', async () => {
    const { kv, watcher, next } = await start()
    const list = (): Promise<string[]> => watcher.transact((txn) => txn.listKeys('/l/'))
    await list()
    const woken = next()
    await kv.put('/l/1', 'second')
    await kv.create('/l/3', '')
    expect((await woken).reason.paths).toEqual(['/l/3'])
    expect(await list()).toEqual(['/l/1', '/l/2', '/l/3'])
    const again = next()
    await kv.put('/l/3', 'second')
    await kv.delete('/l/2')
    expect((await again).reason.paths).toEqual(['/l/2'])
  })

  test('a listing of one level concerns no other', async () => {
    const { kv, watcher, next } = await start()
    await watcher.transact((txn) => txn.listKeys('/l/', { recurse: [1] }))
    const woken = next()
    await kv.put('/l/3', '')
    await kv.put('/l/3/x/y', '')
    await kv.put('/l/3/x', '')
    expect((await woken).reason.paths).toEqual(['/l/3/x'])
  })

  test('values that were listed were read', async () => {
    const { kv, watcher, next } = await start()
    await watcher.transact((txn) => txn.entries('/l/'))
    const woken = next()
    await kv.put('/l/2', 'second')
    expect((await woken).reason.paths).toEqual(['/l/2'])
  })

  test('what changes while the body runs begins the next iteration at once', async () => {
    const { kv, watcher, next } = await start()
    await readKeys(watcher, '/a')
    await kv.put('/a', 'second')
    await readKeys(watcher, '/b')
    expect((await next()).reason.paths).toEqual(['/a'])
    expect(await readKeys(watcher, '/a')).toEqual(['second'])
  })

  test('a burst is one iteration', async () => {
    const { kv, watcher, next } = await start()
    await readKeys(watcher, '/a', '/b')
    for (let i = 0; i < 20; i++) await kv.put(i % 2 === 0 ? '/a' : '/b', String(i))
    await next()
    expect(await readKeys(watcher, '/a', '/b')).toEqual(['18', '19'])
    const woken = next()
    await kv.put('/b', 'last')
    await woken
    expect(await readKeys(watcher, '/b')).toEqual(['last'])
  })

  test('an iteration watches what it has read itself, and nothing that an earlier one had', async () => {
    const { kv, watcher, next } = await start()
    await readKeys(watcher, '/a')
    watcher.trigger()
    await next()
    await readKeys(watcher, '/b')
    const woken = next()
    await kv.put('/a', 'second')
    await kv.put('/b', 'second')
    expect((await woken).reason.paths).toEqual(['/b'])
  })

  test('its own writes wake it, unless that is not wanted', async () => {
    const write = async (txn: Transaction): Promise<void> => txn.update('/a', 'mine')
    const one = await start()
    await one.watcher.transact(write)
    expect((await one.next()).reason.paths).toEqual(['/a'])
    const other = await start({ ownWrites: false })
    await other.watcher.transact(write)
    await other.watcher.transact((txn) => txn.listKeys('/l/'))
    await other.watcher.transact((txn) => txn.create('/l/3', 'mine'))
    const woken = other.next()
    await other.kv.put('/b', 'no reason')
    await other.kv.create('/l/4', 'a reason')
    expect((await woken).reason.paths).toEqual(['/l/4'])
    await other.watcher.transact(write)
    const again = other.next()
    await other.kv.put('/a', "another's")
    expect((await again).reason.paths).toEqual(['/a'])
  })

  test('only the attempt that was committed counts', async () => {
    const { kv, watcher, next } = await start()
    let runs = 0
    await watcher.transact(async (txn) => {
      runs += 1
      await txn.get(runs === 1 ? '/a' : '/b')
      await txn.update('/l/1', 'mine')
      if (runs === 1) await kv.put('/a', 'second')
    })
    expect(runs).toBe(2)
    expect((await next()).reason.paths).toEqual(['/l/1'])
    await readKeys(watcher, '/b')
    const woken = next()
    await kv.put('/a', 'third')
    await kv.put('/b', 'second')
    expect((await woken).reason.paths).toEqual(['/b'])
  })

  test('reads of a transaction that was left count, by break and by an exception', async () => {
    const { kv, watcher, next } = await start()
    for await (const txn of watcher.txn()) {
      await txn.get('/a')
      break
    }
    const wrong = watcher.transact(async (txn) => {
      await txn.get('/b')
      throw new Error('wrong')
    })
    await expect(wrong).rejects.toThrow('wrong')
    const woken = next()
    await kv.put('/a', 'second')
    expect((await woken).reason.paths).toEqual(['/a'])
    await readKeys(watcher, '/a')
    const failing = watcher.transact(async (txn) => {
      await txn.get('/b')
      throw new Error('wrong')
    })
    await expect(failing).rejects.toThrow('wrong')
    const again = next()
    await kv.put('/b', 'second')
    expect((await again).reason.paths).toEqual(['/b'])
  })

  test('the loop over a nested transaction commits, and conflicts by itself', async () => {
    const { kv, watcher } = await start()
    let runs = 0
    for await (const txn of watcher.txn()) {
      runs += 1
      const value = await txn.get('/a')
      if (runs === 1) await kv.put('/a', 'second')
      await txn.put('/b', `${value} seen`)
    }
    expect([runs, (await kv.get('/b'))[0]]).toEqual([2, 'second seen'])
    await expect(
      watcher.transact(
        async (txn) => {
          await txn.update('/a', 'mine')
          await kv.put('/a', "another's")
        },
        { maxRetries: 1 },
      ),
    ).rejects.toMatchObject({ code: 'ERR_KV_RETRIES' })
  })

  test('trigger wakes it while it waits, and is remembered while it does not', async () => {
    const { watcher, next } = await start({ timeoutMs: 1 })
    await readKeys(watcher, '/a')
    const woken = next()
    watcher.trigger()
    expect((await woken).reason).toEqual({ kind: 'trigger', paths: [] })
    watcher.trigger()
    watcher.trigger()
    expect((await next()).reason.kind).toBe('trigger')
  })

  test('without a change the next iteration comes at its time, and never where there is none', async () => {
    const { kv, clock, watcher, next } = await start({ timeoutMs: 1000 })
    await readKeys(watcher, '/a')
    let woken = next()
    clock.advance(1000)
    expect((await woken).reason).toEqual({ kind: 'timeout', paths: [] })
    watcher.setTimeoutMs(null)
    expect(watcher.timeoutMs).toBeNull()
    await readKeys(watcher, '/a')
    woken = next()
    clock.advance(1_000_000)
    await kv.put('/a', 'second')
    expect((await woken).reason.kind).toBe('changed')
    woken = next()
    watcher.setTimeoutMs(50)
    clock.advance(50)
    expect((await woken).reason.kind).toBe('timeout')
  })

  test('a body that reads nothing waits for its trigger and its time', async () => {
    const { kv, clock, watcher, next } = await start({ timeoutMs: 100 })
    await watcher.transact((txn) => txn.delete('/none', { mustExist: false }))
    const woken = next()
    await kv.put('/a', 'second')
    expect(watcher.watched).toEqual({ ranges: 0, keys: 0 })
    clock.advance(100)
    expect((await woken).reason.kind).toBe('timeout')
  })

  test('the low-level watches are those that the reads of an iteration need', async () => {
    const { kv, watcher, next, leave } = await start()
    const iterate = async (...paths: string[]): Promise<unknown> => {
      await readKeys(watcher, ...paths)
      watcher.trigger()
      await next()
      return watcher.watched
    }
    await watcher.transact((txn) => txn.listKeys('/l/'))
    expect(await iterate('/a', '/l/1', '/l/2')).toEqual({ keys: 1, ranges: 1 })
    expect(await iterate('/a', '/l/1', '/l/2')).toEqual({ keys: 3, ranges: 0 })
    expect(await iterate('/a', '/l/1')).toEqual({ keys: 2, ranges: 0 })
    expect(await iterate('/a')).toEqual({ keys: 1, ranges: 0 })
    await leave()
    expect(watcher.watched).toEqual({ keys: 0, ranges: 0 })
    await kv.put('/a', 'second')
  })

  test('leaving the loop by an exception ends all watches', async () => {
    const { kv } = await start()
    let seen: Watcher | null = null
    const loop = async (): Promise<void> => {
      for await (const watcher of kv.watcher()) {
        seen = watcher
        await readKeys(watcher, '/a')
        if (watcher.reason.kind !== 'start') throw new Error('enough')
        watcher.trigger()
      }
    }
    await expect(loop()).rejects.toThrow('enough')
    expect((seen as Watcher | null)?.watched).toEqual({ keys: 0, ranges: 0 })
  })

  test('a signal ends a loop that waits, with its reason, and the transactions in it', async () => {
    const stop = new AbortController()
    const { watcher, next } = await start({ signal: stop.signal })
    await readKeys(watcher, '/a')
    const ended = expect(next()).rejects.toThrow('enough')
    stop.abort(new Error('enough'))
    await ended
    await expect(readKeys(watcher, '/a')).rejects.toThrow('enough')
    await expect(start({ signal: stop.signal })).rejects.toThrow('enough')
  })

  test('a wrapper stands between the body and its transactions', async () => {
    const { kv } = await start()
    for await (const watcher of kv.watcher({ txnWrapper: (txn) => ({ lamp: () => txn.get('/a') }) })) {
      expect(await watcher.transact((txn) => txn.lamp())).toBe('first')
      for await (const txn of watcher.txn()) expect(await txn.lamp()).toBe('first')
      break
    }
  })

  test('a store that forgets its history again and again loses no change', async () => {
    const { kv, watcher, next } = await start()
    for (let round = 0; round < 20; round++) {
      await readKeys(watcher, '/a')
      await watcher.transact((txn) => txn.listKeys('/l/'))
      const woken = round % 2 === 0 ? next() : null
      await kv.put('/b', String(round))
      const { revision } = await kv.put(round % 3 === 0 ? `/l/new${round}` : '/a', String(round))
      await kv.put('/b', String(round))
      await kv.engine.compact(revision + 1)
      const { reason } = await (woken ?? next())
      expect(reason.paths).toEqual([round % 3 === 0 ? `/l/new${round}` : '/a'])
    }
  })

  test('of a view that is 1500 revisions old each key that was read is told', async () => {
    const { kv, watcher, next } = await start()
    await readKeys(watcher, '/a', '/b')
    for (let i = 0; i < 15; i++) await Promise.all(Array.from({ length: 100 }, () => kv.put(`/l/${i}`, String(i))))
    await kv.put('/b', 'second')
    const { reason } = await next()
    expect(reason.paths).toEqual(['/b'])
  })
}
