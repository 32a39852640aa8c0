/** Read sets as transactions leave them, for the tests of watchers. */
import type { Kv } from '../../lib/kv/engine/engine.js'
import { levelRange } from '../../lib/kv/levels.js'
import { keyOf } from '../../lib/kv/path.js'
import type { ReadSet } from '../../lib/kv/transaction/read-set.js'

/** A key as it is after its first write. */
export function firstWrite(path: string, revision: number): Kv {
  return { key: keyOf(path), value: new Uint8Array(0), create: revision, mod: revision, version: 1, lease: 0n }
}

/** What was read at a revision: keys by path and listings by prefix, each with the revisions of what was found. */
export function readAt(
  revision: number,
  keys: Record<string, number | null>,
  lists: Record<string, Record<string, number>> = {},
): ReadSet {
  return {
    revision,
    keys: Object.entries(keys).map(([path, at]) => ({
      path,
      key: keyOf(path),
      kv: at === null ? null : firstWrite(path, at),
    })),
    ranges: Object.entries(lists).map(([path, found]) => ({
      path,
      level: 0,
      range: levelRange(path, 0),
      kvs: Object.entries(found).map(([each, at]) => firstWrite(each, at)),
    })),
  }
}
