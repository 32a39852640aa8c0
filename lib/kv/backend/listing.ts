/** What was read of some levels, as a listing: paths in order, and what could not be one told. */
import type { Kv } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import { comparePaths, pathOf } from '../path.js'
import { decodeValue } from '../value.js'

/** A key of a listing with its value and the revision of its last write. */
export type Entry = readonly [path: string, value: string, modRevision: number]

/** What was read of one level, ascending by key. */
export interface Level {
  readonly kvs: readonly Kv[]
}

/** Who is told of keys that are in the way of a listing: no path has such a key. */
export type OddKey = (key: Key) => void

/** The paths that were found on some levels, in order. */
export function pathsOf(levels: readonly Level[], oddKey: OddKey): string[] {
  return inOrder(levels, oddKey, (path) => path, comparePaths)
}

/** The same with values and revisions. */
export function entriesOf(levels: readonly Level[], oddKey: OddKey): Entry[] {
  const toEntry = (path: string, kv: Kv): Entry => [path, decodeValue(kv.value), kv.mod]
  return inOrder(levels, oddKey, toEntry, ([a], [b]) => comparePaths(a, b))
}

function inOrder<T>(
  levels: readonly Level[],
  oddKey: OddKey,
  toItem: (path: string, kv: Kv) => T,
  compare: (a: T, b: T) => number,
): T[] {
  const items: T[] = []
  for (const { kvs } of levels) {
    for (const kv of kvs) {
      const path = pathOf(kv.key)
      if (path === null) oddKey(kv.key)
      else items.push(toItem(path, kv))
    }
  }
  // The keys of one level come in the order of their paths.
  return levels.length > 1 ? items.sort(compare) : items
}
