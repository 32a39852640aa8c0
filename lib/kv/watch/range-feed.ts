/**
 * A watch of one range that never ends by itself. Where the store can't tell what came next (its history was compacted
 * meanwhile, or the store was replaced), the range is read anew and the watch goes on from there.
 */
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import { toError } from '../../errors/index.js'
import type { Change, Engine, Kv, Watch, WatchSink } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { CompactedError, UnavailableError } from '../errors.js'
import { readState } from './read-state.js'

/** Whom a feed tells. */
export interface FeedSink {
  /** Everything that one revision changed in the range; revisions ascend, none comes twice. */
  changed(changes: readonly Change[], revision: number): void
  /**
   * Changes are missing: this is all that the range has at a revision; what isn't in it was deleted. Where nobody wants
   * to hear it, missing changes are a failure.
   */
  state?(kvs: readonly Kv[], revision: number): void
  /** Everything up to here was told. */
  progress?(revision: number): void
  /** It is over: the store was closed, or refuses. */
  failed(error: Error): void
}

/** How a feed reads anew. */
export interface FeedOptions {
  /** What pauses between attempts to read are measured by. */
  readonly clock: Clock
  /** Leave the values out of `state`. */
  readonly keysOnly?: boolean
}

const RETRY_FIRST_MS = 100
const RETRY_MOST_MS = 5000

/** A range that is watched from a revision on. */
export class RangeFeed {
  readonly range: Range
  private readonly engine: Engine
  private readonly sink: FeedSink
  private readonly options: FeedOptions
  private watch: Watch | null = null
  private from: number
  private isClosed = false
  private isPaused = false
  private isReading = false
  private disarm: Disarm | null = null
  private retryMs = RETRY_FIRST_MS

  /** `from` is the first revision that is told. */
  constructor(engine: Engine, range: Range, from: number, sink: FeedSink, options: FeedOptions) {
    this.engine = engine
    this.range = range
    this.from = from
    this.sink = sink
    this.options = options
    this.open()
  }

  /** The first revision that was not told yet. */
  get next(): number {
    return this.from
  }

  /** Ask for `progress` once everything up to now was told. */
  askProgress(): void {
    this.watch?.askProgress()
  }

  /** Tell nothing for a while. The store keeps what comes, in its history. */
  pause(): void {
    this.isPaused = true
    this.watch?.close()
    this.watch = null
  }

  /** Go on where it paused. */
  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    if (!this.isReading) this.open()
  }

  /** End it: nothing is told from here on. */
  close(): void {
    this.isClosed = true
    this.disarm?.()
    this.watch?.close()
    this.watch = null
  }

  private open(): void {
    if (this.isClosed || this.isPaused) return
    try {
      this.watch = this.engine.watch(this.range, this.from, this.watchSink)
    } catch (error) {
      queueMicrotask(() => {
        this.fail(toError(error))
      })
    }
  }

  private get watchSink(): WatchSink {
    return {
      changed: (changes, revision) => {
        this.from = Math.max(this.from, revision + 1)
        this.sink.changed(changes, revision)
      },
      progress: (revision) => {
        this.from = Math.max(this.from, revision + 1)
        this.sink.progress?.(revision)
      },
      gap: (compactRevision) => {
        this.watch = null
        if (this.sink.state === undefined) this.fail(new CompactedError(this.from, compactRevision))
        else void this.readAnew()
      },
      failed: (error) => {
        this.fail(error)
      },
    }
  }

  private async readAnew(): Promise<void> {
    this.isReading = true
    try {
      const { keysOnly = false } = this.options
      const { revision, results } = await readState(this.engine, [this.range], { keysOnly })
      this.isReading = false
      this.retryMs = RETRY_FIRST_MS
      // Where it pauses now, the watch that it goes on with finds the same gap again.
      if (this.isClosed || this.isPaused) return
      this.from = revision + 1
      this.sink.state?.(results[0] ?? [], revision)
      this.open()
    } catch (error) {
      if (this.isClosed) return
      if (error instanceof UnavailableError) this.retry()
      else this.fail(toError(error))
    }
  }

  /** As a watch does, it waits for a store that can't be reached for as long as that takes. */
  private retry(): void {
    const { clock } = this.options
    this.disarm = clock.alarm(clock.now() + this.retryMs, () => void this.readAnew())
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MOST_MS)
  }

  private fail(error: Error): void {
    if (this.isClosed) return
    this.close()
    this.sink.failed(error)
  }
}
