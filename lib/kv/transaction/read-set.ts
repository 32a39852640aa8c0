/** What a transaction has read: what its commit depends on, and what a watcher waits for. */
import type { Kv } from '../engine/engine.js'
import type { Key, Range } from '../engine/range.js'

/** One key that was read, and what was found; null: it wasn't there. */
export interface ReadKey {
  readonly path: string
  readonly key: Key
  readonly kv: Kv | null
}

/** One range that was listed, and what was found, ascending by key. Whether keys are there was read, not their values. */
export interface ReadRange {
  /** As it was listed. */
  readonly path: string
  /** Which level of it. */
  readonly level: number
  readonly range: Required<Range>
  readonly kvs: readonly Kv[]
}

/** All that one attempt of a transaction has read, from one state. */
export interface ReadSet {
  /** The state; null as long as nothing was read. */
  readonly revision: number | null
  /** Keys that were got; those of listings with values are among them. */
  readonly keys: readonly ReadKey[]
  /** Ranges that were listed, each level by itself. */
  readonly ranges: readonly ReadRange[]
}
