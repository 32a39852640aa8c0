/**
 * What an earlier run left of a queue on disk: its segments, checked to be all there, and where to go on. Where its last
 * records are not whole, as a kill or a loss of power leaves them, they are cut off; anything else that is wrong is an
 * error.
 */
import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, readSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FileLog } from './loop.js'
import type { QueueCursor } from './queue-cursor.js'
import { ONCE_MORE, QueueError } from './queue-error.js'
import { FRAME_LENGTH, sizeAt, unframe } from './queue-record.js'
import { createSegment, dropSegment, isSegmentName, offsetIn, readSegment, type Segment } from './segment.js'

/** A queue as it is found. */
export interface FoundQueue {
  /** In the order of their positions, without a gap between them. */
  readonly segments: Segment[]
  /** Where the next record goes, and its number. */
  readonly end: number
  readonly record: number
}

const CHUNK = 65536
/** What a disk writes at once, if it writes anything. */
const SECTOR = 512

/**
 * Open what is in a directory, making it with mode 0700 if it isn't there. From here on no other run may have it, until
 * the cursor is closed. It goes on behind `given`, up to where an earlier run has given everything, also if the last of
 * that was lost with the power.
 *
 * @throws {QueueError} If something is damaged, is missing, or is of a newer version. Then the cursor is closed.
 * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; else what the system throws.
 */
export function openQueue(directory: string, cursor: QueueCursor, log: FileLog, given = 0): FoundQueue {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const position = cursor.load()
  try {
    const found = find(directory, position, cursor, log)
    return given > found.end ? lengthen(directory, found, given, log) : found
  } catch (error) {
    cursor.close()
    throw error
  }
}

function find(directory: string, position: number | null, cursor: QueueCursor, log: FileLog): FoundQueue {
  const segments = segmentsIn(directory, log)
  const last = segments.at(-1)
  const record = last === undefined ? 0 : last.record + countRecords(last, log)
  if (last !== undefined && last.end === last.start) {
    rmSync(last.path) // The next one will have its name.
    segments.pop()
  }
  if (position === null) {
    fillGaps(directory, segments, log)
    cursor.begin(segments[0]?.start ?? 0)
    if (segments.length > 0) log.warn({ directory }, `${directory} has no cursor: all that is in its segments is given`)
  } else {
    requireNoGap(directory, segments)
    requireWithin(directory, segments, position)
  }
  const rest = segments.filter(({ end, path }) => {
    if (end > cursor.position) return true
    rmSync(path) // It was over before the kill.
    return false
  })
  return { segments: rest, end: last?.end ?? cursor.position, record }
}

/** Positions are never given twice: a segment that says that its records were dropped stands for those that are gone. */
function lengthen(directory: string, { segments, end, record }: FoundQueue, to: number, log: FileLog): FoundQueue {
  const message = `${directory} lacks ${to - end} bytes at its end that had come out before they were synced: what came in behind them is lost`
  log.warn({ directory, bytes: to - end }, message)
  return { segments: [...segments, gap(directory, end, record, to)], end: to, record }
}

/** A segment for what is missing between two positions. */
function gap(directory: string, start: number, record: number, end: number): Segment {
  const { segment, fd } = createSegment({ directory, start, record, dropped: end - start, isSynced: true })
  closeSync(fd)
  return segment
}

function segmentsIn(directory: string, log: FileLog): Segment[] {
  const segments: Segment[] = []
  const paths = readdirSync(directory)
    .filter(isSegmentName)
    .sort()
    .map((name) => join(directory, name))
  for (const path of paths) {
    const segment = readSegment(path)
    if (segment !== null) {
      segments.push(segment)
    } else if (path === paths.at(-1)) {
      log.warn({ file: path }, `${path} was only begun: it is removed`)
      rmSync(path)
    } else {
      throw new QueueError(
        `${path} ends within its first line: put back a copy of it, or remove it and ${cursorOf(directory)} ${ONCE_MORE}`,
      )
    }
  }
  return segments
}

/** Go from record to record, and cut off what is no whole one. Answers how many there are, as far as can be seen. */
function countRecords(segment: Segment, log: FileLog): number {
  if (segment.isDropped) return 0
  const fd = openSync(segment.path, 'r+')
  let records = 0
  try {
    let bytes = Buffer.allocUnsafe(CHUNK)
    for (let at = segment.start; at < segment.end;) {
      const offset = offsetIn(segment, at)
      let length = readSync(fd, bytes, 0, bytes.length, offset)
      const size = sizeAt(bytes, 0, length)
      if (size !== null && size > length && at + size <= segment.end) {
        bytes = Buffer.allocUnsafe(size)
        length = readSync(fd, bytes, 0, size, offset)
      }
      const { texts, end, fault } = unframe(bytes, 0, length)
      records += texts.length
      at += end
      if (fault !== null && !isTorn(bytes.subarray(0, length), end, offset)) break // Whoever reads up to there says so.
      if (fault !== null || end === 0) cutOff(fd, segment, at, log)
    }
  } finally {
    closeSync(fd)
  }
  return records
}

/** Whether a record that doesn't fit its checksum lacks a sector: as a loss of power leaves what was not synced. */
function isTorn(bytes: Buffer, at: number, offset: number): boolean {
  const size = sizeAt(bytes, at, bytes.length) ?? -1
  const end = Math.min(bytes.length, at + (size < 0 ? FRAME_LENGTH : size))
  for (let from = at; from < end;) {
    const to = Math.min(end, from + SECTOR - ((offset + from) % SECTOR))
    if (bytes.subarray(from, to).every((byte) => byte === 0)) return true
    from = to
  }
  return false
}

function cutOff(fd: number, segment: Segment, at: number, log: FileLog): void {
  const { path, end } = segment
  const offset = offsetIn(segment, at)
  ftruncateSync(fd, offset)
  fdatasyncSync(fd) // The next segment begins where this one ends.
  segment.end = at
  log.warn(
    { file: path, offset, bytes: end - at },
    `${path} ended within a record: ${end - at} bytes from ${offset} on were cut off`,
  )
}

function requireNoGap(directory: string, segments: readonly Segment[]): void {
  let before: Segment | null = null
  for (const segment of segments) {
    if (before !== null && before.end !== segment.start) {
      const what = before.end < segment.start ? 'lacks what stood' : 'has twice what stands'
      throw new QueueError(
        `${directory} ${what} between the positions ${before.end} (the end of ${before.path}) and ${segment.start} ` +
          `(the beginning of ${segment.path}): put back what is missing; or remove ${cursorOf(directory)} to go on ` +
          `without it ${ONCE_MORE}`,
      )
    }
    before = segment
  }
}

function requireWithin(directory: string, segments: readonly Segment[], position: number): void {
  const [first] = segments
  const last = segments.at(-1)
  if (first === undefined || last === undefined || (position >= first.start && position <= last.end)) return
  const [relation, where] = position < first.start ? ['before', first.start] : ['behind', last.end]
  throw new QueueError(
    `${cursorOf(directory)} points to position ${position}, which lies ${relation} all that is in the queue (${where}): ` +
      `put back what is missing; or remove it to go on without ${ONCE_MORE}`,
  )
}

/** Without a cursor somebody has decided to go on with what there is: places that are missing count as dropped. */
function fillGaps(directory: string, segments: Segment[], log: FileLog): void {
  for (let i = 1; i < segments.length; i++) {
    const before = segments[i - 1] as Segment
    const { start, record } = segments[i] as Segment
    if (before.end > start) requireNoGap(directory, segments)
    if (before.end === start) continue
    const dropped = start - before.end
    log.warn({ directory, bytes: dropped }, `${directory} lacks ${dropped} bytes behind ${before.path}: they are lost`)
    if (before.end === before.start) {
      before.end = start
      dropSegment(before, true)
      continue
    }
    segments.splice(i, 0, gap(directory, before.end, record, start))
  }
}

function cursorOf(directory: string): string {
  return join(directory, 'cursor')
}
