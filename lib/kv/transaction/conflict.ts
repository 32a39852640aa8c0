/** Why a transaction could not commit: which of the things that it had read had changed. */
import type { Kv } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import type { Conflict } from '../errors.js'
import { pathOf } from '../path.js'
import type { ReadSet } from './read-set.js'
import type { Reader } from './snapshot.js'

/** Find out what had changed between what was read and a later state; null if that can't be told. */
export async function findConflict(reader: Reader, reads: ReadSet, revision: number): Promise<Conflict | null> {
  const { keys, ranges, revision: readRevision } = reads
  const { results } = await reader.range(
    [...keys.map(({ key }) => ({ key })), ...ranges.map(({ range }) => range)].map((at) => ({ ...at, keysOnly: true })),
    revision,
  )
  for (const [i, { kvs }] of results.entries()) {
    const before = keys[i] === undefined ? ranges[i - keys.length]?.kvs : [keys[i].kv].filter((kv) => kv !== null)
    const found = firstDifference(before ?? [], kvs, keys[i] !== undefined)
    if (found === null) continue
    const at = found.what === 'deleted' ? revision : found.kv.mod
    return { path: nameOf(found.kv.key), what: found.what, readRevision: readRevision ?? 0, revision: at }
  }
  return null
}

function firstDifference(
  before: readonly Kv[],
  now: readonly Kv[],
  writesCount: boolean,
): { kv: Kv; what: Conflict['what'] } | null {
  const old = new Map(before.map((kv): [Key, Kv] => [kv.key, kv]))
  for (const kv of now) {
    const known = old.get(kv.key)
    old.delete(kv.key)
    if (known?.create !== kv.create) return { kv, what: 'created' }
    if (writesCount && known.mod !== kv.mod) return { kv, what: 'written' }
  }
  const [gone] = old.values()
  return gone === undefined ? null : { kv: gone, what: 'deleted' }
}

function nameOf(key: Key): string {
  return pathOf(key) ?? key
}
