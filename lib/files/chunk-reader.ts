/**
 * Reads many files in turns, a chunk each. What the kernel has in memory is read when its turn comes; else the thread pool
 * reads, into one of two buffers: while one chunk is worked on, the next is already being read. A quiet file that grows is
 * read at once: that is what makes an appended line arrive within a tenth of a millisecond.
 */
import { read } from 'node:fs'
import { toError } from '../errors/index.js'
import { cutChunk, type Piece } from './cut-chunk.js'
import type { FileLoop } from './loop.js'
import type { OpenFiles } from './open-files.js'
import { readCached, readNow } from './read-now.js'
import { SEAM, isSeamless, noteSeam, seamLength } from './seam.js'
import type { TailedFile } from './tailed-file.js'

/** Who gets what was read. */
export interface ChunkTarget {
  /** Whole lines, in the order of their file. The bytes are valid during this call only. */
  piece(file: TailedFile, piece: Piece): void
  /** The file was read to its present end, whole lines only; `gotNothing` if there wasn't a byte. */
  atEnd(file: TailedFile, gotNothing: boolean): void
  /** What comes next is no continuation of what was read: the file was truncated and has grown again, unseen. */
  replaced(file: TailedFile): void
  /** The file could not be opened or read. */
  unreadable(file: TailedFile, error: Error): void
}

/** How much is read, and of what length a line may be, in bytes. */
export interface ChunkOptions {
  readonly chunkBytes: number
  readonly lineMax: number
}

/** How often reads at once get a new budget, at most: of a flood, each chunk's worth leaves room for other events. */
const BUDGET_MS = 1
/** What a read at once costs at least, in bytes of the budget. */
const READ_COST = 1024

/** Once something wasn't in memory, so many chunks are read by the thread pool, as what comes next probably isn't either. */
const UNCACHED = 16

/** A buffer: what comes stands in `bytes`, behind the end of what was read before. */
class ChunkBuffer {
  readonly whole: Buffer
  readonly bytes: Buffer

  constructor(chunkBytes: number) {
    this.whole = Buffer.allocUnsafeSlow(SEAM + chunkBytes)
    this.bytes = this.whole.subarray(SEAM)
  }
}

/** The reader. It does nothing until a file is `ready`. */
export class ChunkReader {
  private readonly loop: FileLoop
  private readonly files: OpenFiles
  private readonly target: ChunkTarget
  private readonly options: ChunkOptions
  private readonly buffers: [ChunkBuffer, ChunkBuffer]
  private current: 0 | 1 = 0
  private queue: TailedFile[] = []
  private head = 0
  private reading: TailedFile | null = null
  /** How many chunks are still to be read by the thread pool without a look at what is in memory. */
  private uncached = 0
  /** A chunk that came while the reader was paused. */
  private parked: (() => void) | null = null
  private isPaused = false
  private isClosed = false
  private whenClosed: (() => void) | null = null
  private budget: number
  private renewedAt: number

  constructor(loop: FileLoop, files: OpenFiles, target: ChunkTarget, options: ChunkOptions) {
    this.loop = loop
    this.files = files
    this.target = target
    this.options = options
    this.budget = options.chunkBytes
    this.renewedAt = loop.now()
    this.buffers = [new ChunkBuffer(options.chunkBytes), new ChunkBuffer(options.chunkBytes)]
  }

  /** Whether nothing is being read or waits to be read. */
  get isIdle(): boolean {
    return this.reading === null && this.parked === null && this.head === this.queue.length
  }

  /** The file may have more to read: give it a turn. */
  ready(file: TailedFile): void {
    if (this.isClosed) return
    if (file.isQueued) {
      file.isDirty = true
      return
    }
    file.isQueued = true
    this.queue.push(file)
    this.next()
  }

  /** The same for a file that was quiet: read it now, if nothing else is under way. */
  readyNow(file: TailedFile): void {
    if (this.isClosed) return
    if (this.budget <= 0) this.renewBudget()
    if (file.isQueued || this.isPaused || !this.isIdle || this.budget <= 0) {
      this.ready(file)
      return
    }
    file.isQueued = true
    file.isDirty = false
    const buffer = this.buffers[this.current]
    const before = seamLength(file)
    const from = SEAM - before
    let length: number
    try {
      const fd = this.files.descriptor(file)
      length = readNow(fd, buffer.whole, from, buffer.whole.length - from, file.scanned - before)
    } catch (error) {
      this.drop(file, error)
      return
    }
    this.budget -= length + READ_COST
    this.took(file, buffer, length - before)
  }

  /** Read nothing until `resume`. A reading that is under way ends, and its chunk waits. */
  pause(): void {
    this.isPaused = true
  }

  /** Go on. */
  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    const { parked } = this
    this.parked = null
    if (parked === null) this.next()
    else parked()
  }

  /** End: what is under way comes to nothing. Resolves once no descriptor is in use any more. */
  async close(): Promise<void> {
    this.isClosed = true
    this.parked = null
    this.queue = []
    this.head = 0
    if (this.reading !== null) await new Promise<void>((resolve) => (this.whenClosed = resolve))
  }

  /** Wait for nothing of this file any more. */
  forget(file: TailedFile): void {
    const at = this.queue.indexOf(file, this.head)
    if (at >= 0) this.queue.splice(at, 1)
  }

  /** Only a flood is timed: to ask for the time costs a quiet file's line 8 µs, as its code has cooled down. */
  private renewBudget(): void {
    const now = this.loop.now()
    if (now - this.renewedAt < BUDGET_MS) return
    this.renewedAt = now
    this.budget = this.options.chunkBytes
  }

  private next(): void {
    while (!this.isPaused && !this.isClosed && this.reading === null && this.parked === null) {
      const file = this.queue[this.head]
      if (file === undefined) {
        this.queue = []
        this.head = 0
        return
      }
      this.head += 1
      if (this.head > 1024) {
        this.queue.splice(0, this.head)
        this.head = 0
      }
      this.begin(file)
    }
  }

  private begin(file: TailedFile): void {
    this.reading = file
    if (readCached !== null && this.uncached === 0) setImmediate(() => this.read(file, readCached))
    else this.read(file, null)
  }

  /** Read the next chunk of a file, if that is possible out of memory: at once. */
  private read(file: TailedFile, cached: typeof readCached): void {
    const buffer = this.buffers[this.current]
    const before = seamLength(file)
    const from = SEAM - before
    const came = (error: Error | null, count: number): void => {
      this.reading = null
      if (this.isClosed) this.whenClosed?.()
      else if (error !== null) this.fails(file, error)
      else if (this.isPaused) this.parked = () => this.took(file, buffer, count - before)
      else this.took(file, buffer, count - before)
    }
    file.isDirty = false
    if (this.isClosed || file.isGone) {
      came(null, 0)
      return
    }
    let count: number
    try {
      const fd = this.files.descriptor(file)
      const place = [buffer.whole, from, buffer.whole.length - from, file.scanned - before] as const
      count = cached?.(fd, ...place) ?? -1
      if (count < 0) read(fd, ...place, came)
    } catch (error) {
      setImmediate(came, toError(error), 0) // Not at once: of thousands that fail each would call the next.
      return
    }
    if (count >= 0) came(null, count)
    else this.uncached = cached === null ? Math.max(0, this.uncached - 1) : UNCACHED
  }

  private fails(file: TailedFile, error: Error): void {
    this.drop(file, error)
    this.next()
  }

  /** A chunk came, or less than the seam: begin the next reading, then work on this one. */
  private took(file: TailedFile, { whole, bytes: buffer }: ChunkBuffer, length: number): void {
    if (file.isGone) {
      this.next() // It got other content while this chunk was being read.
      return
    }
    if (length >= 0 && !isSeamless(file, whole, SEAM)) {
      file.isQueued = false
      this.next()
      this.target.replaced(file)
      return
    }
    const [from, begin] = [SEAM - seamLength(file), file.scanned]
    const cut = cutChunk(file, buffer, length, this.options.lineMax)
    if (length > 0) noteSeam(file, whole, from, SEAM + file.scanned - begin)
    // A file that gave nothing is told of even if it may have grown: it may be shorter than what was read of it.
    const isAtEnd = length < buffer.length && !cut.again && (length <= 0 || !file.isDirty)
    this.current = this.current === 0 ? 1 : 0
    file.isQueued = !isAtEnd
    if (!isAtEnd) this.queue.push(file)
    this.next()
    for (const piece of cut.pieces) this.target.piece(file, piece)
    if (isAtEnd) this.target.atEnd(file, length <= 0)
  }

  private drop(file: TailedFile, error: unknown): void {
    file.isQueued = false
    this.target.unreadable(file, toError(error))
  }
}
