/** The segments of one queue, the oldest first: how much they hold, which one gives way, and which are over. */
import { rmSync } from 'node:fs'
import { toError } from '../errors/index.js'
import type { FileLog } from './loop.js'
import { dropSegment, type Segment } from './segment.js'

/** Whose segments they are. */
export interface SegmentListOptions {
  readonly directory: string
  readonly maxBytes: number
  /** Whether a segment that gave way has done so even after a loss of power. */
  readonly isSynced: boolean
}

/** The list. */
export class SegmentList {
  /** Changed in its place only, so that others may look into it at any time. */
  readonly all: Segment[] = []
  /** How many records gave way. */
  dropped = 0
  private readonly log: FileLog
  private readonly options: SegmentListOptions
  /** Bytes that the segments don't hold any more. */
  private droppedBytes = 0
  private drops = 0
  /** How many records the log was told of. */
  private told = 0
  private trouble = ''

  constructor(log: FileLog, options: SegmentListOptions) {
    this.log = log
    this.options = options
  }

  add(...segments: readonly Segment[]): void {
    this.all.push(...segments)
    for (const { isDropped, start, end } of segments) if (isDropped) this.droppedBytes += end - start
  }

  /** How many bytes of records there are between the oldest and a position behind all of them. */
  bytesTo(position: number, written: number): number {
    return position - (this.all[0]?.start ?? written) - this.droppedBytes
  }

  /** The oldest segment of which nothing has come out yet; not the last one, which may be written. */
  oldestUnread(hasBegun: (segment: Segment) => boolean): Segment | null {
    const oldest = this.all.find((segment) => !segment.isDropped && !hasBegun(segment))
    return oldest === undefined || oldest === this.all.at(-1) ? null : oldest
  }

  /** Let a segment that isn't the last one give way. Answers whether it could. */
  drop(segment: Segment): boolean {
    const { path, start, end, record } = segment
    try {
      dropSegment(segment, this.options.isSynced)
    } catch (error) {
      const message = `${path} should give way and cannot: ${toError(error).message}; the queue waits until there is room`
      if (this.trouble !== message) this.log.error({ file: path, err: error }, message)
      this.trouble = message
      return false
    }
    const next = this.all[this.all.indexOf(segment) + 1] as Segment
    this.droppedBytes += end - start
    this.tell(next.record - record)
    return true
  }

  /** Remove the oldest. Where its file stays, a later run removes it. */
  shift(): void {
    const oldest = this.all.shift()
    if (oldest === undefined) return
    const { path, start, end, isDropped } = oldest
    if (isDropped) this.droppedBytes -= end - start
    try {
      rmSync(path, { force: true })
    } catch (error) {
      const message = `${path} is over and cannot be removed: ${toError(error).message}; a later run removes it`
      this.log.error({ file: path, err: error }, message)
    }
  }

  /** Tell the log what gave way since it was told. */
  tellAll(): void {
    if (this.dropped > this.told) this.warn(`dropped ${this.dropped - this.told} more records that nobody had`)
  }

  private tell(records: number): void {
    this.dropped += records
    this.drops += 1
    // The first, the tenth, the hundredth ...
    if (/^10*$/.test(String(this.drops))) this.warn(`dropped the ${records} oldest records that nobody had`)
  }

  private warn(what: string): void {
    const { directory, maxBytes } = this.options
    this.told = this.dropped
    this.log.warn(
      { directory, dropped: this.dropped },
      `the queue in ${directory} has reached maxBytes (${maxBytes}): ${what}; ${this.dropped} so far`,
    )
  }
}
