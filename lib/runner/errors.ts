/** What can go wrong with stored code and jobs. */
import { DeadbeatError } from '../errors/index.js'

/** What is wrong. */
export type RunnerErrorCode =
  /** A dotted path can't be read, or can't be one. */
  | 'ERR_DOTTED_PATH'
  /** A stored job, code or module is not as it must be; the message names the field. */
  | 'ERR_ENTRY'

/** Stored code can't be used, or a job can't be run. */
export class RunnerError extends DeadbeatError {
  declare readonly code: RunnerErrorCode
}
