import { FileBatch } from '../lib/files/file-batch.js'
import { FileFollower } from '../lib/files/file-follower.js'
import type { Piece } from '../lib/files/cut-chunk.js'
import { dresser, type LineSetters } from '../lib/files/dress.js'
import { readFilesMark, readRangeMark } from '../lib/files/file-mark.js'
import { lagOf } from '../lib/files/lag.js'
import { LINE_DEFAULTS, LongLines, lineConfig } from '../lib/files/line-config.js'
import { originalOf, provenanceOf, type LinePlace } from '../lib/files/original.js'
import { rangeAgain, rangeMark, readAgain } from '../lib/files/range-again.js'
import { rawLines, textOfPiece } from '../lib/files/text.js'
import type { FileRange, TailedFile } from '../lib/files/tailed-file.js'
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
export const fileWatcherBaseConfig = insert({
  filenames: { doc: 'Files to read: paths, and patterns such as /var/log/*.log; ! takes away.', format: 'paths' },
  follow: { doc: 'Wait for more; false: read everything to its end, then stop.', format: 'boolean', default: true },
  tail: { doc: 'Begin files that exist at the start at their end.', format: 'boolean', default: true },
  ...lineConfig,
  onMissing: {
    doc: 'When nothing is there to follow: wait for it, or fail.',
    format: ['wait', 'fail'],
    default: 'wait',
  },
  chunkBytes: { doc: 'How much is read at once.', format: 'size', default: 65_536 },
  openFilesMax: { doc: 'How many files are kept open.', format: 'nat', default: 512 },
  pollMs: { doc: 'How often files are looked at where inotify does not work.', format: 'duration', default: 1000 },
  rescanMs: {
    doc: 'How often directories are looked at where inotify does not work.',
    format: 'duration',
    default: 10_000,
  },
  rotateWaitMs: {
    doc: 'How long a rotated file must be quiet to be let go, and a name without a file until that is told.',
    format: 'duration',
    default: 60_000,
  },
  retryMs: {
    doc: 'After how long an unreadable file is tried again, longer each time.',
    format: 'duration',
    default: 1000,
  },
  retryMaxMs: { doc: 'The longest time between two tries.', format: 'duration', default: 60_000 },
})

type FileWatcherSettings = Settings<typeof fileWatcherBaseConfig>

/** The operator's settings, all but `filenames` with defaults, and how a line becomes a datum. */
export type FileWatcherOptions<Out> = Partial<FileWatcherSettings> & { filenames: readonly string[] } & LineSetters<Out>

const DEFAULTS = {
  follow: true,
  tail: true,
  ...LINE_DEFAULTS,
  onMissing: 'wait',
  chunkBytes: fileWatcherBaseConfig.chunkBytes.default,
  openFilesMax: fileWatcherBaseConfig.openFilesMax.default,
  pollMs: fileWatcherBaseConfig.pollMs.default,
  rescanMs: fileWatcherBaseConfig.rescanMs.default,
  rotateWaitMs: fileWatcherBaseConfig.rotateWaitMs.default,
  retryMs: fileWatcherBaseConfig.retryMs.default,
  retryMaxMs: fileWatcherBaseConfig.retryMaxMs.default,
} as const

/** How far a file was read. */
export interface FileProgress {
  readonly path: string
  /** Device and inode. */
  readonly id: string
  /** Bytes passed on, and bytes of which everything is over: where to go on after a restart. */
  readonly read: number
  readonly acknowledged: number
  /** Its size now, and how many bytes of it were not passed on yet. */
  readonly size: number
  readonly lag: number
  /** What this run has passed on of it. */
  readonly lines: number
  readonly bytes: number
  /** Of the name: how often it got another file, and bytes known to be lost unread. */
  readonly rotations: number
  readonly lost: number
  /** Of the name: how often more may have been lost, as a file was truncated and written anew before it was looked at. */
  readonly lossesUnknown: number
}

/**
 * Supply the lines of files, and go on with what is appended.
 *
 * Out: each line without its end, or the datum that the setters make of it. What is no valid UTF-8 becomes U+FFFD.
 * Rotation by renaming, by truncating a copy and by deleting is followed: the old file is read to its end first. Files
 * that come to match a pattern are read from their beginning. Without `follow`, files are read one after another, also
 * gzip-compressed ones (`.gz`), and the supply ends.
 *
 * Where the train keeps check-points, a later run goes on where this one stopped, whatever became of the files: it
 * finds them by their inodes or by what they begin with, renamed, copied and truncated, or compressed, and reads
 * what was rotated meanwhile before the file that has the name. What is gone is told, and counted as lost.
 *
 * @throws {RangeError} If a limit is too low, or if `filenames` is empty or only takes away.
 * @example
 * const supply = new FileWatcherSupply(train, { filenames: ['/var/log/auth.log'], lineSetter: itemSetter('line') })
 * assert.deepEqual(supply.progress(), [])
 */
export class FileWatcherSupply<Out = string> extends Supply<Out, FileWatcherSettings & LineSetters<Out>, FileRange> {
  static readonly baseConfig = fileWatcherBaseConfig
  override readonly isBatch: boolean
  override readonly dress: ((line: string) => Out) | null
  private readonly files: FileFollower | FileBatch
  private current = ''
  private readonly long: LongLines
  private isFailed = false

  constructor(train: Winder, options: FileWatcherOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    if (options.filenames.length === 0) throw new RangeError('filenames must name at least one file: they are empty')
    requireAtLeast(1, this.options, 'lineMax', 'openFilesMax', 'pollMs', 'rescanMs', 'retryMs', 'retryMaxMs')
    requireAtLeast(512, this.options, 'chunkBytes')
    requireAtLeast(0, this.options, 'rotateWaitMs')
    this.dress = dresser(options, { id: () => this.nextId(), filename: () => this.current })
    const { esc, log } = this.train
    this.isBatch = !this.options.follow
    this.long = new LongLines(log, this.options, (error) => this.fail(error))
    this.files = this.options.follow
      ? new FileFollower(esc, log, this.options, (file, piece) => this.pass(file, piece))
      : new FileBatch(esc, log, this.options, {
          piece: (file, piece) => this.pass(file, piece),
          ended: () => this.train.ended(),
          failed: (error) => this.fail(error),
        })
  }

  /** @throws {SourceError} With code ENOENT, if there is nothing to read and it isn't waited for. */
  async start(): Promise<void> {
    try {
      const missing = await this.files.start()
      if (missing === undefined || missing.length === 0) return
      const message = `nothing to follow yet: ${missing.join(', ')}`
      if (this.options.onMissing === 'fail') throw new SourceError('ENOENT', message)
      this.train.log.warn({ missing }, `${message}; it is waited for`)
    } catch (error) {
      throw error instanceof SourceError ? error : sourceError(toError(error))
    }
  }

  async finish(): Promise<void> {
    await this.files.close()
  }

  done(): void {
    this.files.release()
  }

  override pause(): void {
    super.pause()
    this.files.pause()
  }

  override resume(): void {
    super.resume()
    this.files.resume()
  }

  override acknowledge(ticket: Ticket<FileRange>): void {
    this.files.settle(ticket.origin)
  }

  override original(ticket: Ticket<FileRange>, k: number): Uint8Array | null {
    return originalOf(this.files, ticket.origin, k, this.options.lineMax + this.options.chunkBytes)
  }

  override provenance(ticket: Ticket<FileRange>, k: number): LinePlace {
    return provenanceOf(this.files, ticket.origin, k, this.options.lineMax + this.options.chunkBytes)
  }

  override mark(): Json {
    return this.files.mark()
  }

  /** @throws {SourceError} With code ERR_MARK, if the mark is none; the system's code, if a file can't be looked for. */
  override async continueFrom(mark: Json): Promise<void> {
    try {
      await this.files.continueFrom(readFilesMark(mark))
    } catch (error) {
      throw sourceError(toError(error))
    }
  }

  override originMark(range: FileRange): Json {
    return rangeMark(range)
  }

  override originAgain(origin: Json): Promise<FileRange | null> {
    return rangeAgain(readRangeMark(origin), this.files, this.options.lineMax)
  }

  /** @throws {SourceError} With code ERR_MARK, if that is no origin; the system's code, if it can't be read now. */
  override async supplyAgain(origin: Json, ks: readonly number[]): Promise<void> {
    let again
    try {
      again = await readAgain(readRangeMark(origin), ks, this.files, this.options)
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

  /** How far each file was read, those that lost their names first. Each is looked at: don't ask for it all the time. */
  progress(): FileProgress[] {
    const { files } = this
    const lossOf = (path: string): { rotations?: number; lost?: number; lossesUnknown?: number } =>
      files instanceof FileFollower ? (files.followed.names.get(path) ?? {}) : { lost: files.lost.get(path) ?? 0 }
    return files.files().map((file) => {
      const { path, id, put, acknowledged, lines, bytes } = file
      const { rotations = 0, lost = 0, lossesUnknown = 0 } = lossOf(path)
      return { path, id, read: put, acknowledged, ...lagOf(file), lines, bytes, rotations, lost, lossesUnknown }
    })
  }

  private pass(file: TailedFile, piece: Piece): void {
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
    this.current = file.path
    const ticket = this.open(range, 0, to - from)
    this.begin(ticket)
    if (!this.arePutRaw(piece)) this.lines(textOfPiece(piece, this.options))
    this.end(ticket)
    file.lines += ticket.count
    file.bytes += end - start
  }

  private arePutRaw(piece: Piece): boolean {
    if (this.bytes === null || this.dress !== null) return false
    const raw = rawLines(piece, this.options)
    return raw !== null && this.bytes(raw)
  }

  private fail(error: Error): void {
    this.isFailed = true
    this.train.fail(sourceError(error))
  }
}

function sourceError(error: Error): SourceError {
  return new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
}
