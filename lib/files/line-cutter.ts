/** Cuts a stream of bytes, whose chunks come once, into whole lines. */
import { cutLong, type Piece } from './cut-chunk.js'

const LINE_FEED = 10
const NOTHING = Buffer.alloc(0)

/**
 * Cuts chunks at line ends. An unfinished line is carried over to the next chunk, up to `lineMax` bytes of it.
 *
 * @example
 * const cutter = new LineCutter(100)
 * const texts = [...cutter.push(Buffer.from('one\ntw')), ...cutter.push(Buffer.from('o\n'))]
 * assert.deepEqual(texts.map(({ bytes, from, to }) => bytes.toString('utf8', from, to)), ['one', 'two'])
 */
export class LineCutter {
  private readonly lineMax: number
  /** How many bytes came before the line that is carried. */
  private start: number
  /** Its bytes; as many as `kept` of them are used. */
  private carried: Buffer = NOTHING
  private kept = 0
  /** How long the carried line is by now, also where not all of it is kept. */
  private length = 0

  /** `start` says how many bytes came before the first that it gets. */
  constructor(lineMax: number, start = 0) {
    this.lineMax = lineMax
    this.start = start
  }

  /** How many bytes of an unfinished line there are. */
  get rest(): number {
    return this.length
  }

  /** Take the next chunk; gives the lines that it ends. */
  push(chunk: Buffer): Piece[] {
    const first = this.length > 0 ? chunk.indexOf(LINE_FEED) : -1
    const last = chunk.lastIndexOf(LINE_FEED)
    if (last < 0) {
      this.carry(chunk)
      return []
    }
    const pieces: Piece[] = []
    if (first >= 0) {
      this.carry(chunk.subarray(0, first))
      pieces.push(this.take(1))
    }
    if (last > first) {
      const lines = chunk.subarray(first + 1)
      const to = last - first - 1
      const { start } = this
      const whole = { bytes: lines, from: 0, to, start, end: start + to + 1, isLong: false }
      pieces.push(...(to > this.lineMax ? cutLong(lines, to, start, this.lineMax) : [whole]))
      this.start += to + 1
    }
    this.carry(chunk.subarray(last + 1))
    return pieces
  }

  /** The stream has ended: its last line, if it has no line end. */
  end(): Piece | null {
    return this.length === 0 ? null : this.take(0)
  }

  private carry(bytes: Buffer): void {
    if (bytes.length === 0) return
    const more = Math.min(bytes.length, this.lineMax - this.kept)
    // Doubled, for a line may come byte by byte; copied, as the chunk may be used again.
    if (this.kept + more > this.carried.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.lineMax, Math.max(2 * this.carried.length, this.kept + more)))
      this.carried.copy(larger, 0, 0, this.kept)
      this.carried = larger
    }
    bytes.copy(this.carried, this.kept, 0, more)
    this.kept += more
    this.length += bytes.length
  }

  private take(lineEnd: number): Piece {
    const { start, carried, kept, length } = this
    this.start = start + length + lineEnd
    this.carried = NOTHING
    this.kept = 0
    this.length = 0
    return { bytes: carried, from: 0, to: kept, start, end: this.start, isLong: length > this.lineMax }
  }
}
