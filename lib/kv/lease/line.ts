/**
 * Standing in line. Everybody who wants what a path stands for has a key below it, named after a lease of its own, and
 * whose key came into being first has it. Each waits for the one before it only, so that when one leaves, one wakes.
 *
 * The keys are those of etcd's own tools: `etcdctl lock 2/jobs/a` stands in the line of `/jobs/a`, as does Go's
 * `concurrency` package under that prefix.
 */
import type { Clock } from '../../movement/loop/clock.js'
import type { Compare, Engine, Kv } from '../engine/engine.js'
import { leaseText } from '../engine/lease-id.js'
import { prefixRange, type Key, type Range } from '../engine/range.js'
import { ConfigCollision, LeaseLostError, LockLostError } from '../errors.js'
import { checkPath, keyOf } from '../path.js'
import type { Lease } from './lease.js'
import type { LeaseKeeper } from './lease-keeper.js'
import { nextChange } from './next-change.js'
import { patiently } from './patiently.js'

/** What lines are kept in. */
export interface LineSupport {
  readonly engine: Engine
  readonly keeper: LeaseKeeper
  readonly clock: Clock
}

/** How to stand in line. */
export interface LineOptions {
  /** How long others have to wait when this process is gone without a word; 10 s if it isn't given. */
  readonly ttlMs?: number
  /** Ends the waiting: the line is left, and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** All places in a line. */
export function lineOf(path: string): Range {
  return prefixRange(keyOf(`${path}/`))
}

/** Who came first. */
export function firstOf(places: readonly Kv[]): Kv | undefined {
  return places.reduce<Kv | undefined>(
    (best, kv) => (best === undefined || kv.create < best.create ? kv : best),
    undefined,
  )
}

/** Who came last of those that came before a revision. */
export function lastBefore(places: readonly Kv[], revision: number): Kv | undefined {
  return places.reduce<Kv | undefined>(
    (best, kv) => (kv.create < revision && (best === undefined || kv.create > best.create) ? kv : best),
    undefined,
  )
}

/** What came of waiting: the head of the line. */
export interface Head {
  readonly path: string
  /** Of its own key. */
  readonly keyPath: string
  readonly lease: Lease
  /** At which revision its key came into being. */
  readonly token: number
}

/**
 * Stand in line until all who came before have left.
 *
 * @throws {InvalidPathError} If the path can't have keys below it.
 * @throws {UnavailableError} If the store can't be reached at first; later it is waited for, as long as the lease lives.
 * @throws {LockLostError} If the own place is gone before it is the first.
 */
export async function standInLine(
  support: LineSupport,
  path: string,
  value: Uint8Array,
  options: LineOptions,
): Promise<Head> {
  checkPath(path, 'strict')
  options.signal?.throwIfAborted()
  const { keeper } = support
  const lease = await keeper.grant(options)
  const keyPath = `${path}/${leaseText(lease.id)}`
  const signal = options.signal === undefined ? lease.signal : AbortSignal.any([options.signal, lease.signal])
  try {
    const place = new Waiting(support, path, keyOf(keyPath), lease, signal)
    const token = await place.enter(value)
    await place.becomeFirst(token)
    return { path, keyPath, lease, token }
  } catch (error) {
    // Why it was left is what the caller has to know; if the store can't be told, the key goes when the lease does.
    await lease.revoke().catch(() => undefined)
    throw error instanceof LeaseLostError ? new LockLostError(path, 'its lease is over', { cause: error }) : error
  }
}

/** One who waits. */
class Waiting {
  readonly #support: LineSupport
  readonly #path: string
  readonly #key: Key
  readonly #lease: Lease
  readonly #signal: AbortSignal
  /** The line as it was at `#revision`. */
  #places: readonly Kv[] = []
  #revision = 0

  constructor(support: LineSupport, path: string, key: Key, lease: Lease, signal: AbortSignal) {
    this.#support = support
    this.#path = path
    this.#key = key
    this.#lease = lease
    this.#signal = signal
  }

  /** Take a place at the end, and see who is there. Whether it was taken before the link broke shows the lease. */
  async enter(value: Uint8Array): Promise<number> {
    const { clock, engine } = this.#support
    const key = this.#key
    const isFree: Compare = { key, target: 'version', is: '=', than: 0 }
    const look = { op: 'range', ...lineOf(this.#path), keysOnly: true } as const
    return patiently(clock, this.#signal, async () => {
      const { results, revision } = await engine.commit(
        [isFree],
        [{ op: 'put', key, value, lease: this.#lease.id }, look],
        [look],
      )
      const last = results.at(-1)
      this.#places = last?.op === 'range' ? last.kvs : []
      this.#revision = revision
      const own = this.#places.find((kv) => kv.key === key)
      if (own?.lease !== this.#lease.id) throw new ConfigCollision(`${this.#path}/${leaseText(this.#lease.id)}`)
      return own.create
    })
  }

  async becomeFirst(token: number): Promise<void> {
    const { clock, engine } = this.#support
    const signal = this.#signal
    for (;;) {
      const isThere = this.#places.some(({ key, create }) => key === this.#key && create === token)
      if (!isThere) throw new LockLostError(this.#path, 'its key was deleted while it was waiting')
      const ahead = lastBefore(this.#places, token)
      if (ahead === undefined) return
      await nextChange(engine, { key: ahead.key }, this.#revision + 1, {
        counts: ({ type }) => type === 'delete',
        signal,
      })
      const line = { ...lineOf(this.#path), keysOnly: true }
      const { results, revision } = await patiently(clock, signal, () => engine.range([line]))
      this.#places = results[0]?.kvs ?? []
      this.#revision = revision
    }
  }
}
