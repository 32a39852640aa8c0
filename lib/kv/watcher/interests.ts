/** What one iteration of a watcher has read, and which changes make that outdated (specification kv, section 11.2). */
import type { Kv } from '../engine/engine.js'
import { isWithin, type Key, type Range } from '../engine/range.js'
import type { ReadSet } from '../transaction/read-set.js'

interface KeyInterest {
  /** The state in which it was read; the oldest, where it was read more than once. */
  readonly revision: number
  /** Its last write then; null if it wasn't there. */
  readonly mod: number | null
}

interface RangeInterest {
  readonly range: Required<Range>
  readonly revision: number
  /** The keys that were listed, each with the revision at which it came into being. */
  readonly members: ReadonlyMap<Key, number>
}

/** A range to be watched, from a revision on. */
export interface ToWatch {
  readonly range: Range
  readonly from: number
}

/**
 * All that the transactions of an iteration have read.
 *
 * A key that was got is outdated by any change of it, a listing by a key that is deleted or that wasn't in it: that a
 * key which was only listed gets another value concerns nobody.
 */
export class Interests {
  private readonly keys = new Map<Key, KeyInterest>()
  private readonly ranges: RangeInterest[] = []
  /** The oldest state that anything was read in; `Infinity` where nothing was read. */
  readonly oldest: number

  constructor(readSets: readonly ReadSet[]) {
    let oldest = Infinity
    for (const { revision, keys, ranges } of readSets) {
      if (revision === null) continue
      oldest = Math.min(oldest, revision)
      for (const { key, kv } of keys) {
        const known = this.keys.get(key)
        if (known === undefined || known.revision > revision) this.keys.set(key, { revision, mod: kv?.mod ?? null })
      }
      for (const { range, kvs } of ranges) {
        this.ranges.push({ range, revision, members: new Map(kvs.map(({ key, create }) => [key, create])) })
      }
    }
    this.oldest = oldest
  }

  /** Whether a change outdates anything. */
  isOutdatedBy(key: Key, isDelete: boolean, revision: number): boolean {
    const read = this.keys.get(key)
    if (read !== undefined && revision > read.revision) return true
    return this.ranges.some(
      (listed) => revision > listed.revision && isWithin(listed.range, key) && (isDelete || !listed.members.has(key)),
    )
  }

  /** Where what a range has now differs from what was read in it: how missing history is made up for. */
  differences(range: Range, kvs: readonly Kv[]): readonly Key[] {
    const now = new Map(kvs.map((kv): [Key, Kv] => [kv.key, kv]))
    const outdated = new Set<Key>()
    for (const [key, { mod }] of this.keys) {
      if (isWithin(range, key) && (now.get(key)?.mod ?? null) !== mod) outdated.add(key)
    }
    for (const { range: listed, members } of this.ranges) {
      if (!isSame(listed, range)) continue
      for (const { key, create } of kvs) if (members.get(key) !== create) outdated.add(key)
      for (const key of members.keys()) if (!now.has(key)) outdated.add(key)
    }
    return [...outdated]
  }

  /** What has to be watched: each range that was listed, and each key that lies in none of them, by name. */
  toWatch(): ReadonlyMap<string, ToWatch> {
    const all = new Map<string, ToWatch>()
    const add = (range: Range, from: number): void => {
      const name = nameOf(range)
      const known = all.get(name)
      if (known === undefined || known.from > from) all.set(name, { range, from })
    }
    for (const { range, revision } of this.ranges) add(range, revision + 1)
    for (const [key, { revision }] of this.keys) {
      const cover = this.ranges.find(({ range }) => isWithin(range, key))?.range
      add(cover ?? { key }, revision + 1)
    }
    return all
  }
}

function isSame(a: Range, b: Range): boolean {
  return a.key === b.key && a.end === b.end
}

/**
 * A name that no other range has: keys are byte strings, and have no character beyond them.
 *
 * @example
 * assert.equal(nameOf({ key: 'a' }) === nameOf({ key: 'a', end: 'b' }), false)
 */
export function nameOf({ key, end }: Range): string {
  return end === undefined ? key : `${key}\u2026${end}`
}
