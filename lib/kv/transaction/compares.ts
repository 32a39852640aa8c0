/**
 * What has to be true still when a transaction commits. A key must not have been written since, a listing must have
 * the same keys. etcd allows few conditions, so none is made that follows from the others.
 */
import type { Compare } from '../engine/engine.js'
import { isWithin, type Key } from '../engine/range.js'
import type { ReadKey, ReadRange, ReadSet } from './read-set.js'

/** The conditions for all that was read. */
export function comparesOf({ revision, keys, ranges }: ReadSet): Compare[] {
  if (ranges.length === 0) return keys.map(keyCompare)
  const unwritten = new Set<Key>()
  const compares: Compare[] = []
  for (const read of keys) {
    if (read.kv !== null) unwritten.add(read.key)
    // That nothing came into being in a range is a condition of the range.
    else if (ranges.some(({ range }) => isWithin(range, read.key))) continue
    compares.push(keyCompare(read))
  }
  for (const read of ranges) {
    compares.push(rangeCompare(read, revision ?? 0))
    for (const { key } of read.kvs) {
      // One that was not written since is there still; and so is one that another listing has.
      if (unwritten.has(key)) continue
      unwritten.add(key)
      compares.push({ key, target: 'version', is: '>', than: 0 })
    }
  }
  return compares
}

function keyCompare({ key, kv }: ReadKey): Compare {
  if (kv === null) return { key, target: 'version', is: '=', than: 0 }
  return { key, target: 'mod', is: '=', than: kv.mod }
}

/** No key of the range came into being since; it holds for a range without keys, too. */
function rangeCompare({ range, kvs }: ReadRange, revision: number): Compare {
  if (kvs.length === 0) return { ...range, target: 'version', is: '=', than: 0 }
  return { ...range, target: 'create', is: '<', than: revision + 1 }
}
