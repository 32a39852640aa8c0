/** Cuts a stream of bytes, whose chunks come once, into messages that are preceded by their length. */
import { DeadbeatError } from '../errors/index.js'

/** Where a message lies: from `start` on, `length` bytes. */
export interface Extent {
  readonly start: number
  readonly length: number
}

/** Reads what stands before a message, from `at` on; null if more bytes are needed for that. */
export type ReadLength = (bytes: Buffer, at: number) => Extent | null

/**
 * A length of some bytes, the highest first.
 *
 * @example
 * assert.deepEqual(bigEndian(2)(Buffer.from([0, 1, 0, 0]), 1), { start: 3, length: 256 })
 */
export function bigEndian(lengthBytes: number): ReadLength {
  return (bytes, at) => {
    const start = at + lengthBytes
    return bytes.length < start ? null : { start, length: bytes.readUIntBE(at, lengthBytes) }
  }
}

/**
 * The messages of a stream. One that is longer than `messageMax` ends it: nobody could wait for its end.
 *
 * @example
 * const cutter = new LengthCutter(100, bigEndian(1))
 * assert.deepEqual(cutter.push(Buffer.from('\x02ab\x03c')).map(String), ['ab'])
 * assert.equal(cutter.rest, 2)
 */
export class LengthCutter {
  /** How many bytes of an unfinished message there are. */
  rest = 0
  private readonly messageMax: number
  private readonly readLength: ReadLength
  private chunks: Buffer[] = []
  /** How many bytes must be there before it makes sense to look again: else a message that drips in costs its square. */
  private needed = 0

  constructor(messageMax: number, readLength: ReadLength) {
    this.messageMax = messageMax
    this.readLength = readLength
  }

  /**
   * Take the next chunk; gives the messages that it ends, which lie in it.
   *
   * @throws {DeadbeatError} EMSGSIZE if a message is too long, and what `readLength` throws.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk)
    this.rest += chunk.length
    if (this.rest < this.needed) return []
    const bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks)
    const messages: Buffer[] = []
    let at = 0
    for (;;) {
      const extent = this.readLength(bytes, at)
      if (extent !== null && extent.length > this.messageMax) throw this.tooLong(extent.length)
      const end = extent === null ? Infinity : extent.start + extent.length
      if (extent === null || end > bytes.length) {
        this.keep(bytes.subarray(at), extent === null ? 0 : end - at)
        return messages
      }
      messages.push(bytes.subarray(extent.start, end))
      at = end
    }
  }

  private keep(bytes: Buffer, needed: number): void {
    this.chunks = bytes.length === 0 ? [] : [bytes]
    this.rest = bytes.length
    this.needed = needed
  }

  private tooLong(length: number): DeadbeatError {
    return new DeadbeatError('EMSGSIZE', `a message of ${length} bytes is above lineMax (${this.messageMax})`)
  }
}
