/** Reads files to their ends, one after another in the order given: a batch, where nothing is waited for. */
import { statSync } from 'node:fs'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { ChunkReader, type ChunkOptions, type ChunkTarget } from './chunk-reader.js'
import { cutRest, type Piece } from './cut-chunk.js'
import { gunzip, type Unpacking } from './gunzip.js'
import { LineCutter } from './line-cutter.js'
import type { FileLoop } from './loop.js'
import { OpenFiles } from './open-files.js'
import { openTail } from './open-tail.js'
import { Patterns } from './patterns.js'
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

/** A batch of files. Those whose names end in `.gz` are unpacked. */
export class FileBatch implements ChunkTarget {
  private readonly options: ChunkOptions
  private readonly target: BatchTarget
  private readonly patterns: Patterns
  private readonly open = new OpenFiles(Infinity)
  private readonly reader: ChunkReader
  private readonly read = new Set<TailedFile>()
  private paths: string[] = []
  private unpacking: Unpacking | null = null
  private isPaused = false
  private isOver = false
  private isBusy = false

  constructor(loop: FileLoop, options: ChunkOptions & { readonly filenames: readonly string[] }, target: BatchTarget) {
    this.options = options
    this.target = target
    this.patterns = new Patterns(options.filenames)
    this.reader = new ChunkReader(loop, this.open, this, options)
  }

  /** @throws {DeadbeatError} With code ENOENT, if a file doesn't exist or a pattern matches nothing. */
  async start(): Promise<void> {
    const { paths, barren } = await this.patterns.expand()
    const missing = paths.filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined)
    const without = [...missing, ...barren.map((pattern) => `${pattern} (matches nothing)`)]
    if (without.length > 0) throw new DeadbeatError('ENOENT', `no such file: ${without.join(', ')}`)
    this.paths = [...paths]
    this.next()
  }

  /** Read this file too. */
  add(path: string): void {
    if (this.isOver) return
    this.paths.push(path)
    if (!this.isBusy) this.next()
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.isPaused = true
    this.reader.pause()
    this.unpacking?.pause()
  }

  /** Go on reading. */
  resume(): void {
    this.isPaused = false
    this.reader.resume()
    this.unpacking?.resume()
  }

  /** Read no more. Descriptors stay open for `original`, until `release`. */
  async close(): Promise<void> {
    this.isOver = true
    this.paths = []
    this.unpacking?.close()
    await this.reader.close()
  }

  /** Close every descriptor. */
  release(): void {
    this.open.closeAll()
  }

  /** A range is over. */
  settle(range: FileRange): void {
    range.file.settle(range)
    if (range.file.isLeaving && range.file.underWay === 0) this.letGo(range.file)
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
    const rest = cutRest(file, file.scanned, this.options.lineMax)
    if (rest !== null) this.piece(file, rest)
    this.finished(file)
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
    const path = this.paths.shift()
    this.isBusy = path !== undefined
    if (path === undefined) {
      if (!this.isOver) this.target.ended()
      return
    }
    let opened
    try {
      opened = openTail(path, false)
    } catch (error) {
      this.target.failed(cannotRead(path, toError(error)), path)
      return
    }
    const { file, fd } = opened
    this.open.adopt(file, fd)
    this.read.add(file)
    if (path.endsWith('.gz')) this.unpack(file, fd)
    else this.reader.ready(file)
  }

  private unpack(file: TailedFile, fd: number): void {
    const { chunkBytes, lineMax } = this.options
    const cutter = new LineCutter(lineMax)
    file.isPacked = true
    this.unpacking = gunzip(fd, chunkBytes, {
      chunk: (bytes) => {
        for (const piece of cutter.push(bytes)) this.unpacked(file, piece)
      },
      end: (error) => {
        this.unpacking = null
        if (error !== null) {
          this.unreadable(file, error)
          return
        }
        const rest = cutter.end()
        if (rest !== null) this.unpacked(file, rest)
        this.finished(file)
      },
    })
    if (this.isPaused) this.unpacking.pause()
  }

  private unpacked(file: TailedFile, piece: Piece): void {
    file.offset = file.scanned = piece.end
    this.piece(file, piece)
  }

  private finished(file: TailedFile): void {
    file.isLeaving = true
    if (file.underWay === 0) this.letGo(file)
    this.next()
  }

  private letGo(file: TailedFile): void {
    this.open.close(file)
    if (!file.isGone) this.target.settled?.(file)
  }
}

function cannotRead(path: string, error: Error): DeadbeatError {
  return new DeadbeatError(codeOf(error) || 'EIO', `cannot read ${path}: ${error.message}`, { cause: error })
}
