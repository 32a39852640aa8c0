/** What is said of a datum that isn't as it must be. */
import { DeadbeatError } from '../errors/index.js'

/**
 * A datum breaks rules: each fault says where and which.
 *
 * @example
 * const error = new InvalidDatumError('an entry', ['/ip must be text'])
 * assert.equal(error.message, 'an entry must keep its rules: /ip must be text')
 */
export class InvalidDatumError extends DeadbeatError {
  readonly faults: readonly string[]

  constructor(what: string, faults: readonly string[]) {
    super('ERR_INVALID_DATUM', `${what} must keep its rules: ${faults.join('; ')}`)
    this.faults = faults
  }
}
