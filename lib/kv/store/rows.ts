/** What a multi-version store keeps, in memory or in a file. Conditions, operations and watches are written once on it. */
import type { Change, Kv } from '../engine/engine.js'
import type { LeaseId } from '../engine/lease-id.js'
import type { Key, Range } from '../engine/range.js'

/** What one revision changed. */
export interface Revision {
  readonly revision: number
  readonly changes: readonly Change[]
}

/** The state at a revision, and how it came about. */
export interface History {
  /** The current revision; 1 for a store in which nothing was ever written. */
  readonly revision: number
  /** The oldest revision that can be read. */
  readonly compacted: number
  /** A key as it is now; `keysOnly`: its value may be left out. */
  get(key: Key, keysOnly?: boolean): Kv | undefined
  /** All keys of a range as they were at a revision that is still kept, ascending; `keysOnly` as in `get`. */
  scan(range: Range, revision: number, keysOnly?: boolean): Iterable<Kv>
  /** What was changed from one revision to another, both included, ascending; revisions without changes are left out. */
  changes(from: number, to: number): Iterable<Revision>
}

/** Where a history is read. What is read within one call is one state of it. */
export interface HistorySource {
  read<T>(use: (history: History) => T): T
}

/** A store in the midst of a write: what is written is seen at once, and undone by whoever calls if it fails. */
export interface Rows extends History {
  hasLease(id: LeaseId): boolean
  /** Write a key's new version. Its lease is charged with it, the lease of the version before relieved of it. */
  put(kv: Kv, before: Kv | undefined): void
  /** Delete a key; `before` is its last version. */
  remove(before: Kv, revision: number): void
  /** All that this revision changed is there. */
  seal(revision: number, changes: readonly Change[]): void
}
