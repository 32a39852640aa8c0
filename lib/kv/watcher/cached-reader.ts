/**
 * Where a watcher's transactions read from a store that is far away: as much as possible from what its watches have told
 * (specification kv, section 11.4).
 *
 * A transaction's first read decides which state it sees. That is the state which was the current one at most
 * `requeryProgressMs` ago, if nothing that is watched has changed since, and if nobody has written by this database since;
 * else the current one is asked for, and what is watched is brought up to it by the same request. All further reads are
 * of that state: those of watched keys and listings cost no request. A commit verifies all reads, so that an outdated
 * state can lead to another attempt, and never to a wrong write.
 */
import type { Clock } from '../../movement/loop/clock.js'
import type { Engine, RangeRequest, RangeResult, Snapshot } from '../engine/engine.js'
import { CompactedError } from '../errors.js'
import type { Reader } from '../transaction/snapshot.js'
import type { CachedRange } from './cached-range.js'

/** What watches have told. */
export interface Cached {
  /** The newest change of anything that is watched. */
  readonly lastChange: number
  /** What was asked for, as of a state; null if it isn't known. */
  answer(request: RangeRequest, revision: number): RangeResult | null
  /** Everything that is watched. */
  ranges(): Iterable<CachedRange>
}

/** How old a state may be, and who knows better. */
export interface CachedReaderOptions {
  readonly clock: Clock
  readonly requeryProgressMs: number
  /** The newest state that was written by this database. */
  readonly written: () => number
}

/** How much is brought up to date with one request; what is more is read when it is asked for. */
const RANGES_MAX = 64
const KEYS_MAX = 1000

/** Reads from a cache, and what isn't there from the store, all of one state. */
export class CachedReader implements Reader {
  private readonly engine: Engine
  private readonly cached: Cached
  private readonly options: CachedReaderOptions
  /** A state that was the current one at a time. */
  private revision = 0
  private checkedMs = -Infinity

  constructor(engine: Engine, cached: Cached, options: CachedReaderOptions) {
    this.engine = engine
    this.cached = cached
    this.options = options
  }

  /** Ask for the current state the next time: that which is known was in the way of a commit. */
  invalidate(): void {
    this.checkedMs = -Infinity
  }

  async range(requests: readonly RangeRequest[], revision?: number): Promise<Snapshot> {
    if (revision === undefined && !this.isFresh()) return await this.current(requests)
    return await this.at(requests, revision ?? this.revision)
  }

  private isFresh(): boolean {
    const { clock, requeryProgressMs, written } = this.options
    if (clock.now() - this.checkedMs > requeryProgressMs) return false
    return this.revision >= written() && this.revision >= this.cached.lastChange
  }

  private async at(requests: readonly RangeRequest[], revision: number): Promise<Snapshot> {
    const known = requests.map((request) => this.cached.answer(request, revision))
    const missing = requests.filter((_, i) => known[i] === null)
    if (missing.length === 0) return { revision, results: known as RangeResult[] }
    try {
      const read = [...(await this.engine.range(missing, revision)).results]
      return { revision, results: known.map((result) => result ?? (read.shift() as RangeResult)) }
    } catch (error) {
      if (error instanceof CompactedError) this.invalidate()
      throw error
    }
  }

  private async current(requests: readonly RangeRequest[]): Promise<Snapshot> {
    const { clock } = this.options
    const sentMs = clock.now()
    const again = [...this.toRefresh(requests)]
    const { revision, results } = await this.engine.range([...requests, ...again.map(({ range }) => range)])
    for (const [i, cached] of again.entries()) cached.set(results[requests.length + i]?.kvs ?? [], revision, true)
    if (revision >= this.revision) {
      this.revision = revision
      this.checkedMs = sentMs
    }
    return { revision, results: results.slice(0, requests.length) }
  }

  private *toRefresh(requests: readonly RangeRequest[]): Iterable<CachedRange> {
    let [ranges, keys] = [requests.length, 0]
    for (const cached of this.cached.ranges()) {
      if (ranges + 1 > RANGES_MAX || keys + cached.size > KEYS_MAX) continue
      ranges += 1
      keys += cached.size
      yield cached
    }
  }
}
