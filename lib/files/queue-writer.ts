/**
 * Writes the records of a queue into its segments: joined to large writes, one under way at a time, at once when the
 * input pauses. A write that fails is tried again from the very byte at which it stopped.
 */
import { closeSync, fdatasyncSync } from 'node:fs'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { BatchWrite } from './batch-write.js'
import { InputPause } from './input-pause.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'
import { advice } from './open-append.js'
import { RecordBuffer, type Batch, type Beginning } from './record-buffer.js'
import { createSegment, type Segment } from './segment.js'
import { Syncing, type SyncOptions, type SyncTarget } from './syncing.js'

/** How a queue is written. */
export interface QueueWriteOptions extends SyncOptions {
  readonly directory: string
  /** How many bytes of records a segment gets. */
  readonly segmentBytes: number
  /** Above how many bytes not written it is full. */
  readonly bufferMax: number
  /** How often a failed write is tried again, `retryMs` after it and later each time, before it is given up. */
  readonly retryMs: number
  readonly retriesMax: number
}

/** Who hears of the writing. */
export interface QueueWriteTarget {
  /** The segment that is written from now on. */
  began(segment: Segment): void
  /** More can be read. */
  written(): void
  /** `flushed` has moved on. */
  flushed(): void
  /** It can't be written, and was tried often enough. */
  failed(error: Error): void
}

/** From how many bytes on a write doesn't wait for the input to pause. */
const BATCH = 65536

/** The writer. Positions count bytes of records. */
export class QueueWriter implements SyncTarget {
  /** The segment that is written; null where the next record begins one. */
  segment: Segment | null = null
  /** -1 while there is no segment. */
  fd = -1
  /** Up to where everything is in the files. */
  written = 0
  /** Up to where everything is as safe as it is meant to be. */
  flushed = 0
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly options: QueueWriteOptions
  private readonly target: QueueWriteTarget
  private readonly buffer: RecordBuffer
  private readonly pause: InputPause
  private readonly syncing: Syncing
  private readonly writing: BatchWrite
  /** With how many bytes in the buffer something has to be done. */
  private mark = 1
  /** What is being written, or waits to be tried again; its bytes before `from` are written. */
  private batch: Batch | null = null
  private from = 0
  private retry: LoopBinding | null = null
  private failures = 0
  private isGivenUp = false
  private isOpen = false
  private whenEmpty: (() => void) | null = null

  constructor(loop: FileLoop, log: FileLog, options: QueueWriteOptions, target: QueueWriteTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.buffer = new RecordBuffer(options.segmentBytes)
    this.pause = new InputPause(
      loop,
      () => (this.isOpen ? this.buffer.used : 0),
      () => this.flush(),
    )
    this.syncing = new Syncing(loop, options, this)
    this.writing = new BatchWrite(loop)
  }

  /** Go on at a position, with a segment of its own. */
  open(position: number, record: number): void {
    this.written = this.flushed = position
    this.buffer.begin(position, record)
    this.isOpen = true
  }

  /**
   * Take the text of a record.
   *
   * @throws {RangeError} If it is longer than any record may be.
   */
  append(text: string): void {
    this.buffer.append(text)
    if (this.buffer.used >= this.mark) this.grown()
  }

  position(): number {
    return this.buffer.position
  }

  full(): boolean {
    return this.failures > 0 || this.isGivenUp || this.buffer.used > this.options.bufferMax
  }

  /** Let go of the segment: the next record begins another. Answers false if something of it is still to be done. */
  retire(): boolean {
    if (this.segment === null || this.flushed < this.position() || this.syncing.isBusy) return false
    this.buffer.split()
    this.closeSegment()
    return true
  }

  /** Write everything. Ends too when it was given up. */
  async drained(): Promise<void> {
    if (!this.isOpen) return
    this.mark = Infinity
    this.flush()
    this.syncing.end()
    if (this.flushed < this.position() && !this.isGivenUp)
      await new Promise<void>((resolve) => (this.whenEmpty = resolve))
  }

  /** Let go, whatever is left. */
  release(): void {
    this.isOpen = false
    if (this.retry !== null) this.loop.cancel(this.retry)
    this.retry = null
    this.syncing.cancel()
    this.closeWhenUnused()
  }

  durable(to: number): void {
    this.flushed = to
    if (!this.isOpen) {
      this.closeWhenUnused()
      return
    }
    this.target.flushed()
    if (this.flushed === this.position()) this.whenEmpty?.()
    if (this.buffer.isBeginning) this.flush()
  }

  cannotSync(error: Error): void {
    if (this.isOpen) this.giveUp(error)
    else this.closeWhenUnused()
  }

  /** The buffer isn't empty any more, or has become large. */
  private grown(): void {
    if (this.buffer.used >= BATCH) {
      this.mark = Infinity
      this.flush()
    } else {
      this.mark = BATCH
      this.pause.wait()
    }
  }

  private flush(): void {
    if (this.batch !== null || this.buffer.used === 0 || this.isGivenUp || !this.isOpen) return
    // While the segment before is synced its descriptor is in use: durable() comes back here.
    if (this.buffer.isBeginning && this.syncing.isBusy) return
    this.batch = this.buffer.take()
    this.from = 0
    this.mark = BATCH
    this.put(this.batch)
  }

  private put(batch: Batch): void {
    const { bytes, beginning } = batch
    if (beginning !== null && beginning.position !== this.segment?.start && !this.begin(batch, beginning)) return
    // Another try is made at once: nothing must be under way when a file is let go that can't be written.
    this.writing.write(this.fd, bytes, this.from, this.failures > 0, (error, count) => {
      if (!this.isOpen) this.closeWhenUnused()
      else if (error === null) this.wrote(batch, count)
      else this.failed(batch, error)
    })
  }

  /** Answers whether it could. */
  private begin(batch: Batch, { position, record }: Beginning): boolean {
    const { directory, sync } = this.options
    const isSynced = sync !== 'none'
    try {
      if (isSynced && this.fd >= 0) fdatasyncSync(this.fd)
    } catch (error) {
      this.syncing.cancel()
      this.giveUp(toError(error))
      return false
    }
    this.closeSegment()
    if (isSynced) this.syncing.syncedAll() // Else it would sync a file that is closed, if the next one can't be made yet.
    try {
      const { segment, fd } = createSegment({ directory, start: position, record, isSynced })
      this.segment = segment
      this.fd = fd
    } catch (error) {
      this.failed(batch, toError(error))
      return false
    }
    this.target.began(this.segment)
    return true
  }

  private wrote(batch: Batch, count: number): void {
    const { length } = batch.bytes
    this.from += count
    if (this.from < length) {
      this.put(batch)
      return
    }
    if (this.failures > 0) this.log.info(this.fields(), `${this.options.directory} can be written into again`)
    this.failures = 0
    this.written += length
    if (this.segment !== null) this.segment.end = this.written
    this.batch = null
    this.buffer.giveBack()
    this.mark = 1
    this.syncing.wrote(this.written)
    this.target.written()
    if (this.buffer.used >= BATCH || this.whenEmpty !== null || this.buffer.isBeginning) this.flush()
    else if (this.buffer.used > 0) this.grown()
  }

  private failed(batch: Batch, error: Error): void {
    const { directory, retriesMax, retryMs } = this.options
    this.failures += 1
    if (this.failures > retriesMax) {
      this.giveUp(error)
      return
    }
    if (this.failures === 1) {
      const message = `cannot write into ${directory}: ${error.message}; ${advice(error)}everything is kept and tried again`
      this.log.error({ ...this.fields(), err: error }, message)
    }
    this.retry = this.loop.after(retryMs * Math.min(this.failures, 60), () => {
      this.retry = null
      this.put(batch)
    })
  }

  private giveUp(error: Error): void {
    const { directory } = this.options
    this.isGivenUp = true
    const left = this.position() - this.flushed
    const message = `gave up writing into ${directory} with ${left} bytes left: ${error.message}; ${advice(error)}nothing of them is acknowledged`
    this.target.failed(new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error }))
    this.whenEmpty?.()
  }

  private fields(): object {
    return { directory: this.options.directory }
  }

  private closeWhenUnused(): void {
    if (!this.writing.isUnderWay && !this.syncing.isBusy) this.closeSegment()
  }

  private closeSegment(): void {
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
    this.segment = null
  }
}
