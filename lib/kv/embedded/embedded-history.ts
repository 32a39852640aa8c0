/**
 * A state of a store in a file, and how it came about.
 *
 * Only the keys as they are now lie in the order of keys. A state of the past is theirs, but for the keys that were
 * touched since: for each of these the first version since says where the one before lies. So it costs as much as
 * has changed since, whatever the store has in all.
 */
import type { Change, Kv } from '../engine/engine.js'
import { isWithin, NO_END, type Key, type Range } from '../engine/range.js'
import type { History, Revision } from '../store/rows.js'
import { clip, type Place } from './key-encoders.js'
import type { Reading } from './lmdb.js'
import { readCurrent, readVersion, type StoredKv, type VersionRow } from './row-codec.js'
import type { State } from './state.js'
import type { Tables } from './tables.js'

/** A state to read from, in a transaction, or in the write under way. */
export class EmbeddedHistory implements History {
  revision: number
  compacted: number
  protected readonly tables: Tables
  private readonly reading: Reading

  constructor(tables: Tables, { revision, compacted }: State, reading: Reading) {
    this.tables = tables
    this.revision = revision
    this.compacted = compacted
    this.reading = reading
  }

  get(key: Key, keysOnly = false): StoredKv | undefined {
    // No key is empty, and lmdb doesn't look for one.
    if (key === '') return undefined
    const { current } = this.tables
    const bytes = current.getBinaryFast(clip(key), this.reading)
    if (bytes === undefined) return undefined
    const kv = readCurrent(key, bytes, current.lastSize)
    return keysOnly ? kv : this.whole(kv)
  }

  *scan(range: Range, revision: number, keysOnly = false): Iterable<Kv> {
    const touched = this.touchedSince(range, revision)
    const found = [...touched.values()].flatMap((place) => (place === null ? [] : [this.at(place)]))
    if (touched.size === 0) {
      for (const kv of this.scanNow(range)) yield keysOnly ? kv : this.whole(kv)
      return
    }
    for (const kv of this.scanNow(range)) if (!touched.has(kv.key)) found.push(keysOnly ? kv : this.whole(kv))
    yield* found.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
  }

  *changes(from: number, to: number): Iterable<Revision> {
    let revision = 0
    let changes: Change[] = []
    for (const { kv } of this.versions(from, to)) {
      if (kv.mod !== revision) {
        if (changes.length > 0) yield { revision, changes }
        revision = kv.mod
        changes = []
      }
      changes.push({ type: kv.version === 0 ? 'delete' : 'put', kv })
    }
    if (changes.length > 0) yield { revision, changes }
  }

  /** What was written from one revision to another, both included, as far as it is kept. */
  *versions(from: number, to: number): Iterable<VersionRow> {
    const bounds = { start: { mod: from, sub: 0 }, end: { mod: to + 1, sub: 0 }, ...this.reading }
    for (const { key, value } of this.tables.versions.getRange(bounds)) yield readVersion(key, value)
  }

  private *scanNow({ key, end }: Range): Iterable<StoredKv> {
    if (end === undefined) {
      const kv = this.get(key, true)
      if (kv !== undefined) yield kv
      return
    }
    const bounds = end === NO_END ? { start: clip(key) } : { start: clip(key), end: clip(end) }
    for (const { key, value } of this.tables.current.getRange({ ...bounds, ...this.reading })) {
      yield readCurrent(key, value, value.length)
    }
  }

  /** The keys of a range that were written after a revision, each with its version at it; null: it had none. */
  private touchedSince(range: Range, revision: number): Map<Key, Place | null> {
    const touched = new Map<Key, Place | null>()
    if (revision >= this.revision) return touched
    for (const { kv, before } of this.versions(revision + 1, this.revision)) {
      if (isWithin(range, kv.key) && !touched.has(kv.key)) touched.set(kv.key, before)
    }
    return touched
  }

  /** A key with its value. */
  private whole(kv: StoredKv): StoredKv {
    return this.at({ mod: kv.mod, sub: kv.sub })
  }

  private at(place: Place): StoredKv {
    const bytes = this.tables.versions.getBinary(place, this.reading)
    if (bytes === undefined) throw new Error(`the version at ${place.mod}:${place.sub} is missing`)
    return readVersion(place, bytes).kv
  }
}
