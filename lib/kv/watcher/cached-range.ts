/** What a watched range has, as far as its watch has told: the contents of one state, and all changes behind it. */
import type { Change, Kv, RangeRequest, RangeResult } from '../engine/engine.js'
import type { Key, Range } from '../engine/range.js'

const NOTHING = new Uint8Array(0)

interface Entry {
  readonly kv: Kv
  /** Of a key that was only listed the value isn't known. */
  readonly hasValue: boolean
}

/** The contents of one range, for whoever asks for a state in which they are known. */
export class CachedRange {
  readonly range: Range
  private readonly entries = new Map<Key, Entry>()
  private sorted: readonly Key[] | null = null
  /** The state that the contents began with; `Infinity` as long as nothing is known. */
  private base = Infinity
  /** The newest change that is in them. */
  private changed = 0

  constructor(range: Range) {
    this.range = range
  }

  /** How many keys it has. */
  get size(): number {
    return this.entries.size
  }

  /** Whether anything is known. */
  get isKnown(): boolean {
    return this.base !== Infinity
  }

  /** The newest change that was told. */
  get lastChange(): number {
    return this.changed
  }

  /** This is all that the range has in a state; nothing is learnt where newer changes were told already. */
  set(kvs: readonly Kv[], revision: number, hasValues: boolean): void {
    if (this.changed > revision) return
    this.entries.clear()
    this.sorted = null
    for (const kv of kvs) this.entries.set(kv.key, { kv, hasValue: hasValues })
    this.base = revision
  }

  /** This is all that the range has in a state, and what came before it was not told. */
  restart(kvs: readonly Kv[], revision: number): void {
    this.changed = 0
    this.set(kvs, revision, true)
    this.changed = revision
  }

  /** The value of a key that was listed. */
  learn(kv: Kv): void {
    const entry = this.entries.get(kv.key)
    if (entry?.hasValue === false && entry.kv.mod === kv.mod) this.entries.set(kv.key, { kv, hasValue: true })
  }

  /** What a revision has changed. */
  apply(changes: readonly Change[], revision: number): void {
    this.changed = Math.max(this.changed, revision)
    if (revision <= this.base) return
    for (const { type, kv } of changes) {
      if (this.entries.has(kv.key) !== (type === 'put')) this.sorted = null
      if (type === 'put') this.entries.set(kv.key, { kv, hasValue: true })
      else this.entries.delete(kv.key)
    }
  }

  /**
   * What was asked for, in a state; null if that isn't known.
   *
   * @param told Up to where the watch has told everything.
   */
  answer(
    { key, end, keysOnly = false, countOnly, limit }: RangeRequest,
    revision: number,
    told: number,
  ): RangeResult | null {
    if (revision < this.base || revision < this.changed || revision > Math.max(told, this.base)) return null
    if (countOnly !== undefined || limit !== undefined) return null
    if (end !== undefined && (key !== this.range.key || end !== this.range.end)) return null
    const keys = end === undefined ? [key] : (this.sorted ??= [...this.entries.keys()].sort())
    const kvs: Kv[] = []
    for (const each of keys) {
      const entry = this.entries.get(each)
      if (entry === undefined) continue
      if (!keysOnly && !entry.hasValue) return null
      kvs.push(keysOnly ? { ...entry.kv, value: NOTHING } : entry.kv)
    }
    return { kvs, count: kvs.length }
  }
}
