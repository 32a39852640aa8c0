/**
 * One file of a queue on disk. Positions count the bytes of all records that were ever put into the queue; a segment is
 * named by the position of its first one.
 *
 * Format 1: a line `deadbeat segment 1 START RECORD DROPPED CRC`, then records (`queue-record.ts`). START is the
 * position again, RECORD the number of the first record, DROPPED how many bytes of records were dropped from it (0, or
 * all); each has 16 digits. CRC is the CRC-32 of everything before it, as 8 hexadecimal digits.
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { crc32 } from './crc32.js'
import { QueueError, damagedAt } from './queue-error.js'
import { syncDirectorySync } from './sync-directory.js'

const VERSION = 1
const BEGINNING = `deadbeat segment ${VERSION} `
const HEADER = /^deadbeat segment 1 (\d{16}) (\d{16}) (\d{16}) ([0-9a-f]{8})\n$/

/** How many bytes stand before the first record of a segment. */
export const HEADER_LENGTH = BEGINNING.length + 3 * 17 + 8 + 1

/** A segment, as far as it is written. */
export interface Segment {
  readonly path: string
  /** The position of its first record. */
  readonly start: number
  /** The number of its first record. */
  readonly record: number
  /** The position behind its last record. */
  end: number
  /** Whether its records were dropped: it only says where they were. */
  isDropped: boolean
}

/**
 * The file name of the segment that begins at a position; names sort as positions do.
 *
 * @example
 * assert.equal(segmentName(4096), 'segment-0000000000004096')
 */
export function segmentName(start: number): string {
  return `segment-${digits(start)}`
}

/** Whether a file name is that of a segment. */
export function isSegmentName(name: string): boolean {
  return /^segment-\d{16}$/.test(name)
}

/** Where a position stands in its segment's file. */
export function offsetIn({ start }: Segment, position: number): number {
  return HEADER_LENGTH + position - start
}

/** How a segment is made. */
export interface SegmentOptions {
  readonly directory: string
  readonly start: number
  readonly record: number
  /** If it only says that there were so many bytes. */
  readonly dropped?: number
  /** Whether the file is still there after a loss of power. */
  readonly isSynced: boolean
}

/**
 * Make a segment. Answers it with the descriptor that its records are written to.
 *
 * @throws What opening or writing throws; then no file is left.
 */
export function createSegment(options: SegmentOptions): { readonly segment: Segment; readonly fd: number } {
  const { directory, start, record, dropped = 0, isSynced } = options
  const path = join(directory, segmentName(start))
  const fd = openSync(path, 'wx', 0o600)
  try {
    writeSync(fd, headerOf(start, record, dropped))
    if (isSynced) {
      fdatasyncSync(fd)
      syncDirectorySync(directory)
    }
  } catch (error) {
    closeSync(fd)
    rmSync(path, { force: true })
    throw error
  }
  return { segment: { path, start, record, end: start + dropped, isDropped: dropped > 0 }, fd }
}

/**
 * A segment that is there; null if its maker was killed, or lost its power, before its first line was whole.
 *
 * @throws {QueueError} If its header is damaged, or it is of a newer version.
 */
export function readSegment(path: string): Segment | null {
  const bytes = Buffer.alloc(HEADER_LENGTH)
  const fd = openSync(path, constants.O_RDONLY)
  let length: number
  let size: number
  try {
    length = readSync(fd, bytes, 0, HEADER_LENGTH, 0)
    size = fstatSync(fd).size
  } finally {
    closeSync(fd)
  }
  const text = bytes.toString('latin1', 0, length)
  const version = Number(/^deadbeat segment (\d+) /.exec(text)?.[1])
  if (version > VERSION) {
    throw new QueueError(
      `${path} has format ${version}, and this version knows ${VERSION}: run the newer version, or move the directory away to begin anew`,
    )
  }
  if (length < HEADER_LENGTH && (text + BEGINNING.slice(length)).startsWith(BEGINNING)) return null
  if (bytes.every((byte) => byte === 0)) return null
  const [, start, record, dropped, crc] = HEADER.exec(text) ?? []
  if (crc === undefined) throw damagedAt(path, 0, 'it does not begin with the header of a segment')
  if (crc !== checksum(bytes)) throw damagedAt(path, 0, 'the checksum of its header does not fit')
  if (basename(path) !== segmentName(Number(start)))
    throw new QueueError(
      `${path} has another name than it had: its header says ${segmentName(Number(start))}; rename it`,
    )
  const bytesOfRecords = Number(dropped) > 0 ? Number(dropped) : size - HEADER_LENGTH
  return {
    path,
    start: Number(start),
    record: Number(record),
    end: Number(start) + bytesOfRecords,
    isDropped: Number(dropped) > 0,
  }
}

/** Drop the records of a segment. A kill at any moment leaves it whole, or dropped. */
export function dropSegment(segment: Segment, isSynced: boolean): void {
  const { path, start, record, end } = segment
  const fd = openSync(path, constants.O_WRONLY)
  try {
    writeSync(fd, headerOf(start, record, end - start), 0, HEADER_LENGTH, 0)
    if (isSynced) fdatasyncSync(fd)
    ftruncateSync(fd, HEADER_LENGTH)
  } finally {
    closeSync(fd)
  }
  segment.isDropped = true
}

function headerOf(start: number, record: number, dropped: number): Buffer {
  const header = Buffer.from(`${BEGINNING}${digits(start)} ${digits(record)} ${digits(dropped)} ${'0'.repeat(8)}\n`)
  header.write(checksum(header), HEADER_LENGTH - 9)
  return header
}

/** Of the header without its last nine bytes. */
function checksum(header: Buffer): string {
  return crc32(header.subarray(0, HEADER_LENGTH - 9))
    .toString(16)
    .padStart(8, '0')
}

function digits(n: number): string {
  return String(n).padStart(16, '0')
}
