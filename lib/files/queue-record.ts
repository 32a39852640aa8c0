/**
 * Records of a queue on disk: the length of the text in bytes, its CRC-32, and the CRC-32 of these two, each an unsigned
 * number of four bytes, the lowest first; then the text in UTF-8. As the header has a checksum of its own, a record that
 * was cut off is told from one that was damaged.
 */
import { crc32 } from './crc32.js'

/** How many bytes stand before the text of a record. */
export const FRAME_LENGTH = 12
/** How long the text of a record may be, in bytes. */
export const RECORD_MAX = 64 * 1024 * 1024

/**
 * How many bytes a record may take at most, so that there is room for it. Cheap for short texts, exact for long ones.
 *
 * @example
 * assert.equal(roomFor('größe') >= 19, true)
 */
export function roomFor(text: string): number {
  return FRAME_LENGTH + (text.length > 16384 ? Buffer.byteLength(text) : text.length * 3)
}

/**
 * Write a record into a buffer that has room for it. Answers how many bytes it took.
 *
 * @example
 * const buffer = Buffer.alloc(64)
 * const size = frame(buffer, 0, '"größe"')
 * assert.deepEqual([size, unframe(buffer, 0, size).texts], [21, ['"größe"']])
 */
export function frame(into: Buffer, at: number, text: string): number {
  const from = at + FRAME_LENGTH
  const length = into.write(text, from)
  into.writeUInt32LE(length, at)
  into.writeUInt32LE(crc32(into.subarray(from, from + length)), at + 4)
  into.writeUInt32LE(crc32(into.subarray(at, at + 8)), at + 8)
  return FRAME_LENGTH + length
}

/** What stands in some bytes. */
export interface Unframed {
  /** The texts of the whole records, in order. */
  readonly texts: string[]
  /** Behind the last whole record. */
  readonly end: number
  /** How the record behind it is damaged; null if it isn't, or is not whole. */
  readonly fault: string | null
}

/** The records in a stretch of bytes that begins with one. */
export function unframe(bytes: Buffer, from: number, to: number): Unframed {
  const texts: string[] = []
  let at = from
  for (;;) {
    const size = sizeAt(bytes, at, to)
    if (size === null || at + size > to) return { texts, end: at, fault: null }
    if (size < 0) return { texts, end: at, fault: 'the header of a record does not fit its checksum' }
    const start = at + FRAME_LENGTH
    if (crc32(bytes.subarray(start, at + size)) !== bytes.readUInt32LE(at + 4))
      return { texts, end: at, fault: 'the text of a record does not fit its checksum' }
    texts.push(bytes.toString('utf8', start, at + size))
    at += size
  }
}

/** The size of the record at a place; null if its header is not whole, -1 if it is damaged. */
export function sizeAt(bytes: Buffer, at: number, to: number): number | null {
  if (at + FRAME_LENGTH > to) return null
  const isWhole = crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32LE(at + 8)
  const length = bytes.readUInt32LE(at)
  return isWhole && length <= RECORD_MAX ? FRAME_LENGTH + length : -1
}
