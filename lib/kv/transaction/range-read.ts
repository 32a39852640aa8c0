/** A range that a transaction lists. */
import type { Kv, RangeRequest, RangeResult } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { levelRange } from '../levels.js'
import type { ReadRange } from './read-set.js'
import type { Ask } from './snapshot.js'

/** Whom a range tells. */
export interface RangeReader {
  listed(read: RangeRead): void
  forgetRange(read: RangeRead): void
}

/** One level of a listing that is being read, or was. */
export class RangeRead implements Ask, ReadRange {
  readonly path: string
  readonly level: number
  readonly range: Required<Range>
  readonly request: RangeRequest
  readonly hasValues: boolean
  kvs: readonly Kv[] = []
  isKnown = false
  /** Resolves once it is. */
  readonly known: Promise<void>
  readonly #reader: RangeReader
  #resolve!: () => void
  #reject!: (error: unknown) => void

  constructor(path: string, level: number, hasValues: boolean, reader: RangeReader) {
    this.path = path
    this.level = level
    this.hasValues = hasValues
    this.range = levelRange(path, level)
    this.request = { ...this.range, keysOnly: !hasValues }
    this.#reader = reader
    this.known = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  answered({ kvs }: RangeResult): void {
    this.kvs = kvs
    this.isKnown = true
    this.#reader.listed(this)
    this.#resolve()
  }

  failed(error: unknown): void {
    this.#reader.forgetRange(this)
    this.#reject(error)
  }
}
