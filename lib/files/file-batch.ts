/** Reads files to their ends, one after another in the order given: a batch, where nothing is waited for. */
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { BatchPlan } from './batch-plan.js'
import type { ChunkOptions, ChunkTarget } from './chunk-reader.js'
import { cutRest, type Piece } from './cut-chunk.js'
import type { FilesMark } from './file-mark.js'
import { FileReader } from './file-reader.js'
import { packingOf } from './listing.js'
import type { FileLog, FileLoop } from './loop.js'
import { OpenFiles } from './open-files.js'
import { openTail } from './open-tail.js'
import type { RangeOwner } from './range-again.js'
import type { FileRange, TailedFile } from './tailed-file.js'

/** Who gets what is read. */
export interface BatchTarget {
  /** Whole lines of a file. The piece's bytes are valid during the call only. */
  piece(file: TailedFile, piece: Piece): void
  /** Everything was read. */
  ended(): void
  /** A file can't be read. The next one is read only if it is asked for, by `next`. */
  failed(error: Error, path: string): void
  /** A file was read to its end, and all of it is over. */
  settled?(file: TailedFile): void
}

/** What is read, and how. */
export type BatchOptions = ChunkOptions & { readonly filenames: readonly string[] }

/** A batch of files. Those whose names end in `.gz` are unpacked. */
export class FileBatch implements ChunkTarget, RangeOwner {
  readonly log: FileLog
  private readonly options: BatchOptions
  private readonly target: BatchTarget
  private readonly plan: BatchPlan
  private readonly open = new OpenFiles(Infinity)
  private readonly reader: FileReader
  private readonly read = new Set<TailedFile>()
  /** Files of which nothing but ranges is wanted. */
  private readonly kept = new Set<TailedFile>()
  private queue: (string | TailedFile)[] = []
  private isStarted = false
  private isOver = false
  private isBusy = false

  constructor(loop: FileLoop, log: FileLog, options: BatchOptions, target: BatchTarget) {
    this.log = log
    this.options = options
    this.target = target
    this.plan = new BatchPlan(options.filenames, log)
    this.reader = new FileReader(loop, this.open, this, options)
  }

  /** Bytes known to have been lost unread, by the path of their file. */
  get lost(): ReadonlyMap<string, number> {
    return this.plan.lost
  }

  /** How far everything was read, and what is still to be begun. */
  mark(): FilesMark {
    const files = [...this.read].map((file) => file.mark(file.isLeaving && !file.isGone))
    const waiting = this.queue.filter((item) => typeof item === 'string')
    return { version: 1, filenames: this.options.filenames, files, waiting }
  }

  /**
   * Before start: find what an earlier run has read, to go on there and to read nothing twice.
   *
   * @throws What looking into a directory throws.
   */
  async continueFrom(mark: FilesMark): Promise<void> {
    for (const file of await this.plan.continueFrom(mark)) this.read.add(file)
  }

  /** Before start: know a file that an earlier run has begun. One that is over is leaving. */
  know(file: TailedFile): void {
    this.read.add(file)
  }

  /** @throws {DeadbeatError} With code ENOENT, if a file doesn't exist or a pattern matches nothing. */
  async start(): Promise<void> {
    this.queue = await this.plan.queue()
    this.begin()
    this.next()
  }

  /** Let files go from now on, what is over already first: before, an earlier run's ranges are still being read again. */
  begin(): void {
    this.isStarted = true
    for (const file of [...this.read, ...this.kept]) if (file.isLeaving && file.underWay === 0) this.letGo(file)
  }

  /** Read this file too: a path, or what an earlier run has begun. */
  add(item: string | TailedFile): void {
    if (this.isOver) return
    this.queue.push(item)
    if (!this.isBusy) this.next()
  }

  /** Read a file on that was over, and has grown: it is open under this descriptor. */
  readOn(file: TailedFile, fd: number): void {
    this.open.adopt(file, fd)
    file.isLeaving = false
    this.add(file)
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.reader.pause()
  }

  /** Go on reading. */
  resume(): void {
    this.reader.resume()
  }

  /** Read no more. Descriptors stay open for `original`, until `release`. */
  async close(): Promise<void> {
    this.isOver = true
    await this.reader.close()
  }

  /** Close every descriptor. */
  release(): void {
    this.open.closeAll()
  }

  /** A range is over. */
  settle(range: FileRange): void {
    range.file.settle(range)
    if (this.isStarted && range.file.isLeaving && range.file.underWay === 0) this.letGo(range.file)
  }

  withId(id: string): TailedFile | undefined {
    return [...this.read, ...this.kept].find((file) => file.id === id && !file.isGone)
  }

  keep(file: TailedFile, fd: number): void {
    this.kept.add(file)
    this.open.adopt(file, fd)
  }

  /** The descriptor of a range's file. */
  descriptor(file: TailedFile): number {
    return this.open.descriptor(file)
  }

  /** Every file that was begun. */
  files(): TailedFile[] {
    return [...this.read]
  }

  piece(file: TailedFile, piece: Piece): void {
    this.target.piece(file, piece)
  }

  atEnd(file: TailedFile, gotNothing: boolean): void {
    if (!gotNothing) {
      this.reader.ready(file) // It may have grown meanwhile; and those of /proc give less than was asked for.
      return
    }
    const rest = file.isPacked ? null : cutRest(file, file.scanned, this.options.lineMax)
    if (rest !== null) this.piece(file, rest)
    this.finished(file)
  }

  replaced(file: TailedFile): void {
    const what = `it was truncated and written anew while it was read: what it had behind byte ${file.put} is lost unread`
    this.unreadable(file, new DeadbeatError('ESTALE', what))
  }

  unreadable(file: TailedFile, error: Error): void {
    file.isLeaving = file.isGone = true
    if (file.underWay === 0) this.letGo(file)
    this.target.failed(cannotRead(file.path, error), file.path)
  }

  /** Tell nothing of a file any more. */
  forget(file: TailedFile): void {
    this.read.delete(file)
  }

  /** Begin the next file. */
  next(): void {
    if (this.isOver) return
    const item = this.queue.shift()
    this.isBusy = item !== undefined
    if (item === undefined) {
      this.target.ended()
      return
    }
    try {
      const file = typeof item === 'string' ? this.opened(item) : item
      this.read.add(file)
      this.reader.ready(file)
    } catch (error) {
      const path = typeof item === 'string' ? item : item.path
      this.target.failed(cannotRead(path, toError(error)), path)
    }
  }

  private opened(path: string): TailedFile {
    const { file, fd } = openTail(path, false, packingOf(path) === 'gzip')
    this.open.adopt(file, fd)
    return file
  }

  private finished(file: TailedFile): void {
    file.isLeaving = true
    if (file.underWay === 0) this.letGo(file)
    this.next()
  }

  private letGo(file: TailedFile): void {
    this.open.close(file)
    if (!this.kept.delete(file) && !file.isGone) this.target.settled?.(file)
  }
}

function cannotRead(path: string, error: Error): DeadbeatError {
  return new DeadbeatError(codeOf(error) || 'EIO', `cannot read ${path}: ${error.message}`, { cause: error })
}
