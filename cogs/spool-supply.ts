import type { Piece } from '../lib/files/cut-chunk.js'
import { dresser, type LineSetters } from '../lib/files/dress.js'
import { readFilesMark, readRangeMark } from '../lib/files/file-mark.js'
import { LINE_DEFAULTS, LongLines, lineConfig } from '../lib/files/line-config.js'
import { originalOf, provenanceOf, type LinePlace } from '../lib/files/original.js'
import { rangeAgain, rangeMark, readAgain } from '../lib/files/range-again.js'
import { SpoolReader } from '../lib/files/spool-reader.js'
import type { FileRange, TailedFile } from '../lib/files/tailed-file.js'
import { textOfPiece } from '../lib/files/text.js'
import {
  SourceError,
  Supply,
  codeOf,
  insert,
  requireAtLeast,
  toError,
  type Json,
  type Settings,
  type Ticket,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const spoolBaseConfig = insert({
  directory: { doc: 'Files that come into this directory are read.', format: 'path' },
  doneDirectory: {
    doc: 'Where a file is moved once it is over, with a number if its name is taken; null: it is removed.',
    format: 'path',
    default: null,
  },
  ready: {
    doc: 'What makes a file ready: moved (into the directory, whole), or closed (also once its writer closes it).',
    format: ['moved', 'closed'],
    default: 'moved',
  },
  order: { doc: 'The order of files that are there at the start.', format: ['name', 'mtime'], default: 'name' },
  ...lineConfig,
  chunkBytes: { doc: 'How much is read at once.', format: 'size', default: 65_536 },
  pollMs: {
    doc: 'How often the directory is looked at where inotify does not work.',
    format: 'duration',
    default: 1000,
  },
})

type SpoolSettings = Settings<typeof spoolBaseConfig>

/** The operator's settings, all but `directory` with defaults, and how a line becomes a datum. */
export type SpoolSupplyOptions<Out> = Partial<SpoolSettings> & { directory: string } & LineSetters<Out>

const DEFAULTS = {
  doneDirectory: null,
  ready: 'moved',
  order: 'name',
  ...LINE_DEFAULTS,
  chunkBytes: spoolBaseConfig.chunkBytes.default,
  pollMs: spoolBaseConfig.pollMs.default,
} as const

/**
 * Supply the lines of files that come into a directory, each file once: when all of it is over it is removed, or moved
 * to `doneDirectory`. After a crash it is read again, from its beginning; where the train keeps check-points, from where
 * the last one found it, and a file is put away only once a check-point says that all of it is over.
 *
 * Out: each line without its end, or the datum that the setters make of it. Temporary names (`.x`, `tmp…`, `x.tmp`,
 * `x.part`, `x~`) and directories are left alone; files whose names end in `.gz` are unpacked.
 *
 * @throws {RangeError} If a limit is too low.
 * @example
 * const supply = new SpoolSupply(train, { directory: '/var/spool/alerts' })
 * assert.match(String(supply), /^SpoolSupply\(doneDirectory=null, /)
 */
export class SpoolSupply<Out = string> extends Supply<Out, SpoolSettings & LineSetters<Out>, FileRange> {
  static readonly baseConfig = spoolBaseConfig
  override readonly dress: ((line: string) => Out) | null
  private readonly spool: SpoolReader
  private readonly long: LongLines
  private current = ''
  private isFailed = false

  constructor(train: Winder, options: SpoolSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'lineMax', 'pollMs')
    requireAtLeast(512, this.options, 'chunkBytes')
    const { esc, log } = this.train
    this.dress = dresser(options, { id: () => this.nextId(), filename: () => this.current })
    this.long = new LongLines(log, this.options, (error) => this.fail(error))
    this.spool = new SpoolReader(
      esc,
      log,
      this.options,
      (file, piece) => this.pass(file, piece),
      (then) => this.train.checkpoint(then),
    )
  }

  /** @throws {SourceError} If the directory can't be watched or read. */
  async start(): Promise<void> {
    try {
      await this.spool.start()
    } catch (error) {
      throw sourceError(toError(error))
    }
  }

  finish(): Promise<void> {
    return this.spool.close()
  }

  done(): void {
    this.spool.batch.release()
  }

  override pause(): void {
    super.pause()
    this.spool.batch.pause()
  }

  override resume(): void {
    super.resume()
    this.spool.batch.resume()
  }

  override acknowledge(ticket: Ticket<FileRange>): void {
    this.spool.batch.settle(ticket.origin)
  }

  override original(ticket: Ticket<FileRange>, k: number): Uint8Array | null {
    return originalOf(this.spool.batch, ticket.origin, k, this.options.lineMax + this.options.chunkBytes)
  }

  override provenance(ticket: Ticket<FileRange>, k: number): LinePlace {
    return provenanceOf(this.spool.batch, ticket.origin, k, this.options.lineMax + this.options.chunkBytes)
  }

  override mark(): Json {
    return this.spool.mark()
  }

  /** @throws {SourceError} With code ERR_MARK, if the mark is none; the system's code, if a file can't be looked for. */
  override continueFrom(mark: Json): void {
    try {
      this.spool.continueFrom(readFilesMark(mark))
    } catch (error) {
      throw sourceError(toError(error))
    }
  }

  override originMark(range: FileRange): Json {
    return rangeMark(range)
  }

  override originAgain(origin: Json): Promise<FileRange | null> {
    return rangeAgain(readRangeMark(origin), this.spool.batch, this.options.lineMax)
  }

  /** @throws {SourceError} With code ERR_MARK, if that is no origin; the system's code, if it can't be read now. */
  override async supplyAgain(origin: Json, ks: readonly number[]): Promise<void> {
    let again
    try {
      again = await readAgain(readRangeMark(origin), ks, this.spool.batch, this.options)
    } catch (error) {
      throw sourceError(toError(error))
    }
    if (again === null) return
    this.current = again.range.file.path
    const ticket = this.open(again.range, 0, again.bytes)
    this.begin(ticket)
    for (const line of again.lines) {
      if (line === null) this.skip()
      else this.put(this.dress === null ? (line as Out) : this.dress(line))
    }
    this.end(ticket)
  }

  private pass(file: TailedFile, piece: Piece): void {
    if (this.isFailed) return
    const { bytes, from, to, start, end, isLong } = piece
    const isTaken = this.long.takes(piece, file.path)
    // What failed was never put: a later run begins with it.
    if (!isTaken && this.options.longLines === 'fail') return
    const range = file.begin(start, end, file.isPacked ? Buffer.from(bytes.subarray(from, to)) : null, isLong)
    if (!isTaken) {
      this.spool.batch.settle(range)
      return
    }
    this.current = file.path
    const ticket = this.open(range, 0, to - from)
    this.begin(ticket)
    this.lines(textOfPiece(piece, this.options))
    this.end(ticket)
  }

  private fail(error: Error): void {
    this.isFailed = true
    this.train.fail(sourceError(error))
  }
}

function sourceError(error: Error): SourceError {
  return new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
}
