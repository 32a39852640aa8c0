/**
 * Records that wait to be written, framed as they are taken, in one of two buffers: while one is written the other one
 * fills. Says which of them begin a segment.
 */
import { FRAME_LENGTH, RECORD_MAX, frame, roomFor } from './queue-record.js'

/** Where a segment begins. */
export interface Beginning {
  /** The position of its first record, in bytes of all records before it. */
  readonly position: number
  /** The number of its first record. */
  readonly record: number
}

/** Records to be written at once, all of one segment. */
export interface Batch {
  readonly bytes: Buffer
  /** The segment that begins with them; null if they belong to the one before. */
  readonly beginning: Beginning | null
}

const SIZE = 128 * 1024
/** Buffers that have become larger are let go. */
const KEPT_MAX = 4 * 1024 * 1024

/** The buffer. */
export class RecordBuffer {
  /** How many bytes wait. */
  used = 0
  private readonly segmentBytes: number
  private out: Buffer = Buffer.allocUnsafe(SIZE)
  private spare: Buffer | null = null
  /** The buffer of the batch that is being written. */
  private lent: Buffer | null = null
  /** The position of the first byte that waits. */
  private base = 0
  /** The number of the next record. */
  private record = 0
  /** How many bytes of the segment of the next record there are already. */
  private length = 0
  private beginnings: Beginning[] = []

  /** A segment gets no more than `segmentBytes`, unless its only record is larger. */
  constructor(segmentBytes: number) {
    this.segmentBytes = segmentBytes
  }

  /** Begin with a segment. */
  begin(position: number, record: number): void {
    this.base = position
    this.record = record
    this.split()
  }

  /** Behind the last record. */
  get position(): number {
    return this.base + this.used
  }

  /** Whether the next batch begins a segment. */
  get isBeginning(): boolean {
    return this.beginnings[0]?.position === this.base
  }

  /**
   * Take the text of a record.
   *
   * @throws {RangeError} If it is longer than any record may be.
   */
  append(text: string): void {
    const room = roomFor(text)
    if (room > FRAME_LENGTH + RECORD_MAX)
      throw new RangeError(`a record must have at most ${RECORD_MAX} bytes: it has ${room - FRAME_LENGTH}`)
    if (this.used + room > this.out.length) this.grow(room)
    const size = frame(this.out, this.used, text)
    if (this.length > 0 && this.length + size > this.segmentBytes) this.split()
    this.length += size
    this.used += size
    this.record += 1
  }

  /** Let the next record begin a segment. */
  split(): void {
    this.beginnings.push({ position: this.position, record: this.record })
    this.length = 0
  }

  /** What is to be written next. Ask for more only when this has been given back. */
  take(): Batch {
    const beginning = this.isBeginning ? (this.beginnings.shift() as Beginning) : null
    const length = Math.min(this.used, (this.beginnings[0]?.position ?? Infinity) - this.base)
    const rest = this.used - length
    const taken = this.out
    this.out = this.spare !== null && this.spare.length > rest ? this.spare : Buffer.allocUnsafe(SIZE + rest)
    this.spare = null
    taken.copy(this.out, 0, length, this.used)
    this.lent = taken
    this.base += length
    this.used = rest
    return { bytes: taken.subarray(0, length), beginning }
  }

  /** The batch is written. */
  giveBack(): void {
    if (this.lent !== null && this.lent.length <= KEPT_MAX) this.spare = this.lent
    this.lent = null
  }

  private grow(room: number): void {
    const larger = Buffer.allocUnsafe(2 * this.out.length + room)
    this.out.copy(larger, 0, 0, this.used)
    this.out = larger
  }
}
