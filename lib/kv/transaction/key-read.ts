/** A key that a transaction reads. */
import type { Kv, RangeRequest, RangeResult } from '../engine/engine.js'
import { keyOf } from '../path.js'
import { decodeValue } from '../value.js'
import type { ReadKey } from './read-set.js'
import type { Ask } from './snapshot.js'

/** Whom a key tells. */
export interface KeyReader {
  forgetKey(read: KeyRead): void
}

/** One key that is being read, or was. */
export class KeyRead implements Ask, ReadKey {
  readonly path: string
  readonly request: RangeRequest
  /** What was found; null: it isn't there, or isn't known yet. */
  kv: Kv | null = null
  isKnown = false
  readonly #reader: KeyReader
  #text: Promise<string | null> | undefined
  #resolve: ((text: string | null) => void) | undefined
  #reject: ((error: unknown) => void) | undefined

  constructor(path: string, reader: KeyReader) {
    this.path = path
    this.request = { key: keyOf(path) }
    this.#reader = reader
  }

  get key(): string {
    return this.request.key
  }

  /** Its value, null if it isn't there. */
  get text(): Promise<string | null> {
    this.#text ??= this.isKnown
      ? Promise.resolve(this.#decoded())
      : new Promise((resolve, reject) => {
          this.#resolve = resolve
          this.#reject = reject
        })
    return this.#text
  }

  answered({ kvs }: RangeResult): void {
    this.know(kvs[0] ?? null)
  }

  /** This is what is there. */
  know(kv: Kv | null): void {
    this.kv = kv
    this.isKnown = true
    this.#resolve?.(this.#decoded())
  }

  failed(error: unknown): void {
    this.#reader.forgetKey(this)
    this.#reject?.(error)
  }

  #decoded(): string | null {
    return this.kv === null ? null : decodeValue(this.kv.value)
  }
}
