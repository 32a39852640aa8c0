/** What can go wrong with stored code and jobs. */
import { DeadbeatError } from '../errors/index.js'

/** What is wrong. */
export type RunnerErrorCode =
  /** A dotted path can't be read, or can't be one. */
  | 'ERR_DOTTED_PATH'
  /** A stored job, code or module is not as it must be; the message names the field. */
  | 'ERR_ENTRY'
  /** There is no such code. */
  | 'ERR_NO_CODE'
  /** Code or a module doesn't parse; the message says where. */
  | 'ERR_CODE_COMPILE'
  /** A module that is required isn't there, or modules require each other in a circle. */
  | 'ERR_CODE_REQUIRES'
  /** Code or a module isn't signed by somebody whom this node believes. */
  | 'ERR_CODE_SIGNATURE'
  /** A job can't be deleted while it runs. */
  | 'ERR_JOB_RUNS'
  /** An attempt of a job must not write any more, as the job is not its own, or a node, as its lease is over. */
  | 'ERR_FENCED'
  /** A node of that name runs already. */
  | 'ERR_NODE_RUNS'
  /** A job can't be started on this machine. */
  | 'ERR_JOB_START'
  /** A job took longer than its deadline. */
  | 'ERR_JOB_DEADLINE'
  /** A job gave no sign of life. */
  | 'ERR_JOB_SILENT'
  /** The process of a job has ended before its code. */
  | 'ERR_JOB_DIED'
  /** A job said what no job host says, or doesn't read what it is told. */
  | 'ERR_JOB_MESSAGE'
  /** A job asked for more of something than it may have. */
  | 'ERR_JOB_LIMIT'

/** Stored code can't be used, or a job can't be run. */
export class RunnerError extends DeadbeatError {
  declare readonly code: RunnerErrorCode
}
