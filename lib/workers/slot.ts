/**
 * Memory that a crew and a worker both see, so that texts cross without being cloned: the one writes text at the front,
 * the other what came of it behind. Each is used again and again, for fresh memory costs more than what is done with it.
 */
import { Buffer } from 'node:buffer'

/** Where a text lies in a slot: its first byte, and how many it has. */
export interface Span {
  readonly offset: number
  readonly length: number
}

/** Whether something that was sent lies in a slot. */
export function isSpan(data: string | readonly unknown[] | Span): data is Span {
  return typeof data === 'object' && !Array.isArray(data)
}

const LINE_FEED = 10
const SIZE = 1_048_576
/** From here on it is the worker's. */
const MIDDLE = SIZE / 2

/** One piece of shared memory. */
export class Slot {
  readonly memory: SharedArrayBuffer
  /** How many have something in it that is still needed. */
  users = 0
  readonly #bytes: Buffer
  #at = 0
  readonly #end: number

  private constructor(memory: SharedArrayBuffer, at: number, end: number) {
    this.memory = memory
    this.#bytes = Buffer.from(memory)
    this.#at = at
    this.#end = end
  }

  /** A new one, as its crew sees it. */
  static make(): Slot {
    return new Slot(new SharedArrayBuffer(SIZE), 0, MIDDLE)
  }

  /** The same as the worker sees it. */
  static of(memory: SharedArrayBuffer): Slot {
    return new Slot(memory, MIDDLE, SIZE)
  }

  /** Put a text in. Null, and nothing is put in, if there is no room, or if it isn't Unicode through and through. */
  write(text: string): Span | null {
    const at = this.#at
    const room = this.#end - at
    if (text.length > room || !text.isWellFormed()) return null
    // No character takes more than three bytes.
    if (text.length * 3 > room && Buffer.byteLength(text) > room) return null
    const length = this.#bytes.write(text, at)
    this.#at += length
    return { offset: at, length }
  }

  /** Put bytes in. Null, and nothing is put in, if there is no room. */
  put(bytes: Buffer): Span | null {
    const at = this.#at
    if (bytes.length > this.#end - at) return null
    this.#bytes.set(bytes, at)
    this.#at += bytes.length
    return { offset: at, length: bytes.length }
  }

  read({ offset, length }: Span): string {
    return this.#bytes.toString('utf8', offset, offset + length)
  }

  /** What lies there, itself: good until the slot is emptied. */
  bytes({ offset, length }: Span): Buffer {
    return this.#bytes.subarray(offset, offset + length)
  }

  /** The lines that lie there, in pieces of about so many bytes, none of which ends with a line end. */
  *pieces({ offset, length }: Span, size: number): Generator<Buffer> {
    const end = offset + length
    for (let from = offset; from <= end;) {
      const near = end - from <= size ? -1 : this.#bytes.lastIndexOf(LINE_FEED, from + size)
      const next = near > from ? near : end - from <= size ? -1 : this.#bytes.indexOf(LINE_FEED, from)
      const to = next < 0 || next > end ? end : next
      yield this.#bytes.subarray(from, to)
      from = to + 1
    }
  }

  /** Nobody needs what is in it any more. */
  empty(): void {
    this.#at = 0
  }
}
