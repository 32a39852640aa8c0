import { FileBatch } from '../lib/files/file-batch.js'
import { FileFollower } from '../lib/files/file-follower.js'
import { dresser, type LineSetters } from '../lib/files/dress.js'
import { lagOf } from '../lib/files/lag.js'
import { LINE_DEFAULTS, lineConfig } from '../lib/files/line-config.js'
import { LineSource } from '../lib/files/line-source.js'
import type { FileRange } from '../lib/files/tailed-file.js'
import { LinesSupply, SourceError, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'

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
export class FileWatcherSupply<Out = string> extends LinesSupply<
  Out,
  FileWatcherSettings & LineSetters<Out>,
  FileRange
> {
  static readonly baseConfig = fileWatcherBaseConfig
  override readonly isBatch: boolean
  override readonly dress: ((line: string) => Out) | null
  protected readonly input: LineSource
  private readonly files: FileFollower | FileBatch

  constructor(train: Winder, options: FileWatcherOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    if (options.filenames.length === 0) throw new RangeError('filenames must name at least one file: they are empty')
    requireAtLeast(1, this.options, 'lineMax', 'openFilesMax', 'pollMs', 'rescanMs', 'retryMs', 'retryMaxMs')
    requireAtLeast(512, this.options, 'chunkBytes')
    requireAtLeast(0, this.options, 'rotateWaitMs')
    this.dress = dresser(options, { id: () => this.nextId(), filename: () => this.current })
    const { esc, log } = this.train
    this.isBatch = !this.options.follow
    this.files = this.options.follow
      ? new FileFollower(esc, log, this.options, (file, piece) => this.input.pass(file, piece))
      : new FileBatch(esc, log, this.options, {
          piece: (file, piece) => this.input.pass(file, piece),
          ended: () => this.train.ended(),
          failed: (error) => this.input.fail(error),
        })
    this.input = new LineSource(this.files, this.files, log, this.options, this.target)
  }

  /** @throws {SourceError} With code ENOENT, if there is nothing to read and it isn't waited for. */
  async start(): Promise<void> {
    this.input.begin()
    const missing = await this.attempt(async () => await this.files.start())
    if (missing === undefined || missing.length === 0) return
    const message = `nothing to follow yet: ${missing.join(', ')}`
    if (this.options.onMissing === 'fail') throw new SourceError('ENOENT', message)
    this.train.log.warn({ missing }, `${message}; it is waited for`)
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
}
