/**
 * A bounded queue on disk: texts go in at one end, and come out at the other in the same order, also in a later run. What
 * came out stays until it is settled; what was not settled comes out again.
 *
 * A directory holds segments (`segment.ts`) and a cursor (`queue-cursor.ts`). A segment is removed when everything in it
 * is over and the cursor says so.
 */
import { join } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { CursorStoring } from './cursor-storing.js'
import type { FileLog, FileLoop } from './loop.js'
import { openQueue } from './open-queue.js'
import { QueueCursor } from './queue-cursor.js'
import { QueueReader, type QueueChunk } from './queue-reader.js'
import { QueueWriter, type QueueWriteOptions } from './queue-writer.js'
import { readRange } from './read-range.js'
import { SegmentList } from './segment-list.js'
import type { Segment } from './segment.js'
import { syncDirectoriesTo } from './sync-directory.js'

/** How a queue is kept. */
export interface QueueOptions extends QueueWriteOptions {
  /** From how many bytes of records on it is full. A segment gets at most an eighth of it. */
  readonly maxBytes: number
  /** What becomes of more: whoever puts it in has to wait, the oldest gives way, or it is refused. */
  readonly whenFull: 'pause' | 'dropOldest' | 'divert'
  /** How often the cursor is stored, at most. */
  readonly cursorMs: number
}

/** Who hears of a queue. */
export interface QueueTarget {
  /** `flushed` has moved on, or there is room again. */
  flushed(): void
  /** Records come out, and are under way until the range is settled. */
  chunk(texts: readonly string[], range: QueueRange): void
  /** Tell, at once or later, whether no later run will ask for what is over now: only then it is removed. */
  mayGo(then: (mayGo: boolean) => void): void
  /** It can't be written, or can't be read. */
  failed(error: Error): void
}

/** Records that came out: the position of the first one, and that behind the last one. */
export interface QueueRange {
  readonly start: number
  readonly end: number
}

/** The queue. Positions count the bytes of all records that were ever put in. */
export class DiskQueue {
  private readonly log: FileLog
  private readonly options: QueueOptions
  private readonly target: QueueTarget
  private readonly cursor: QueueCursor
  private readonly storing: CursorStoring
  private readonly segments: SegmentList
  private readonly writer: QueueWriter
  private readonly reader: QueueReader
  /** What came out and is not over. */
  private readonly underWay = new Set<QueueRange>()
  private isOpen = false
  private wasFull = false

  /** It opens nothing. */
  constructor(loop: FileLoop, log: FileLog, options: QueueOptions, target: QueueTarget) {
    const { directory, maxBytes, segmentBytes } = options
    const isSynced = options.sync !== 'none'
    this.log = log
    this.options = { ...options, segmentBytes: Math.min(segmentBytes, Math.floor(maxBytes / 8)) }
    this.target = target
    this.cursor = new QueueCursor(join(directory, 'cursor'), log, isSynced)
    this.storing = new CursorStoring(loop, log, this.cursor, options.cursorMs, {
      acknowledged: () => this.acknowledged(),
      mayGo: (then) => target.mayGo(then),
      stored: (position, isLast) => this.remove(position, isLast || this.isTooLarge),
    })
    this.segments = new SegmentList(log, { directory, maxBytes, isSynced })
    this.reader = new QueueReader(loop, this.segments.all, {
      chunk: (chunk) => this.pass(chunk),
      failed: (error) => target.failed(error),
    })
    this.writer = new QueueWriter(loop, log, this.options, {
      began: (segment) => this.segments.add(segment),
      written: () => this.reader.wake(),
      flushed: () => {
        if (isSynced) this.storing.later()
        target.flushed()
      },
      failed: (error) => target.failed(error),
    })
  }

  /**
   * Open it, to go on where the cursor says, or behind what an earlier run says that it has given.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; `ERR_QUEUE` if it is damaged; else the system's code.
   */
  open(given: number | null = null): void {
    const { directory } = this.options
    try {
      const { segments, end, record } = openQueue(directory, this.cursor, this.log, given ?? 0)
      if (this.options.sync !== 'none') syncDirectoriesTo(this.cursor.name)
      this.segments.add(...segments)
      this.writer.open(end, record)
    } catch (error) {
      if (error instanceof DeadbeatError) throw error
      const message = `cannot open the queue in ${directory}: ${toError(error).message}`
      throw new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error })
    }
    this.reader.position = Math.max(this.cursor.position, given ?? 0)
    this.isOpen = true
    const missing = this.cursor.position - (given ?? this.cursor.position)
    if (missing > 0) {
      const message = `${directory} lacks ${missing} bytes at its beginning that had not come out: they are lost`
      this.log.error({ directory, bytes: missing }, message)
    }
  }

  // Where records go in

  /**
   * Take the text of a record.
   *
   * @throws {DeadbeatError} `ERR_QUEUE_FULL` if it is full and its policy is `divert`.
   * @throws {RangeError} If the text is longer than any record may be.
   */
  put(text: string): void {
    const { directory, whenFull, maxBytes } = this.options
    if (whenFull === 'divert' && this.isTooLarge) {
      const message = `the queue in ${directory} must be below maxBytes (${maxBytes}) to take more: it has ${this.bytes}`
      throw new DeadbeatError('ERR_QUEUE_FULL', message)
    }
    if (whenFull === 'dropOldest' && this.isTooLarge) this.makeRoom()
    this.writer.append(text)
  }

  position(): number {
    return this.writer.position()
  }

  /** Up to which position everything is as safe as it is meant to be. */
  get flushed(): number {
    return this.writer.flushed
  }

  /** Whether whoever puts something in should wait. */
  full(): boolean {
    this.wasFull = this.writer.full() || (this.isTooLarge && this.nothingGivesWay())
    return this.wasFull
  }

  /** How many bytes of records it holds, those included that are over and not removed yet. */
  get bytes(): number {
    return this.segments.bytesTo(this.position(), this.writer.written)
  }

  /** How many records gave way, as it was full. */
  get dropped(): number {
    return this.segments.dropped
  }

  /** Write everything. Ends too when that was given up. */
  drained(): Promise<void> {
    return this.writer.drained()
  }

  // Where they come out

  /** Whether everything that was put in has come out. */
  get isAtEnd(): boolean {
    return this.reader.position >= this.position()
  }

  /** Let nothing come out until `resume`, as at first. */
  pause(): void {
    this.reader.pause()
  }

  /** Up to where everything has come out. */
  get given(): number {
    return this.reader.position
  }

  /** Let records come out. */
  resume(): void {
    this.reader.resume()
  }

  /** The records that came out in a range, read once more; only until it is settled. */
  textsOf({ start, end }: QueueRange): readonly string[] {
    return readRange(this.segments.all, start, end)
  }

  /** Records that came out in an earlier run are under way again. */
  begin(range: QueueRange): void {
    this.underWay.add(range)
  }

  /** Note that records that came out are over. */
  settle(range: QueueRange): void {
    this.underWay.delete(range)
    if (this.isOpen) this.storing.later()
  }

  /** Let nothing more come out. Resolves when nothing is being read. */
  rest(): Promise<void> {
    return this.reader.close()
  }

  /** Store how far everything is over, if that may be said now, and let go. */
  close(): void {
    const wasOpen = this.isOpen
    this.isOpen = false
    if (wasOpen) this.storing.close()
    this.segments.tellAll()
    this.writer.release()
    void this.reader.close()
    this.cursor.close()
  }

  private get isTooLarge(): boolean {
    return this.bytes >= this.options.maxBytes
  }

  /** Up to where everything is over. What is not synced yet may be over, but after a loss of power it was never there. */
  private acknowledged(): number {
    let position = Math.min(this.reader.position, this.writer.flushed)
    for (const { start } of this.underWay) if (start < position) position = start
    return position
  }

  /** Remove the segments that are over, that which is written among them only if it must go. */
  private remove(position: number, isLastToo: boolean): void {
    const { all } = this.segments
    for (let oldest = all[0]; oldest !== undefined && oldest.end <= position; oldest = all[0]) {
      if (oldest === this.writer.segment && !(isLastToo && this.writer.retire())) break
      this.reader.forget(oldest)
      this.segments.shift()
    }
    this.tellRoom()
  }

  private pass({ texts, start, end }: QueueChunk): void {
    const range = { start, end }
    this.underWay.add(range)
    this.target.chunk(texts, range)
    this.tellRoom()
  }

  private oldestUnread(): Segment | null {
    return this.segments.oldestUnread((segment) => this.reader.hasBegun(segment))
  }

  private nothingGivesWay(): boolean {
    const { whenFull } = this.options
    return whenFull === 'pause' || (whenFull === 'dropOldest' && this.oldestUnread() === null)
  }

  private makeRoom(): void {
    let oldest = this.oldestUnread()
    while (oldest !== null && this.isTooLarge && this.segments.drop(oldest)) oldest = this.oldestUnread()
  }

  /** Tell once that there is room again. */
  private tellRoom(): void {
    if (this.wasFull && this.isOpen && !this.full()) this.target.flushed()
  }
}
