/** Bytes of lines as text. */
import type { Piece } from './cut-chunk.js'

/** How the bytes of a file are read. Latin-1 gives one character a byte and never fails. */
export type Encoding = 'utf8' | 'latin1'

/** How lines are read. */
export interface TextOptions {
  /** What the bytes mean. What is no valid UTF-8 becomes U+FFFD, the replacement character. */
  readonly encoding: Encoding
  /** Whether a carriage return before a line end stays a part of its line. */
  readonly keepCarriageReturns: boolean
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const BYTE_ORDER_MARK = '\ufeff'

/**
 * The lines in a stretch of bytes, joined by '\n', none behind the last. One decoding for all of them: per line it
 * would cost three times as much.
 *
 * @param isFirst Whether the stretch begins its file, where a byte order mark is dropped.
 * @example
 * const bytes = Buffer.from('one\r\ntwo')
 * assert.equal(textOf(bytes, 0, bytes.length, { encoding: 'utf8', keepCarriageReturns: false }), 'one\ntwo')
 */
export function textOf(bytes: Buffer, from: number, to: number, options: TextOptions, isFirst = false): string {
  let text = bytes.toString(options.encoding, from, to)
  if (isFirst && options.encoding === 'utf8' && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1)
  if (options.keepCarriageReturns || !text.includes('\r')) return text
  text = text.replaceAll('\r\n', '\n')
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

/**
 * The text of a piece of a file. A line that was cut since it is too long ends with a whole character.
 *
 * @example
 * const piece = { bytes: Buffer.from('größer'), from: 0, to: 3, start: 0, end: 9, isLong: true }
 * assert.equal(textOfPiece(piece, { encoding: 'utf8', keepCarriageReturns: false }), 'gr')
 */
export function textOfPiece({ bytes, from, to, start, isLong }: Piece, options: TextOptions): string {
  const end = isLong && options.encoding === 'utf8' ? endOfCharacters(bytes, from, to) : to
  return textOf(bytes, from, end, options, start === 0)
}

/**
 * The bytes of a piece of a file, if they are those of its text in UTF-8 as they lie there; else null, and there is
 * something to leave out or to put in other bytes. What is no valid UTF-8 is left to whoever makes a text of them.
 */
export function rawLines({ bytes, from, to, start, isLong }: Piece, options: TextOptions): Buffer | null {
  if (options.encoding !== 'utf8' || isLong) return null
  const raw = bytes.subarray(from, to)
  if (start === 0 && raw[0] === 0xef) return null // Maybe a byte order mark.
  return options.keepCarriageReturns || !raw.includes(CARRIAGE_RETURN) ? raw : null
}

/** Where the last whole character before `to` ends. What is no beginning of one is left: it isn't ours to judge. */
function endOfCharacters(bytes: Buffer, from: number, to: number): number {
  for (let at = to - 1; at >= Math.max(from, to - 3); at--) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80 || byte > 0xf7) break
    if (byte >= 0xc0) return at + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > to ? at : to
  }
  return to
}

/**
 * The bytes of the k-th line in a stretch of lines, without its line end. Null if there are fewer.
 *
 * @example
 * assert.equal(String(lineOf(Buffer.from('one\ntwo\n'), 1)), 'two')
 * assert.equal(lineOf(Buffer.from('one\ntwo\n'), 2), null)
 */
export function lineOf(bytes: Buffer, k: number): Buffer | null {
  let from = 0
  for (let i = 0; i < k; i++) {
    const end = bytes.indexOf(LINE_FEED, from)
    if (end < 0) return null
    from = end + 1
  }
  if (from >= bytes.length && from > 0) return null
  const end = bytes.indexOf(LINE_FEED, from)
  const to = end < 0 ? bytes.length : end
  return bytes.subarray(from, to > from && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to)
}
