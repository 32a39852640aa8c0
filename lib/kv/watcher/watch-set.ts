/**
 * The low-level watches behind a watcher: those that the last iteration's reads need, kept from iteration to iteration,
 * so that a body that always reads the same costs no new watch (specification kv, section 11.3).
 */
import type { Clock } from '../../movement/loop/clock.js'
import type { Change, Engine, Kv } from '../engine/engine.js'
import type { Key, Range } from '../engine/range.js'
import { RangeFeed } from '../watch/range-feed.js'
import type { Interests, ToWatch } from './interests.js'
import { News, type NewsItem } from './news.js'

/** Whom the watches tell. */
export interface WatchSetListener {
  /** What was read is outdated, by changes of these keys. Called while it is armed, also within `arm`. */
  outdated(keys: readonly Key[]): void
  /** A watch can't go on. */
  failed(error: Error): void
}

/** The watches of one watcher. */
export class WatchSet {
  private readonly engine: Engine
  private readonly clock: Clock
  private readonly listener: WatchSetListener
  private readonly feeds = new Map<string, RangeFeed>()
  private readonly news = new News()
  /** Revisions whose changes don't count: those of the watcher's own commits, where it wants that. */
  private readonly ignored = new Set<number>()
  private interests: Interests | null = null

  constructor(engine: Engine, clock: Clock, listener: WatchSetListener) {
    this.engine = engine
    this.clock = clock
    this.listener = listener
  }

  /** How many watches there are, of ranges and of single keys. */
  get size(): { readonly ranges: number; readonly keys: number } {
    const ranges = [...this.feeds.values()].filter(({ range }) => range.end !== undefined).length
    return { ranges, keys: this.feeds.size - ranges }
  }

  /** What this revision changes is no news. */
  ignore(revision: number): void {
    this.ignored.add(revision)
  }

  /** Watch what was read, and nothing else. What has changed since is told at once. */
  arm(interests: Interests): void {
    this.interests = interests
    this.news.forget(interests.oldest)
    for (const revision of this.ignored) if (revision <= interests.oldest) this.ignored.delete(revision)
    const wanted = interests.toWatch()
    for (const name of this.feeds.keys()) if (!wanted.has(name)) this.drop(name)
    for (const [name, toWatch] of wanted) if (!this.feeds.has(name)) this.feeds.set(name, this.open(name, toWatch))
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
    for (const name of [...this.feeds.keys()]) this.drop(name)
  }

  private open(name: string, { range, from }: ToWatch): RangeFeed {
    const sink = {
      changed: (changes: readonly Change[], revision: number) => {
        this.changed(changes, revision)
      },
      state: (kvs: readonly Kv[]) => {
        this.compare(name, range, kvs)
      },
      failed: (error: Error) => {
        this.listener.failed(error)
      },
    }
    return new RangeFeed(this.engine, range, from, sink, { clock: this.clock, keysOnly: true })
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
    this.feeds.get(name)?.close()
    this.feeds.delete(name)
  }
}
