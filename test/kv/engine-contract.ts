/** What every engine does, tried on each: history, revisions, conditions, watches, leases. */
import { afterEach, expect, test } from '@jest/globals'
import type { Change, Engine, Op, WatchSink } from '../../lib/kv/engine/engine.js'
import { NO_END, prefixRange } from '../../lib/kv/engine/range.js'
import { NothingToKeepError } from '../../lib/kv/errors.js'
import type { ManualClock } from '../../lib/movement/loop/clock.js'

// As etcd has it: no key is empty.
const all = { key: '\0', end: NO_END }

/** An engine with an empty store. */
export interface Started {
  readonly engine: Engine
  /** What its leases are measured by. */
  readonly clock: ManualClock
}

/** How an engine is made for a test. */
export type StartEngine = (options: { readonly revisionsMax: number }) => Started | Promise<Started>

/** Write a key. */
export function put(key: string, value: string, lease: bigint | 'keep' = 0n): Op {
  return { op: 'put', key, value: Buffer.from(value), lease }
}

/** What a store has, or had at a revision: `a=1 b=2`. */
export async function stateOf(engine: Engine, revision?: number): Promise<string> {
  const { results } = await engine.range([all], revision)
  return (results[0]?.kvs ?? []).map(({ key, value }) => `${key}=${Buffer.from(value).toString()}`).join(' ')
}

/** A sink that writes down what it is told. */
export interface Tape extends WatchSink {
  readonly told: string[]
  /** Resolve once something was told that begins so, for the n-th time. */
  heard(start: string, times?: number): Promise<void>
}

/** A new tape. */
export function tape(): Tape {
  const told: string[] = []
  const waiting: (() => void)[] = []
  const text = ({ type, kv }: Change): string => `${type === 'put' ? '+' : '-'}${kv.key}`
  const tell = (line: string): void => {
    told.push(line)
    for (const look of waiting.splice(0)) look()
  }
  return {
    told,
    async heard(start, times = 1) {
      while (told.filter((line) => line.startsWith(start)).length < times) {
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    opened: (revision) => {
      tell(`opened ${revision}`)
    },
    changed: (changes, revision) => {
      tell(`${revision}: ${changes.map(text).join(' ')}`)
    },
    progress: (revision) => {
      tell(`progress ${revision}`)
    },
    gap: (compacted) => {
      tell(`gap ${compacted}`)
    },
    failed: (error) => {
      tell(`failed ${error.message}`)
    },
  }
}

/** Try an engine. */
export function checkEngine(make: StartEngine): void {
  const started: Engine[] = []
  const start = async (options: { revisionsMax?: number } = {}) => {
    const { engine, clock } = await make({ revisionsMax: 1_000_000, ...options })
    started.push(engine)
    return { engine, clock, state: () => stateOf(engine) }
  }
  afterEach(async () => {
    for (const engine of started.splice(0)) await engine.close()
  })

  test('each commit that writes raises the revision by one; one that writes nothing leaves it', async () => {
    const { engine } = await start()
    expect((await engine.range([all])).revision).toBe(1)
    expect(await engine.commit([], [put('a', '1'), put('b', '2')])).toMatchObject({ ok: true, revision: 2 })
    expect(await engine.commit([], [{ op: 'delete', key: 'zz' }])).toMatchObject({ revision: 2 })
    expect(await engine.commit([], [{ op: 'delete', key: 'a' }])).toMatchObject({ revision: 3 })
  })

  test('a key counts its versions since it last came into being', async () => {
    const { engine } = await start()
    await engine.commit([], [put('a', '1')])
    await engine.commit([], [put('a', '2')])
    await engine.commit([], [{ op: 'delete', key: 'a' }])
    await engine.commit([], [put('a', '3')])
    const at = async (revision?: number): Promise<unknown> =>
      (await engine.range([{ key: 'a' }], revision)).results[0]?.kvs
    expect(await at()).toMatchObject([{ create: 5, mod: 5, version: 1 }])
    expect(await at(4)).toEqual([])
    expect(await at(3)).toMatchObject([{ create: 2, mod: 3, version: 2 }])
  })

  test('what is written twice in one commit is refused, and nothing of it done', async () => {
    const { engine, state } = await start()
    await expect(engine.commit([], [put('a', '1'), put('a', '2')])).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
    const write = { op: 'put', key: 'a', lease: 0n } as const
    const both: Op[] = [put('a', '1'), { op: 'delete', ...prefixRange('') }]
    await expect(engine.commit([], both)).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
    await expect(engine.commit([], [put('a', '1'), put('b', '1', 77n)])).rejects.toMatchObject({
      code: 'ERR_KV_LEASE_LOST',
      lease: 77n,
    })
    await expect(engine.commit([], [put('a', '1', 'keep')])).rejects.toBeInstanceOf(NothingToKeepError)
    await expect(engine.commit([], [{ ...write, value: 'keep' }])).rejects.toBeInstanceOf(NothingToKeepError)
    expect(await state()).toBe('')
  })

  test('a condition on a range holds if it holds for all of its keys; an empty range is one key of version 0', async () => {
    const { engine } = await start()
    await engine.commit([], [put('k/1', '1')])
    await engine.commit([], [put('k/2', '1')])
    const is = async (than: number, relation: '<' | '=', prefix = 'k/'): Promise<boolean> =>
      (await engine.commit([{ ...prefixRange(prefix), target: 'create', is: relation, than }], [])).ok
    expect(await is(4, '<')).toBe(true)
    expect(await is(3, '<')).toBe(false)
    expect(await is(0, '=', 'none/')).toBe(true)
    expect(await is(1, '<', 'none/')).toBe(true)
  })

  test('a read within a commit sees what was written before it', async () => {
    const { engine } = await start()
    await engine.commit([], [put('a', '1')])
    const { results } = await engine.commit([], [put('b', '2'), { op: 'range', ...all, keysOnly: true }])
    expect(results[1]).toMatchObject({ op: 'range', count: 2, kvs: [{ key: 'a' }, { key: 'b', mod: 3 }] })
  })

  test('a watch is told each revision once, in order, from where it asked', async () => {
    const { engine } = await start()
    await engine.commit([], [put('k/1', '1')])
    await engine.commit([], [put('other', '1')])
    const past = tape()
    const now = tape()
    engine.watch(prefixRange('k/'), 2, past)
    engine.watch({ key: 'k/1' }, 0, now)
    expect(past.told).toEqual([])
    await now.heard('opened')
    await engine.commit([], [put('k/2', '1'), put('k/1', '2'), put('x', '1')])
    await engine.commit([], [{ op: 'delete', ...prefixRange('k/') }])
    await past.heard('5')
    await now.heard('5')
    expect(past.told).toEqual(['opened 1', '2: +k/1', '4: +k/2 +k/1', '5: -k/1 -k/2'])
    expect(now.told).toEqual(['opened 3', '4: +k/1', '5: -k/1'])
  })

  test('progress comes behind all that happened before it was asked for', async () => {
    const { engine } = await start()
    const sink = tape()
    const watch = engine.watch(all, 0, sink)
    await sink.heard('opened')
    await engine.commit([], [put('a', '1')])
    await engine.commit([], [put('b', '1')])
    watch.askProgress()
    await sink.heard('progress')
    expect(sink.told).toEqual(['opened 1', '2: +a', '3: +b', 'progress 3'])
  })

  test('a watch that is closed hears nothing more, even of what was there before', async () => {
    const { engine } = await start()
    await engine.commit([], [put('a', '1')])
    const closed = tape()
    const other = tape()
    const watch = engine.watch(all, 2, { ...closed, opened: () => { watch.close() } }) // prettier-ignore
    engine.watch(all, 2, other)
    await other.heard('2')
    expect(closed.told).toEqual([])
  })

  test('compacted history is a gap for a watch and an error for a read, and the state stays', async () => {
    const { engine, state } = await start()
    for (const value of ['1', '2', '3']) await engine.commit([], [put('a', value)])
    await engine.commit([], [put('b', '1')])
    await engine.compact(4)
    const sink = tape()
    engine.watch(all, 3, sink)
    await sink.heard('gap')
    expect(sink.told.at(-1)).toBe('gap 4')
    await expect(engine.range([all], 3)).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
    await expect(engine.range([all], 9)).rejects.toMatchObject({ code: 'ERR_KV_FUTURE_REVISION' })
    expect(await stateOf(engine, 4)).toBe('a=3')
    expect(await state()).toBe('a=3 b=1')
  })

  test('old revisions go by themselves once there are too many', async () => {
    const { engine } = await start({ revisionsMax: 10 })
    const writes = Array.from({ length: 100 }, (_, i) => [put('a', String(i))])
    await Promise.all(writes.map((ops) => engine.commit([], ops)))
    await expect(engine.range([all], 50)).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
    expect((await engine.range([all], 91)).results[0]?.kvs).toHaveLength(1)
  })

  test('a lease takes its keys with it, at its time and not a moment before, as one revision', async () => {
    const { engine, clock, state } = await start()
    const { id, ttlS } = await engine.grant(10)
    expect(ttlS).toBe(10)
    await engine.commit([], [put('a', '1', id), put('b', '1', id), put('c', '1')])
    clock.advance(9000)
    expect(await engine.keepAlive(id)).toBe(10)
    expect(await engine.timeToLive(id)).toEqual({ ttlS: 10, grantedTtlS: 10, keys: ['a', 'b'] })
    clock.advance(9999)
    expect(await state()).toBe('a=1 b=1 c=1')
    const sink = tape()
    engine.watch(all, 3, sink)
    clock.advance(1)
    await sink.heard('3')
    expect(sink.told.at(-1)).toBe('3: -a -b')
    expect(await state()).toBe('c=1')
    expect(await engine.keepAlive(id)).toBe(0)
    expect(await engine.timeToLive(id)).toEqual({ ttlS: -1, grantedTtlS: 0, keys: [] })
  })

  test('a key leaves its lease with a put of another, and stays with it where the put keeps it', async () => {
    const { engine, state } = await start()
    const { id } = await engine.grant(10, 77n)
    expect(id).toBe(77n)
    await engine.commit([], [put('a', '1', id), put('b', '1', id)])
    await engine.commit([], [put('a', '2'), put('b', '2', 'keep')])
    await engine.revoke(id)
    expect(await state()).toBe('a=2')
    await engine.revoke(id)
  })

  test('a key keeps its value where the put says so, and leaves or enters a lease', async () => {
    const { engine, state } = await start()
    const { id } = await engine.grant(10)
    await engine.commit([], [put('a', '1'), put('b', '', id)])
    const keep = (key: string, lease: bigint | 'keep'): Op => ({ op: 'put', key, value: 'keep', lease })
    await engine.commit([], [keep('a', id), keep('b', 'keep')])
    const { results } = await engine.range([all])
    expect(results[0]?.kvs).toMatchObject([{ key: 'a', version: 2, lease: id }, { key: 'b', version: 2, lease: id }]) // prettier-ignore
    expect(await state()).toBe('a=1 b=')
  })

  test('it knows its leases, and which store it is', async () => {
    const { engine } = await start()
    expect(await engine.leases()).toEqual([])
    const granted = [await engine.grant(10), await engine.grant(10, 77n)].map(({ id }) => id)
    expect([...(await engine.leases())].sort()).toEqual([...granted].sort())
    await engine.revoke(77n)
    expect(await engine.leases()).toEqual(granted.slice(0, 1))
    const other = await start()
    expect(await engine.storeId()).toBe(await engine.storeId())
    expect(await engine.storeId()).not.toBe(await other.engine.storeId())
  })

  test('who uses it after its end is told so, watches too', async () => {
    const { engine } = await start()
    const sink = tape()
    engine.watch(all, 0, sink)
    await sink.heard('opened')
    await engine.close()
    await engine.close()
    expect(sink.told).toMatchObject(['opened 1', expect.stringMatching(/^failed .* was closed$/)])
    await expect(engine.range([all])).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })
}
