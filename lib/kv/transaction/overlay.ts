/** Listings as a transaction sees them: what was read, with its own writes done. */
import { entriesOf, pathsOf, type OddKey } from '../backend/listing.js'
import type { Kv } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { comparePaths, pathOf } from '../path.js'
import { decodeValue } from '../value.js'
import type { Write, Writes } from './writes.js'

/** A key of a listing with its value and the revision of its last write; null: the transaction itself is to write it. */
export type TxnEntry = readonly [path: string, value: string, modRevision: number | null]

/** What was read of one level. */
export interface ReadLevel {
  readonly range: Range
  readonly kvs: readonly Kv[]
}

/** The paths of some levels, in order. */
export function pathsIn(levels: readonly ReadLevel[], writes: Writes, oddKey: OddKey): string[] {
  if (writes.size === 0) return pathsOf(levels, oddKey)
  return inOrder(levels, writes, oddKey, (path) => path, comparePaths)
}

/** The same with values and revisions. */
export function entriesIn(levels: readonly ReadLevel[], writes: Writes, oddKey: OddKey): TxnEntry[] {
  if (writes.size === 0) return entriesOf(levels, oddKey)
  const toEntry = (path: string, value: Uint8Array, mod: number | null): TxnEntry => [path, decodeValue(value), mod]
  return inOrder(levels, writes, oddKey, toEntry, ([a], [b]) => comparePaths(a, b))
}

function inOrder<T>(
  levels: readonly ReadLevel[],
  writes: Writes,
  oddKey: OddKey,
  toItem: (path: string, value: Uint8Array, mod: number | null) => T,
  compare: (a: T, b: T) => number,
): T[] {
  const items: T[] = []
  for (const { range, kvs } of levels) {
    const own = new Map<string, Write>(writes.within(range))
    const add = (path: string, { value, mod }: { value: Uint8Array | null; mod: number | null }): void => {
      if (value !== null) items.push(toItem(path, value, mod))
    }
    for (const kv of kvs) {
      const path = pathOf(kv.key)
      if (path === null) oddKey(kv.key)
      else add(path, instead(own, path, kv))
    }
    for (const [path, { value }] of own) add(path, { value, mod: null })
  }
  return items.sort(compare)
}

/** A key as it was read, or as it is to be written; then it is done with. */
function instead(own: Map<string, Write>, path: string, kv: Kv): { value: Uint8Array | null; mod: number | null } {
  const write = own.get(path)
  if (write === undefined) return kv
  own.delete(path)
  return { value: write.value, mod: null }
}
