/** What stands in the way of a replay. */
import { DeadbeatError, codeOf, toError } from '../../errors/index.js'

/**
 * Dead letters that can't be replayed as was asked. What lies behind it is a part of the message.
 *
 * @example
 * assert.equal(new ReplayError('cannot read a', 66, { cause: new Error('gone') }).message, 'cannot read a: gone')
 */
export class ReplayError extends DeadbeatError {
  readonly exitCode: number

  constructor(message: string, exitCode: number, { cause }: { cause?: unknown } = {}) {
    const why = cause === undefined ? '' : `: ${codeOf(cause) || toError(cause).message}`
    super('ERR_REPLAY', message + why, cause === undefined ? {} : { cause })
    this.exitCode = exitCode
  }
}
