import { dresser, type LineSetters } from '../lib/files/dress.js'
import { LINE_DEFAULTS, lineConfig } from '../lib/files/line-config.js'
import { LineSource } from '../lib/files/line-source.js'
import { SpoolReader } from '../lib/files/spool-reader.js'
import type { FileRange } from '../lib/files/tailed-file.js'
import { LinesSupply, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'

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
export class SpoolSupply<Out = string> extends LinesSupply<Out, SpoolSettings & LineSetters<Out>, FileRange> {
  static readonly baseConfig = spoolBaseConfig
  override readonly dress: ((line: string) => Out) | null
  protected readonly input: LineSource
  private readonly spool: SpoolReader

  constructor(train: Winder, options: SpoolSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'lineMax', 'pollMs')
    requireAtLeast(512, this.options, 'chunkBytes')
    const { esc, log } = this.train
    this.dress = dresser(options, { id: () => this.nextId(), filename: () => this.current })
    this.spool = new SpoolReader(
      esc,
      log,
      this.options,
      (file, piece) => this.input.pass(file, piece),
      (then) => this.train.checkpoint(then),
    )
    this.input = new LineSource(this.spool.batch, this.spool, log, this.options, this.target)
  }

  /** @throws {SourceError} If the directory can't be watched or read. */
  async start(): Promise<void> {
    this.input.begin()
    await this.attempt(() => this.spool.start())
  }
}
