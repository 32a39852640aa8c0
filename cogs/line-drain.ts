import { AppendFile } from '../lib/files/append-file.js'
import { LinesDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const lineDrainBaseConfig = insert({
  path: { doc: 'The file that lines are appended to.', format: 'path' },
  mode: { doc: 'The mode of a file that is made.', format: 'octal', default: '0640' },
  mkdir: { doc: 'Make missing directories.', format: 'boolean', default: false },
  header: {
    doc: 'A line that each file begins with, also after a rotation, when it gets its first line; not set: none.',
    format: 'text',
    default: null,
  },
  bufferMax: { doc: 'With how many characters not written the train waits.', format: 'nat', default: 1_048_576 },
  sync: {
    doc: 'When lines are synced to the disk, and only then acknowledged: none, batch (each write) or interval.',
    format: ['none', 'batch', 'interval'],
    default: 'none',
  },
  syncMs: { doc: 'For sync interval: after how long a write is synced.', format: 'duration', default: 1000 },
  rotateBytes: {
    doc: 'From which size on the file is rotated, which takes until a check-point is made; null: never.',
    format: 'size',
    default: null,
  },
  rotateEveryMs: { doc: 'After which time the file is rotated; null: never.', format: 'duration', default: null },
  keep: { doc: 'How many rotated files are kept; the oldest one is deleted then.', format: 'nat', default: 7 },
  retryMs: {
    doc: 'After how long a failed write or rotation is tried again, longer each time.',
    format: 'duration',
    default: 1000,
  },
  retriesMax: { doc: 'How often a failed write is tried again before the train stops.', format: 'nat', default: 120 },
})

/** The operator's settings; all but `path` have defaults. */
export type LineDrainOptions = Partial<Settings<typeof lineDrainBaseConfig>> & { path: string }

const DEFAULTS = {
  mode: 0o640,
  mkdir: lineDrainBaseConfig.mkdir.default,
  header: null,
  bufferMax: lineDrainBaseConfig.bufferMax.default,
  sync: 'none' as const,
  syncMs: lineDrainBaseConfig.syncMs.default,
  rotateBytes: null,
  rotateEveryMs: null,
  keep: lineDrainBaseConfig.keep.default,
  retryMs: lineDrainBaseConfig.retryMs.default,
  retriesMax: lineDrainBaseConfig.retriesMax.default,
}

/**
 * Append lines to a file.
 *
 * In: strings, without a line end; one that lies inside is written as it is. Lines are joined to large writes; when
 * the input pauses they are written at once. If the disk is full or fails, nothing is lost: the train waits, and stops
 * only after `retriesMax` tries. SIGHUP and SIGUSR1 open the file anew, for logrotate. A `header` is written before the
 * first line of each file that is empty when it is opened, so that it stands there once, however often the train runs.
 *
 * @throws {RangeError} If a limit is too low.
 * @example
 * const drain = new LineDrain(train, { path: '/var/log/resolved.log', rotateBytes: 1e9 })
 * assert.match(String(drain), /^LineDrain\(mode=416, .*path="\/var\/log\/resolved.log"/)
 */
export class LineDrain extends LinesDrain<Settings<typeof lineDrainBaseConfig>> {
  static readonly baseConfig = lineDrainBaseConfig
  protected readonly output: AppendFile

  constructor(train: Winder, options: LineDrainOptions) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'bufferMax', 'syncMs', 'retryMs')
    requireAtLeast(0, this.options, 'keep', 'retriesMax')
    this.output = new AppendFile(this.train.esc, this.train.log, this.options, this.target)
  }

  reopen(): void {
    this.output.reopen()
  }
}
