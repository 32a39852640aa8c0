/** Cuts what was read of a file into whole lines. */
import { readNow } from './read-now.js'
import type { TailedFile } from './tailed-file.js'

/** Whole lines, or one line that is too long. */
export interface Piece {
  /** Its bytes lie from `from` to before `to` in here, without the last line end. */
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
  /** Its place in the file, the last line end included. */
  readonly start: number
  readonly end: number
  /** Whether this is a line of more than `lineMax` bytes; then `bytes` holds at most its beginning. */
  readonly isLong: boolean
}

/** What a chunk gave. */
export interface Cut {
  readonly pieces: readonly Piece[]
  /** Whether a part of the chunk has to be read again, so that the file isn't at its end. */
  readonly again: boolean
}

const LINE_FEED = 10
const NOTHING: Cut = { pieces: [], again: false }

/**
 * Cut the `length` bytes in `buffer` that were read at `file.scanned`, and move the file's offsets on. An unfinished
 * line at the end is left for the next reading. A `length` of 0 or less stands for a file that has nothing there.
 */
export function cutChunk(file: TailedFile, buffer: Buffer, length: number, lineMax: number): Cut {
  if (length <= 0) return NOTHING
  if (file.scanned > file.offset) return finishLine(file, buffer, length, lineMax)
  // Mostly a writer has just ended its line: then there is nothing to search for.
  const last = buffer[length - 1] === LINE_FEED ? length - 1 : buffer.lastIndexOf(LINE_FEED, length - 1)
  if (last < 0) {
    file.scanned += length
    return NOTHING
  }
  const start = file.offset
  file.offset = file.scanned = start + last + 1
  if (last > lineMax) return { pieces: cutLong(buffer, last, start, lineMax), again: false }
  return { pieces: [{ bytes: buffer, from: 0, to: last, start, end: file.offset, isLong: false }], again: false }
}

/**
 * What is left at the end of a file of `size` bytes, with or without a line end: the last line of a file that is
 * complete. Null if there is nothing.
 *
 * @throws What reading the file throws.
 */
export function cutRest(file: TailedFile, size: number, lineMax: number): Piece | null {
  const start = file.offset
  if (size <= start) return null
  const bytes = readAt(file.fd, start, Math.min(size - start, lineMax))
  file.offset = file.scanned = size
  const to = bytes.at(-1) === LINE_FEED ? bytes.length - 1 : bytes.length
  return { bytes, from: 0, to, start, end: size, isLong: size - start > lineMax }
}

/** Read up to `length` bytes at a place of a file. Less comes back if the file ends before. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const count = readNow(fd, bytes, filled, length - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return bytes.subarray(0, filled)
}

/** The end of a line whose beginning was read before. */
function finishLine(file: TailedFile, buffer: Buffer, length: number, lineMax: number): Cut {
  const found = buffer.subarray(0, length).indexOf(LINE_FEED)
  if (found < 0) {
    file.scanned += length
    return NOTHING
  }
  const start = file.offset
  const to = file.scanned + found - start
  const bytes = readAt(file.fd, start, Math.min(to, lineMax))
  file.offset = file.scanned = start + to + 1
  const piece = { bytes, from: 0, to: bytes.length, start, end: file.offset, isLong: to > lineMax }
  return { pieces: [piece], again: true }
}

/**
 * Whole lines, up to the line end at `last`, of which one may be too long. Only needed where that many bytes could
 * hold such a line.
 */
export function cutLong(buffer: Buffer, last: number, start: number, lineMax: number): Piece[] {
  const pieces: Piece[] = []
  const add = (from: number, to: number, isLong: boolean): void => {
    pieces.push({
      bytes: buffer,
      from,
      to: isLong ? from + lineMax : to,
      start: start + from,
      end: start + to + 1,
      isLong,
    })
  }
  let from = 0
  for (let line = 0; line <= last;) {
    const end = buffer.indexOf(LINE_FEED, line)
    if (end - line > lineMax) {
      if (line > from) add(from, line - 1, false)
      add(line, end, true)
      from = end + 1
    }
    line = end + 1
  }
  if (from <= last) add(from, last, false)
  return pieces
}
