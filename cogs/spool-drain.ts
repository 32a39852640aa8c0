import { SpoolWriter } from '../lib/files/spool-writer.js'
import { LinesDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const spoolDrainBaseConfig = insert({
  directory: { doc: 'Where the files appear. They are written in its subdirectory tmp.', format: 'path' },
  suffix: { doc: 'What the names of the files end in.', format: 'string', default: '' },
  mode: { doc: 'The mode of the files.', format: 'octal', default: '0640' },
  linesMax: { doc: 'With how many lines a file is complete; 1: a file for each.', format: 'nat', default: 1000 },
  bytesMax: { doc: 'With how many characters a file is complete.', format: 'size', default: 1_048_576 },
  ageMs: {
    doc: 'How long after its first line a file is complete; a check-point (train.checkpointMs) completes it sooner.',
    format: 'duration',
    default: 1000,
  },
  sync: { doc: 'Sync each file to the disk before it appears.', format: 'boolean', default: false },
  filesMax: { doc: 'With how many complete files not written the train waits.', format: 'nat', default: 64 },
  retryMs: {
    doc: 'After how long a failed write is tried again, longer each time.',
    format: 'duration',
    default: 1000,
  },
  retriesMax: { doc: 'How often a failed write is tried again before the train stops.', format: 'nat', default: 120 },
})

type SpoolDrainSettings = Settings<typeof spoolDrainBaseConfig>

/** The operator's settings; all but `directory` have defaults. */
export type SpoolDrainOptions = Partial<SpoolDrainSettings> & { directory: string }

const DEFAULTS = {
  suffix: '',
  mode: 0o640,
  linesMax: spoolDrainBaseConfig.linesMax.default,
  bytesMax: spoolDrainBaseConfig.bytesMax.default,
  ageMs: spoolDrainBaseConfig.ageMs.default,
  sync: false,
  filesMax: spoolDrainBaseConfig.filesMax.default,
  retryMs: spoolDrainBaseConfig.retryMs.default,
  retriesMax: spoolDrainBaseConfig.retriesMax.default,
}

/**
 * Write lines as files that appear in a directory whole, for whoever takes them from there.
 *
 * In: strings, without a line end. Names are unique and sort in the order of writing. What is in a file that has not
 * appeared yet isn't acknowledged, so a crash loses nothing of it. Where the train keeps check-points, each completes the
 * file that is begun, as it says which lines are in the directory: with a `train.checkpointMs` below `ageMs`, files are
 * as small as that.
 *
 * @throws {RangeError} If a limit is too low.
 * @example
 * const drain = new SpoolDrain(train, { directory: '/var/spool/alerts', linesMax: 1 })
 * assert.equal(drain.position(), 0)
 */
export class SpoolDrain extends LinesDrain<SpoolDrainSettings> {
  static readonly baseConfig = spoolDrainBaseConfig
  protected readonly output: SpoolWriter

  constructor(train: Winder, options: SpoolDrainOptions) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'linesMax', 'bytesMax', 'filesMax', 'retryMs')
    requireAtLeast(0, this.options, 'ageMs', 'retriesMax')
    this.output = new SpoolWriter(this.train.esc, this.train.log, this.options, this.target)
  }
}
