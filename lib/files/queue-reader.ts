/**
 * Reads the records of a queue on disk, a chunk at a time, as far as they are written. What was just written comes from
 * the page cache, at once; what has waited for longer is read on the thread pool. It polls nothing: it is woken.
 */
import { closeSync, openSync, read } from 'node:fs'
import { toError } from '../errors/index.js'
import type { FileLoop } from './loop.js'
import { QueueError, damagedAt } from './queue-error.js'
import { sizeAt, unframe } from './queue-record.js'
import { readNow } from './read-now.js'
import { offsetIn, type Segment } from './segment.js'

/** Records that were read. */
export interface QueueChunk {
  readonly texts: readonly string[]
  /** The position of the first one, and that behind the last one. */
  readonly start: number
  readonly end: number
}

/** Who gets what was read. */
export interface QueueReadTarget {
  chunk(chunk: QueueChunk): void
  /** What comes next is damaged or can't be read: nothing more is given. */
  failed(error: Error): void
}

/** How much is read at once, unless a single record is larger. */
const CHUNK = 65536
/** How far behind the end of the queue it is taken to be in the page cache. */
const RECENT = 1024 * 1024

/** The reader. */
export class QueueReader {
  /** Up to where records were given. */
  position = 0
  private readonly loop: Pick<FileLoop, 'enqueue'>
  private readonly segments: readonly Segment[]
  private readonly target: QueueReadTarget
  private buffer = Buffer.allocUnsafe(CHUNK)
  /** The segment that is open, and its descriptor. */
  private segment: Segment | null = null
  private fd = -1
  private closing: Promise<void> | null = null
  private isPaused = true
  private isComing = false
  private isReading = false
  private isOver = false
  private whenClosed: (() => void) | null = null

  /** `segments` are those of the queue at any time, in order. It is paused at first. */
  constructor(loop: Pick<FileLoop, 'enqueue'>, segments: readonly Segment[], target: QueueReadTarget) {
    this.loop = loop
    this.segments = segments
    this.target = target
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.isPaused = true
  }

  /** Go on. */
  resume(): void {
    this.isPaused = false
    this.wake()
  }

  /** There may be more. */
  wake(): void {
    if (this.isComing || this.isReading || this.isPaused || this.isOver || this.segmentHere() === null) return
    this.isComing = true
    this.loop.enqueue(this.next)
  }

  /** Whether something of a segment was given, or is being read. */
  hasBegun({ start }: Segment): boolean {
    return start < this.position || (this.isReading && start === this.segment?.start)
  }

  /** A segment was removed. */
  forget(segment: Segment): void {
    if (segment === this.segment && !this.isReading) this.closeSegment()
  }

  /** Read no more. Resolves once no descriptor is in use. */
  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    this.isOver = true
    if (this.isReading) await new Promise<void>((resolve) => (this.whenClosed = resolve))
    this.closeSegment()
  }

  /** Where to go on; places whose records were dropped are passed over. Null if everything written was given. */
  private segmentHere(): Segment | null {
    for (const segment of this.segments) {
      if (segment.end <= this.position) continue
      if (!segment.isDropped) {
        this.position = Math.max(this.position, segment.start)
        return segment
      }
      this.position = segment.end
    }
    return null
  }

  private readonly next = (): void => {
    this.isComing = false
    if (this.isPaused || this.isOver || this.isReading) return
    const segment = this.segmentHere()
    if (segment === null) return
    try {
      this.openSegment(segment)
      this.read(segment, Math.min(CHUNK, segment.end - this.position))
    } catch (error) {
      this.fail(segment, error)
    }
  }

  private read(segment: Segment, length: number): void {
    if (length > this.buffer.length) this.buffer = Buffer.allocUnsafe(length)
    const offset = offsetIn(segment, this.position)
    const end = this.segments.at(-1)?.end ?? 0
    if (end - this.position <= RECENT) {
      this.took(segment, readNow(this.fd, this.buffer, 0, length, offset), length)
      return
    }
    this.isReading = true
    read(this.fd, this.buffer, 0, length, offset, (error, count) => {
      this.isReading = false
      if (this.isOver) this.whenClosed?.()
      else if (error !== null) this.fail(segment, error)
      else if (!this.isPaused) this.took(segment, count, length) // Else it is read again, from the page cache.
    })
  }

  private took(segment: Segment, length: number, wanted: number): void {
    const { position: start, buffer } = this
    const { texts, end, fault } = unframe(buffer, 0, length)
    if (texts.length > 0) {
      this.position = start + end
      this.target.chunk({ texts, start, end: this.position })
      if (buffer.length > CHUNK) this.buffer = Buffer.allocUnsafe(CHUNK) // It was one for a single record.
    }
    const offset = offsetIn(segment, this.position)
    if (fault !== null) this.fail(segment, damagedAt(segment.path, offset, fault))
    else if (texts.length > 0) this.wake()
    else this.tookPart(segment, sizeAt(buffer, 0, length), length < wanted)
  }

  /** What was read holds no whole record. */
  private tookPart(segment: Segment, size: number | null, isCut: boolean): void {
    if (isCut || size === null || size > segment.end - this.position) {
      const offset = offsetIn(segment, this.position)
      this.fail(segment, damagedAt(segment.path, offset, 'it ends within a record'))
      return
    }
    try {
      this.read(segment, size)
    } catch (error) {
      this.fail(segment, error)
    }
  }

  private fail(segment: Segment, thrown: unknown): void {
    this.isOver = true
    const error = toError(thrown)
    this.target.failed(
      error instanceof QueueError
        ? error
        : new QueueError(`cannot read ${segment.path}: ${error.message}`, { cause: error }),
    )
  }

  private openSegment(segment: Segment): void {
    if (segment === this.segment) return
    this.closeSegment()
    this.fd = openSync(segment.path, 'r')
    this.segment = segment
  }

  private closeSegment(): void {
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
    this.segment = null
  }
}
