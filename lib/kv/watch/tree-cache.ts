/**
 * A copy of a part of the tree that keeps itself up to date: read once, watched from there, read anew where the store
 * can't tell what it missed. What is asked of it costs no request.
 */
import sortedBTree from 'sorted-btree'
import { ClosedError, toError } from '../../errors/index.js'
import { stderrLogger, type Logger } from '../../movement/logger.js'
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import type { Change, Engine, Kv } from '../engine/engine.js'
import { isWithin, type Range } from '../engine/range.js'
import { comparePaths, keyOf, pathOf } from '../path.js'
import { decodeValue } from '../value.js'
import { RangeFeed } from './range-feed.js'
import { readState } from './read-state.js'
import { watchedRanges, type Extent } from './watched-ranges.js'

// A module of CommonJS: what it exports is its own default.
const BTree = sortedBTree.default

/** A key of the tree. */
export interface CacheEntry {
  readonly path: string
  readonly value: string
  /** The revision of its last write. */
  readonly modRevision: number
}

/** What happened to a key. */
export interface CacheChange {
  readonly kind: 'added' | 'changed' | 'removed'
  readonly path: string
  /** Its value now; null: it was removed. */
  readonly value: string | null
  /** Its value before; null: it was added. */
  readonly before: string | null
  readonly revision: number
}

/** Which part of the tree, and how. Without an extent: the subtree of the path. */
export interface TreeCacheOptions extends Extent {
  /** What pauses between attempts to read anew are measured by. */
  readonly clock?: Clock
  /** Where a listener's error is told. */
  readonly log?: Logger
}

interface Waiting {
  readonly ask: () => void
  readonly reject: (error: Error) => void
}

/**
 * A part of the tree, at hand.
 *
 * What the first reading finds is told as `added`, before `ready` resolves. Behind missing history, changes tell the
 * difference of the states: a key that was deleted and created again is `changed`. All changes of one level come in the
 * order of revisions.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await kv.put('/nodes/a', 'up')
 * await using cache = kv.treeCache('/nodes')
 * await cache.ready
 * assert.equal(cache.get('/nodes/a'), 'up')
 * await kv.put('/nodes/b', 'up')
 * await cache.until(({ size }) => size === 2)
 * assert.deepEqual([...cache.entries('/nodes/')].map(({ path }) => path), ['/nodes/a', '/nodes/b'])
 */
export class TreeCache implements AsyncDisposable {
  /** Resolves once the tree was read; rejects if it can't be. */
  readonly ready: Promise<void>
  private readonly engine: Engine
  private readonly ranges: readonly Range[]
  private readonly clock: Clock
  private readonly log: Logger
  private readonly tree = new BTree<string, CacheEntry>([], comparePaths)
  private feeds: readonly RangeFeed[] = []
  private readonly listeners = new Set<(change: CacheChange) => void>()
  private readonly endings = new Set<(error: Error | null) => void>()
  private readonly waiting = new Set<Waiting>()
  private lastRevision = 0
  private failure: Error | null = null
  private isClosed = false

  /** @throws {InvalidPathError} @throws {RangeError} If the path or the extent makes no sense. */
  constructor(engine: Engine, path: string, options: TreeCacheOptions = {}) {
    const { clock = new SystemClock(), log = stderrLogger, ...extent } = options
    const isWhole = extent.prefix === undefined && extent.recurse === undefined
    this.engine = engine
    this.clock = clock
    this.log = log
    this.ranges = watchedRanges(path, isWhole ? { subtree: true, ...extent } : extent)
    this.ready = this.start()
    this.ready.catch((error: unknown) => {
      this.fail(toError(error))
    })
  }

  /** The newest revision that it has seen; 0 before it is ready. */
  get revision(): number {
    return this.lastRevision
  }

  /** How many keys there are. */
  get size(): number {
    return this.tree.size
  }

  /** The value of a key, or null if there is none. */
  get(path: string): string | null {
    return this.tree.get(path)?.value ?? null
  }

  /** A key with its revision, or null if there is none. */
  entry(path: string): CacheEntry | null {
    return this.tree.get(path) ?? null
  }

  /** All keys that begin so, in the order of their paths; without a beginning all. */
  *entries(prefix = ''): IterableIterator<CacheEntry> {
    for (const [path, entry] of this.tree.entries(prefix)) {
      if (!path.startsWith(prefix)) return
      yield entry
    }
  }

  /** Be told of each change, once it is in the cache. Answers how to stop it. */
  onChange(listener: (change: CacheChange) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Be told once when it is over: null where it was closed, else why it can't go on. Answers how to stop it. */
  onEnd(listener: (error: Error | null) => void): () => void {
    if (this.failure === null) this.endings.add(listener)
    else listener(this.isClosed ? null : this.failure)
    return () => this.endings.delete(listener)
  }

  /**
   * Wait until something holds. It is asked now, and behind everything that one revision changed in one level.
   *
   * @throws {ClosedError} If the cache is closed before.
   * @throws what the signal says, or the predicate throws.
   */
  async until(predicate: (cache: TreeCache) => boolean, options: { signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    await this.ready
    signal?.throwIfAborted()
    if (this.failure !== null) throw this.failure
    if (!predicate(this)) await this.wait(predicate, signal)
  }

  /** Let go of it: nothing is told from here on, and who waits hears a ClosedError. What it has stays readable. */
  close(): void {
    this.isClosed ||= this.failure === null
    this.fail(new ClosedError('the cache was closed'))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close()
    return Promise.resolve()
  }

  private async start(): Promise<void> {
    const { revision, results } = await readState(this.engine, this.ranges)
    if (this.failure !== null) throw this.failure
    this.feeds = this.ranges.map((range) => this.openFeed(range, revision))
    for (const kvs of results) for (const kv of kvs) this.put(kv)
    this.settle(revision)
  }

  private wait(predicate: (cache: TreeCache) => boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.waiting.delete(waiting)
        signal?.removeEventListener('abort', abort)
        settle()
      }
      const waiting: Waiting = {
        ask: () => {
          if (predicate(this)) end(resolve)
        },
        reject: (error) => {
          end(() => {
            reject(error)
          })
        },
      }
      const abort = (): void => {
        waiting.reject(toError(signal?.reason))
      }
      this.waiting.add(waiting)
      signal?.addEventListener('abort', abort)
    })
  }

  private openFeed(range: Range, revision: number): RangeFeed {
    const sink = {
      changed: (changes: readonly Change[], at: number) => {
        for (const { type, kv } of changes) {
          if (type === 'put') this.put(kv)
          else this.remove(pathOf(kv.key), at)
        }
        this.settle(at)
      },
      state: (kvs: readonly Kv[], at: number) => {
        this.replace(range, kvs, at)
        this.settle(at)
      },
      failed: (error: Error) => {
        this.fail(error)
      },
    }
    return new RangeFeed(this.engine, range, revision + 1, sink, { clock: this.clock })
  }

  private put({ key, value, mod }: Kv): void {
    const path = pathOf(key)
    if (path === null) return
    const before = this.tree.get(path)
    if (before?.modRevision === mod) return
    const entry = { path, value: decodeValue(value), modRevision: mod }
    this.tree.set(path, entry)
    const kind = before === undefined ? 'added' : 'changed'
    this.tell({ kind, path, value: entry.value, before: before?.value ?? null, revision: mod })
  }

  private remove(path: string | null, revision: number): void {
    const before = path === null ? undefined : this.tree.get(path)
    if (before === undefined) return
    this.tree.delete(before.path)
    this.tell({ kind: 'removed', path: before.path, value: null, before: before.value, revision })
  }

  /** Become what a range has now. */
  private replace(range: Range, kvs: readonly Kv[], revision: number): void {
    const now = new Set(kvs.map(({ key }) => key))
    const gone = [...this.tree.keys()].filter((path) => {
      const key = keyOf(path)
      return isWithin(range, key) && !now.has(key)
    })
    for (const path of gone) this.remove(path, revision)
    for (const kv of [...kvs].sort((a, b) => a.mod - b.mod)) this.put(kv)
  }

  private tell(change: CacheChange): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(change)
      } catch (error) {
        // It is the listener's own error, and no reason for the cache to miss what follows.
        this.log.error({ err: error, path: change.path }, `a listener failed: ${toError(error).message}`)
      }
    }
  }

  private settle(revision: number): void {
    this.lastRevision = Math.max(this.lastRevision, revision)
    for (const { ask, reject } of [...this.waiting]) {
      try {
        ask()
      } catch (error) {
        reject(toError(error))
      }
    }
  }

  private fail(error: Error): void {
    if (this.failure !== null) return
    this.failure = error
    for (const feed of this.feeds) feed.close()
    for (const listener of [...this.endings]) listener(this.isClosed ? null : error)
    for (const { reject } of [...this.waiting]) reject(error)
  }
}
