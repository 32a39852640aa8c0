/** What can go wrong where daemons and clients find each other. */
import { DeadbeatError } from '../../errors/index.js'

/** What is wrong. */
export type DiscoveryErrorCode =
  /** A catalog block that somebody sent, or that lies in a file, is not as it must be. */
  | 'ERR_BLOCK'
  /** Nobody who answers has the name. */
  | 'ERR_NO_DAEMON'
  /** More than one has it. */
  | 'ERR_AMBIGUOUS'
  /** Another daemon has the name already, and lives. */
  | 'ERR_NAME_TAKEN'
  /** What names a daemon can't be read. */
  | 'ERR_DAEMON_NAME'

/** A daemon can't be found, or can't make itself known. */
export class DiscoveryError extends DeadbeatError {
  declare readonly code: DiscoveryErrorCode
}
