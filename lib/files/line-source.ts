/** Lines of files, for a supply: pieces of a file become ranges and texts, and ranges become lines again. */
import type { Piece } from './cut-chunk.js'
import { readFilesMark, readRangeMark, type FilesMark, type RangeMark } from './file-mark.js'
import { LongLines, type LongLinePolicy } from './line-config.js'
import type { FileLog } from './loop.js'
import { LineIdentities } from './line-identity.js'
import { originalOf, provenanceOf, type LinePlace } from './original.js'
import { rangeAgain, rangeMark, readAgain, type RangeOwner } from './range-again.js'
import type { FileRange, TailedFile } from './tailed-file.js'
import { rawLines, textOfPiece, type TextOptions } from './text.js'
import { UnpackedRanges } from './unpacked-ranges.js'

/** The files, whoever reads them. */
export interface LineFiles extends RangeOwner {
  settle(range: FileRange): void
  pause(): void
  resume(): void
  release(): void
}

/** How they are read, and go on. */
export interface LineReader {
  close(): Promise<void>
  mark(): FilesMark
  continueFrom(mark: FilesMark): void | Promise<void>
}

/** How bytes become lines. */
export type LineSourceOptions = TextOptions & {
  readonly lineMax: number
  readonly chunkBytes: number
  readonly longLines: LongLinePolicy
}

/** Some lines, joined by line feeds; valid during the call that gives them. */
export interface TextOfLines {
  text(): string
  /** The same in UTF-8, if they lie there as they are; else null. */
  raw(): Buffer | null
}

/** Who gets the lines. */
export interface LineSourceTarget {
  /** Some lines of a file. Answers how many. */
  lines(range: FileRange, path: string, lines: TextOfLines, bytes: number): number
  failed(error: Error): void
}

/** Lines of an earlier run that are put once more. */
export interface LinesOfRange {
  readonly range: FileRange
  readonly path: string
  readonly lines: readonly (string | null)[]
  readonly bytes: number
}

/** The source. It is given what a reader reads by `pass`. */
export class LineSource implements TextOfLines {
  private readonly files: LineFiles
  private readonly reader: LineReader
  private readonly options: LineSourceOptions
  private readonly target: LineSourceTarget
  private readonly long: LongLines
  private readonly identities: LineIdentities
  private readonly unpacked = new UnpackedRanges()
  private piece: Piece | null = null
  private isFailed = false

  constructor(
    files: LineFiles,
    reader: LineReader,
    log: FileLog,
    options: LineSourceOptions,
    target: LineSourceTarget,
  ) {
    this.files = files
    this.identities = new LineIdentities(files, () => this.originalMax())
    this.reader = reader
    this.options = options
    this.target = target
    this.long = new LongLines(log, options, (error) => this.fail(error))
  }

  /** Whole lines of a file, or one that is too long. */
  pass(file: TailedFile, piece: Piece): void {
    if (this.isFailed) return
    const { bytes, from, to, start, end, isLong } = piece
    const isTaken = this.long.takes(piece, file.path)
    // What failed was never put: a later run begins with it.
    if (!isTaken && this.options.longLines === 'fail') return
    const range = file.begin(start, end, file.isPacked ? Buffer.from(bytes.subarray(from, to)) : null, isLong)
    if (!isTaken) {
      this.files.settle(range)
      return
    }
    this.piece = piece
    file.lines += this.target.lines(range, file.path, this, to - from)
    file.bytes += end - start
  }

  /** The lines of the piece that passes. */
  text(): string {
    return this.piece === null ? '' : textOfPiece(this.piece, this.options)
  }

  raw(): Buffer | null {
    return this.piece === null ? null : rawLines(this.piece, this.options)
  }

  /** Nothing can be read any more. */
  fail(error: Error): void {
    this.isFailed = true
    this.target.failed(error)
  }

  /** What an earlier run left was asked for. */
  begin(): void {
    this.unpacked.close()
  }

  async close(): Promise<void> {
    this.unpacked.close()
    await this.reader.close()
  }

  release(): void {
    this.files.release()
  }

  pause(): void {
    this.files.pause()
  }

  resume(): void {
    this.files.resume()
  }

  settle(range: FileRange): void {
    this.files.settle(range)
  }

  original(range: FileRange, k: number): Uint8Array | null {
    return originalOf(this.files, range, k, this.originalMax())
  }

  provenance(range: FileRange, k: number): LinePlace {
    return provenanceOf(this.files, range, k, this.originalMax())
  }

  identity(range: FileRange, k: number): string | null {
    return this.identities.of(range, k)
  }

  mark(): FilesMark {
    return this.reader.mark()
  }

  /** @throws {DeadbeatError} With code ERR_MARK, if the mark is none. What looking for a file throws. */
  continueFrom(mark: unknown): void | Promise<void> {
    return this.reader.continueFrom(readFilesMark(mark))
  }

  rangeMark(range: FileRange): RangeMark {
    return rangeMark(range)
  }

  async rangeAgain(mark: unknown): Promise<FileRange | null> {
    return await rangeAgain(readRangeMark(mark), this.files, this.options.lineMax, this.unpacked)
  }

  /** @throws {DeadbeatError} With code ERR_MARK, if the mark is none; the system's code, if it can't be read now. */
  async linesAgain(mark: unknown, ks: readonly number[]): Promise<LinesOfRange | null> {
    const again = await readAgain(readRangeMark(mark), ks, this.files, this.options, this.unpacked)
    return again === null ? null : { ...again, path: again.range.file.path }
  }

  private originalMax(): number {
    return this.options.lineMax + this.options.chunkBytes
  }
}
