/**
 * The low-level watches behind a watcher: those that the last iteration's reads need, kept from iteration to iteration,
 * so that a body that always reads the same costs no new watch (specification kv, section 11.3).
 */
import type { Clock } from '../../movement/loop/clock.js'
import type { Change, Engine, Kv, RangeRequest, RangeResult } from '../engine/engine.js'
import { isWithin, type Key, type Range } from '../engine/range.js'
import type { ReadSet } from '../transaction/read-set.js'
import { RangeFeed } from '../watch/range-feed.js'
import { CachedRange } from './cached-range.js'
import type { Cached } from './cached-reader.js'
import { Interests, nameOf, type ToWatch } from './interests.js'
import { News, type NewsItem } from './news.js'

/** Whom the watches tell. */
export interface WatchSetListener {
  /** What was read is outdated, by changes of these keys. Called while it is armed, also within `arm`. */
  outdated(keys: readonly Key[]): void
  /** A watch can't go on. */
  failed(error: Error): void
}

interface Watched {
  readonly feed: RangeFeed
  readonly cached: CachedRange
}

/** How a set of watches is kept. */
export interface WatchSetOptions {
  readonly clock: Clock
  /** Whether it keeps what is watched, to answer reads. */
  readonly isCache: boolean
}

/** The watches of one watcher, and what they have told. */
export class WatchSet implements Cached {
  private readonly engine: Engine
  private readonly options: WatchSetOptions
  private readonly listener: WatchSetListener
  private readonly watched = new Map<string, Watched>()
  /** Those of ranges. */
  private readonly listed = new Set<Watched>()
  private readonly news = new News()
  /** Revisions whose changes don't count: those of the watcher's own commits, where it wants that. */
  private readonly ignored = new Set<number>()
  private interests: Interests | null = null

  constructor(engine: Engine, options: WatchSetOptions, listener: WatchSetListener) {
    this.engine = engine
    this.options = options
    this.listener = listener
  }

  /** How many watches there are, of ranges and of single keys. */
  get size(): { readonly ranges: number; readonly keys: number } {
    return { ranges: this.listed.size, keys: this.watched.size - this.listed.size }
  }

  get lastChange(): number {
    let last = 0
    for (const { lastChange } of this.ranges()) last = Math.max(last, lastChange)
    return last
  }

  *ranges(): Iterable<CachedRange> {
    if (this.options.isCache) for (const { cached } of this.watched.values()) yield cached
  }

  answer(request: RangeRequest, revision: number): RangeResult | null {
    if (!this.options.isCache) return null
    const watched = this.watchedFor(request)
    return watched?.cached.answer(request, revision, watched.feed.next - 1) ?? null
  }

  /** What this revision changes is no news. */
  ignore(revision: number): void {
    this.ignored.add(revision)
  }

  /** Watch what was read, and nothing else. What has changed since is told at once. */
  arm(readSets: readonly ReadSet[]): void {
    const interests = new Interests(readSets)
    this.interests = interests
    this.news.forget(interests.oldest)
    for (const revision of this.ignored) if (revision <= interests.oldest) this.ignored.delete(revision)
    const wanted = interests.toWatch()
    for (const name of [...this.watched.keys()]) if (!wanted.has(name)) this.drop(name)
    for (const [name, toWatch] of wanted) if (!this.watched.has(name)) this.open(name, toWatch)
    if (this.options.isCache) for (const readSet of readSets) this.learn(readSet)
    const keys = new Set<Key>()
    for (const item of this.news) if (this.counts(interests, item)) keys.add(item.key)
    if (keys.size > 0) this.listener.outdated([...keys])
  }

  /** Tell nothing until it is armed again; what changes meanwhile is kept. */
  disarm(): void {
    this.interests = null
  }

  /** End all watches. */
  close(): void {
    this.interests = null
    for (const name of [...this.watched.keys()]) this.drop(name)
  }

  private open(name: string, { range, from }: ToWatch): void {
    const { clock, isCache } = this.options
    const cached = new CachedRange(range)
    const sink = {
      changed: (changes: readonly Change[], revision: number) => {
        if (isCache) cached.apply(changes, revision)
        this.changed(changes, revision)
      },
      state: (kvs: readonly Kv[], revision: number) => {
        if (isCache) cached.restart(kvs, revision)
        this.compare(name, range, kvs)
      },
      failed: (error: Error) => {
        this.listener.failed(error)
      },
    }
    const feed = new RangeFeed(this.engine, range, from, sink, { clock, keysOnly: !isCache })
    const watched = { feed, cached }
    this.watched.set(name, watched)
    if (range.end !== undefined) this.listed.add(watched)
  }

  /** What was read is known, and what changes is told by the watches. */
  private learn({ revision, keys, ranges }: ReadSet): void {
    if (revision === null) return
    for (const { range, kvs } of ranges) {
      const cached = this.watched.get(nameOf(range))?.cached
      if (cached?.isKnown === false) cached.set(kvs, revision, false)
    }
    for (const { key, kv } of keys) {
      const cached = this.watchedFor({ key })?.cached
      if (cached === undefined) continue
      if (cached.range.end === undefined && !cached.isKnown) cached.set(kv === null ? [] : [kv], revision, true)
      else if (kv !== null) cached.learn(kv)
    }
  }

  private watchedFor(range: Range): Watched | undefined {
    const watched = this.watched.get(nameOf(range))
    if (watched !== undefined || range.end !== undefined) return watched
    for (const each of this.listed) if (isWithin(each.feed.range, range.key)) return each
    return undefined
  }

  private changed(changes: readonly Change[], revision: number): void {
    const { interests } = this
    const keys: Key[] = []
    for (const { type, kv } of changes) {
      const item = { key: kv.key, isDelete: type === 'delete', revision }
      this.news.add(item)
      if (interests !== null && this.counts(interests, item)) keys.push(item.key)
    }
    if (keys.length > 0) this.listener.outdated(keys)
  }

  /** History is missing. Nobody can be told what came; whether anything read is different now can be seen. */
  private compare(name: string, range: Range, kvs: readonly Kv[]): void {
    // While the body runs it isn't known what is read: the next watch of this range begins where that was read.
    if (this.interests === null) {
      this.drop(name)
      return
    }
    const mods = new Map(kvs.map(({ key, mod }) => [key, mod]))
    const keys = this.interests.differences(range, kvs).filter((key) => !this.ignored.has(mods.get(key) ?? 0))
    if (keys.length > 0) this.listener.outdated(keys)
  }

  private counts(interests: Interests, { key, isDelete, revision }: NewsItem): boolean {
    return !this.ignored.has(revision) && interests.isOutdatedBy(key, isDelete, revision)
  }

  private drop(name: string): void {
    const watched = this.watched.get(name)
    if (watched === undefined) return
    watched.feed.close()
    this.watched.delete(name)
    this.listed.delete(watched)
  }
}
