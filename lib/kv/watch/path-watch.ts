/**
 * The changes of keys, one after the other, for `for await`.
 *
 * Nothing is lost and nothing comes twice, across broken links, restarts and compaction. Who is slow doesn't lose
 * either: with `bufferMax` events waiting the watch pauses, and goes on at half of that; the store's history keeps what
 * comes meanwhile. Where that history is gone, the difference between the state before and the state now is told, so that
 * whoever follows the events still arrives at what is there; only steps in between are missing, and `afterGap` says so.
 * That is why a watch remembers which keys there are, some hundred bytes for each. With `onGap: 'fail'` it doesn't, and
 * ends with a CompactedError instead.
 *
 * The events of one path come in the order of revisions, and so do all of one level. While a watch catches up with its
 * past, levels may be ahead of each other.
 */
import { requireAtLeast, requireOneOf, toError } from '../../errors/index.js'
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import type { Change, Engine, Kv } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { pathOf } from '../path.js'
import { revisionNumber, type DbRevision } from '../revision.js'
import { decodeValue } from '../value.js'
import { KnownKeys } from './known-keys.js'
import { RangeFeed, type FeedSink } from './range-feed.js'
import { readState } from './read-state.js'
import { LevelProgress, revisionsOver, type WatchPosition } from './watch-position.js'
import { watchedRanges, type Extent } from './watched-ranges.js'

/** One key was written or deleted. */
export interface WatchEvent {
  readonly path: string
  /** What was written; null: it was deleted. */
  readonly value: string | null
  /** The revision of this change, in both fields. */
  readonly revision: DbRevision
  /** History was missing: earlier changes of this path may not have been told. */
  readonly afterGap: boolean
}

/** What to watch, and from where. */
export interface WatchOptions extends Extent {
  /** A state that is known already: what came behind it is told. Not given: what comes from now on. */
  readonly revision?: DbRevision | number
  /** The `position` of an earlier watch of the same path and extent: what came behind it is told. */
  readonly position?: WatchPosition
  /** Ends the watch: `next` rejects with its reason. */
  readonly signal?: AbortSignal
  /** How many events wait until the watch pauses; 10,000 if it isn't given. One revision is never cut. */
  readonly bufferMax?: number
  /** When history is missing: tell the difference of the states (`'diff'`, if it isn't given) or end with an error. */
  readonly onGap?: 'diff' | 'fail'
  /** What pauses between attempts to read anew are measured by. */
  readonly clock?: Clock
}

interface Waiting {
  readonly resolve: (result: IteratorResult<WatchEvent, undefined>) => void
  readonly reject: (error: Error) => void
}

interface Buffered {
  readonly event: WatchEvent
  readonly level: number
  /** Whether it is the last one of its revision. */
  readonly isLast: boolean
}

/**
 * A watch of a path. It is closed by leaving the loop over it, or by `close`.
 *
 * @example
 * await using kv = new MemoryBackend()
 * const watch = kv.watch('/config', { subtree: true })
 * await watch.ready
 * await kv.put('/config/colour', 'green')
 * for await (const { path, value } of watch) {
 *   assert.deepEqual([path, value], ['/config/colour', 'green'])
 *   break
 * }
 */
export class PathWatch implements AsyncIterableIterator<WatchEvent, undefined> {
  /** The revision behind which everything is told; rejects where the watch can't begin. */
  readonly ready: Promise<number>
  private readonly engine: Engine
  private readonly ranges: readonly Range[]
  private readonly options: WatchOptions
  private readonly bufferMax: number
  private feeds: readonly RangeFeed[] = []
  private readonly buffer: Buffered[] = []
  private readonly waiting: Waiting[] = []
  /** Events that were handed out, and that nobody has said to be done with. */
  private underWay: Buffered[] = []
  private levels: readonly LevelProgress[] = []
  private isPaused = false
  private isClosed = false
  private failure: Error | null = null

  /** @throws {InvalidPathError} @throws {RangeError} If the path, the extent or `bufferMax` makes no sense. */
  constructor(engine: Engine, path: string, options: WatchOptions = {}) {
    this.engine = engine
    this.ranges = watchedRanges(path, options)
    this.options = options
    this.bufferMax = options.bufferMax ?? 10_000
    requireAtLeast(1, { bufferMax: this.bufferMax }, 'bufferMax')
    requireOneOf(['diff', 'fail', undefined], options, 'onGap')
    options.signal?.addEventListener('abort', this.abort, { once: true })
    this.ready = this.start()
    this.ready.catch((error: unknown) => {
      this.fail(toError(error))
    })
    if (options.signal?.aborted === true) this.abort()
  }

  /** Up to where events are over with: a later watch goes on from there. Empty before `ready`. */
  get position(): WatchPosition {
    return this.levels.map((progress, level) => progress.at(this.feeds[level]?.next ?? 0))
  }

  next(): Promise<IteratorResult<WatchEvent, undefined>> {
    this.finish()
    const first = this.buffer.shift()
    if (first !== undefined) {
      this.handOut(first)
      return Promise.resolve({ done: false, value: first.event })
    }
    if (this.failure !== null) return Promise.reject(this.failure)
    if (this.isClosed) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }))
  }

  return(): Promise<IteratorResult<WatchEvent, undefined>> {
    this.close()
    return Promise.resolve({ done: true, value: undefined })
  }

  /** End it: a loop over it ends. What was buffered is dropped. */
  close(): void {
    this.buffer.length = 0
    this.stop()
    for (const { resolve } of this.waiting.splice(0)) resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close()
    return Promise.resolve()
  }

  private readonly abort = (): void => {
    this.buffer.length = 0
    this.fail(toError(this.options.signal?.reason))
  }

  private async start(): Promise<number> {
    const { revision, position } = this.options
    const states = position === undefined ? await this.stateAt(revision) : await this.statesOf(position)
    this.levels = states.map(({ revision }, level) => new LevelProgress(position?.[level] ?? revision))
    const start = Math.min(...states.map((state) => state.revision))
    if (!this.isClosed) this.feeds = states.map((state, level) => this.openFeed(level, state))
    return start
  }

  private async stateAt(given: DbRevision | number | undefined): Promise<readonly KnownState[]> {
    const at = revisionNumber(given)
    if (this.options.onGap !== 'fail') {
      const { revision, results } = await readState(this.engine, this.ranges, { revision: at, keysOnly: true })
      return results.map((kvs) => ({ revision, known: new KnownKeys(kvs) }))
    }
    const revision =
      at ?? (await this.engine.range(this.ranges.map((range) => ({ ...range, countOnly: true })))).revision
    return this.ranges.map(() => ({ revision, known: null }))
  }

  private async statesOf(position: WatchPosition): Promise<readonly KnownState[]> {
    if (position.length !== this.ranges.length) {
      throw new RangeError(
        `a position must have a revision for each of the ${this.ranges.length} levels: it has ${position.length}`,
      )
    }
    const states = revisionsOver(position).map(async (revision, level): Promise<KnownState> => {
      if (this.options.onGap === 'fail') return { revision, known: null }
      const ranges = this.ranges.slice(level, level + 1)
      const { results } = await readState(this.engine, ranges, { revision, keysOnly: true })
      return { revision, known: new KnownKeys(results[0] ?? []) }
    })
    return Promise.all(states)
  }

  private openFeed(level: number, { revision, known }: KnownState): RangeFeed {
    const sink: FeedSink = {
      changed: (changes) => {
        known?.apply(changes)
        this.take(level, changes, false)
      },
      failed: (error) => {
        this.fail(error)
      },
    }
    if (known !== null) {
      sink.state = (kvs: readonly Kv[], at: number) => {
        const changes = known.changesTo(kvs, at)
        known.apply(changes)
        this.take(level, changes, true)
      }
    }
    const { clock = new SystemClock() } = this.options
    return new RangeFeed(this.engine, this.ranges[level] as Range, revision + 1, sink, { clock })
  }

  private take(level: number, changes: readonly Change[], afterGap: boolean): void {
    const told: WatchEvent[] = []
    for (const { type, kv } of changes) {
      const path = pathOf(kv.key)
      if (path === null || this.levels[level]?.isTold(kv.mod, afterGap) !== true) continue
      const value = type === 'put' ? decodeValue(kv.value) : null
      told.push({ path, value, revision: { revision: kv.mod, modRevision: kv.mod }, afterGap })
    }
    for (const [i, event] of told.entries()) {
      const isLast = told[i + 1]?.revision.revision !== event.revision.revision
      this.buffer.push({ event, level, isLast })
    }
    while (this.waiting.length > 0 && this.buffer.length > 0) {
      const first = this.buffer.shift() as Buffered
      this.handOut(first)
      this.waiting.shift()?.resolve({ done: false, value: first.event })
    }
    if (this.buffer.length < this.bufferMax || this.isPaused) return
    this.isPaused = true
    for (const feed of this.feeds) feed.pause()
  }

  private finish(): void {
    for (const { event, level, isLast } of this.underWay.splice(0))
      this.levels[level]?.finish(event.revision.revision, isLast)
  }

  private handOut(first: Buffered): void {
    this.underWay.push(first)
    if (!this.isPaused || this.buffer.length > this.bufferMax / 2) return
    this.isPaused = false
    for (const feed of this.feeds) feed.resume()
  }

  /** What was told before the failure is still handed out. */
  private fail(error: Error): void {
    if (this.isClosed) return
    this.failure = error
    this.stop()
    for (const { reject } of this.waiting.splice(0)) reject(error)
  }

  private stop(): void {
    this.isClosed = true
    this.options.signal?.removeEventListener('abort', this.abort)
    for (const feed of this.feeds) feed.close()
  }
}

interface KnownState {
  readonly revision: number
  readonly known: KnownKeys | null
}
