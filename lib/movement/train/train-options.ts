/** What a train is given, and how it is run. */
import type { CutEnds } from '../chain/cut-stage.js'
import type { Winder } from '../cog/cog.js'
import type { Checkpoints } from '../cut/record.js'
import type { Logger } from '../logger.js'
import type { TrainSettings } from './train-config.js'

/** A train's settings, its name and its logger. */
export interface TrainOptions extends Partial<TrainSettings> {
  readonly name?: string
  readonly log?: Logger
  /** What the ids of its events begin with; by default the time of its making. */
  readonly idPrefix?: string
  /**
   * Where its check-points are kept; without, a later run knows nothing of this one. A function is asked for the place
   * once it is known whether the train is a batch, which will end by itself.
   */
  readonly checkpoints?: Checkpoints | ((isBatch: boolean) => Checkpoints)
  /** Where it is cut, and what stands at the ends: then only a part of it runs here. Asked when the train is wound up. */
  readonly cuts?: (train: Winder) => CutEnds
  /** Whether the lines may be compiled (true); false runs them as closures, as DEADBEAT_CODEGEN=off does everywhere. */
  readonly isCompiled?: boolean
}

/** How a train runs. */
export interface RunOptions {
  /** Whether SIGINT and SIGTERM stop it, a second one at once, and SIGHUP and SIGUSR1 reopen its files. */
  readonly signals?: boolean
  /** Told, instead of the whole process, that everybody has started: for a train that is a part of another. */
  readonly onStarted?: () => void
  /** Told that it could not start, before anything that it has open is closed: another train may still take that back. */
  readonly onFailed?: () => Promise<void>
}
