/**
 * The reads of one attempt of a transaction, each remembered: asked twice it is read once, and the commit depends on
 * it. When the store compacts the state away that is being read, and everything read so far is still the same in the
 * current state, that one takes its place, and nobody notices.
 */
import type { RangeRequest, RangeResult, Snapshot as Answer } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import { CompactedError } from '../errors.js'
import { keyOf, pathOf } from '../path.js'
import { KeyRead, type KeyReader } from './key-read.js'
import { RangeRead, type RangeReader } from './range-read.js'
import type { ReadSet } from './read-set.js'
import { Snapshot, type Reader, type Recovery } from './snapshot.js'

/** Most transactions list nothing: no map is made for that. Nothing is put into this one. */
const NO_RANGES = new Map<Key, RangeRead>()
const NONE: readonly never[] = []

/** What one attempt has read. */
export class Reads implements KeyReader, RangeReader, Recovery {
  /** The state that was read has gone and another won't do: the attempt has to begin anew. */
  isSpoilt = false
  readonly #reader: Reader
  readonly #snapshot: Snapshot
  readonly #keys = new Map<string, KeyRead>()
  /** Levels that were listed, and those that were read with values: one that was both has its place in both. */
  #listings = NO_RANGES
  #valued = NO_RANGES

  constructor(reader: Reader, revision: number | undefined) {
    this.#reader = reader
    this.#snapshot = new Snapshot(reader, revision, this)
  }

  /** The state that is read; undefined until the first read found it. */
  get revision(): number | undefined {
    return this.#snapshot.revision
  }

  /** Whether an answer is still to come. */
  get isBusy(): boolean {
    return this.#snapshot.isBusy
  }

  /** Resolves when no answer is still to come. */
  idle(): Promise<void> {
    return this.#snapshot.idle()
  }

  /** Read a key. */
  key(path: string): KeyRead {
    const known = this.#keys.get(path)
    if (known !== undefined) return known
    const read = new KeyRead(path, this)
    this.#keys.set(path, read)
    this.#snapshot.read(read)
    return read
  }

  /** The key of a path: what is written was mostly read before. */
  keyOf(path: string): Key {
    return this.#keys.get(path)?.key ?? keyOf(path)
  }

  /** List a level of a path. */
  range(path: string, level: number, withValues: boolean): RangeRead {
    const read = new RangeRead(path, level, withValues, this)
    const { key } = read.range
    const known = this.#valued.get(key) ?? (withValues ? undefined : this.#listings.get(key))
    if (known !== undefined) return known
    if (withValues) this.#valued = withOne(this.#valued, read)
    else this.#listings = withOne(this.#listings, read)
    this.#snapshot.read(read)
    return read
  }

  /** Look at a range of the same state without remembering it: the commit doesn't depend on it. */
  peek(request: RangeRequest): Promise<RangeResult> {
    return new Promise((answered, failed) => {
      this.#snapshot.read({ request, answered, failed })
    })
  }

  listed(read: RangeRead): void {
    if (!read.hasValues) return
    for (const kv of read.kvs) {
      const path = pathOf(kv.key)
      if (path === null || this.#keys.has(path)) continue
      const one = new KeyRead(path, this)
      one.know(kv)
      this.#keys.set(path, one)
    }
  }

  forgetKey(read: KeyRead): void {
    this.#keys.delete(read.path)
  }

  forgetRange(read: RangeRead): void {
    if (read.hasValues) this.#valued.delete(read.range.key)
    else this.#listings.delete(read.range.key)
  }

  /** All promises that are not settled. */
  unsettled(): Promise<unknown>[] {
    const keys = [...this.#keys.values()].filter(({ isKnown }) => !isKnown).map(({ text }) => text)
    const all = [...this.#listings.values(), ...this.#valued.values()]
    return [...keys, ...all.filter(({ isKnown }) => !isKnown).map(({ known }) => known)]
  }

  /** What was read up to now. */
  readSet(): ReadSet {
    return {
      revision: this.revision ?? null,
      keys: knownOf(this.#keys),
      ranges: this.#knownRanges(),
    }
  }

  /** Each once. One that is being read with values was listed before, and that counts until it is there. */
  #knownRanges(): readonly RangeRead[] {
    if (this.#valued === NO_RANGES && this.#listings === NO_RANGES) return NONE
    const valued = knownOf(this.#valued)
    const listed = knownOf(this.#listings)
    return [...valued, ...listed.filter(({ range }) => this.#valued.get(range.key)?.isKnown !== true)]
  }

  /** Another state in which all that was read is the same, if the one that is read was compacted away. */
  async recover(requests: readonly RangeRequest[], error: unknown): Promise<Answer | null> {
    if (!(error instanceof CompactedError)) return null
    const { keys, ranges } = this.readSet()
    const again = [...keys.map(({ key }) => ({ key })), ...ranges.map(({ range }) => range)]
    const { revision, results } = await this.#reader.range([
      ...again.map((range) => ({ ...range, keysOnly: true })),
      ...requests,
    ])
    const found = results.map(({ kvs }) => kvs)
    this.isSpoilt =
      !keys.every(({ kv }, i) => found[i]?.[0]?.mod === kv?.mod) ||
      !ranges.every(({ kvs }, i) => hasSameKeys(kvs, found[keys.length + i] ?? []))
    return this.isSpoilt ? null : { revision, results: results.slice(again.length) }
  }
}

function withOne(reads: Map<Key, RangeRead>, read: RangeRead): Map<Key, RangeRead> {
  return (reads === NO_RANGES ? new Map<Key, RangeRead>() : reads).set(read.range.key, read)
}

function knownOf<T extends { isKnown: boolean }>(reads: ReadonlyMap<string, T>): T[] {
  const all = [...reads.values()]
  return all.every(({ isKnown }) => isKnown) ? all : all.filter(({ isKnown }) => isKnown)
}

function hasSameKeys(before: RangeResult['kvs'], now: RangeResult['kvs']): boolean {
  return (
    before.length === now.length &&
    before.every(({ key, create }, i) => key === now[i]?.key && create === now[i].create)
  )
}
