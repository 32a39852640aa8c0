/** What stands in the way of trying an app's examples. */
import { DeadbeatError } from '../../errors/index.js'

/**
 * Examples that can't be tried as was asked.
 *
 * @example
 * assert.equal(new ExampleError('there are none', 66).code, 'ERR_EXAMPLE')
 */
export class ExampleError extends DeadbeatError {
  readonly exitCode: number

  constructor(message: string, exitCode: number, options?: { cause?: unknown }) {
    super('ERR_EXAMPLE', message, options)
    this.exitCode = exitCode
  }
}
