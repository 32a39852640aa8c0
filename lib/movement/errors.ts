/** The errors of the movement, sorted by who can act on them. */
import { DeadbeatError, toError } from '../errors/index.js'

/** One datum failed in one cog: the train's policy decides what becomes of it. */
export class CogError extends DeadbeatError {
  /** The cog's name in its train. */
  readonly cog: string
  /** The event's id. */
  readonly id: string

  constructor(cog: string, id: string, cause: unknown) {
    const error = toError(cause)
    super('ERR_COG', `${cog} failed on ${id}: ${error.message}`, { cause: error })
    this.cog = cog
    this.id = id
  }
}

/** The world behind a source or a drain failed: a descriptor, a watch, a peer. `code` is the system's where it has one. */
export class SourceError extends DeadbeatError {
  /** After how long another try makes sense; undefined if it doesn't. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(code, message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A check-point that can't be gone on from: damaged, newer, or of another train. */
export class RecordError extends DeadbeatError {
  constructor(message: string) {
    super('ERR_CHECKPOINT', message)
  }
}

/** A train that cannot be built or run as it was composed. */
export class TrainError extends DeadbeatError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('ERR_TRAIN', message, options)
  }
}
