/** Why an app would not run, as those who only look at it tell it. */
import { EXIT, exitCodeOf } from '../app/exit-codes.js'
import { ConfigError, codeOf, isError, toError } from '../errors/index.js'

/** What is wrong with an app or its settings. */
export interface CheckFailure {
  /** The code to end with. */
  readonly code: number
  /** A line each. */
  readonly faults: readonly string[]
}

/**
 * What is wrong, by what `checkApp` threw: every fault of a configuration, with 78; a value that a cog refuses, which the
 * operator set, too; anything else is the app's, with 65, and with its stack for those who look for the bug.
 *
 * @example
 * assert.deepEqual(failureOf(new RangeError('windowMs must be at least 1: it is 0')).code, 78)
 * assert.match(failureOf(new Error('no such field')).faults.join(), /^Error: no such field,at /)
 */
export function failureOf(thrown: unknown): CheckFailure {
  if (thrown instanceof ConfigError) return { code: EXIT.config, faults: thrown.faults }
  const { message, stack = message } = toError(thrown)
  const code = codeOfChecking(thrown)
  return { code, faults: code === EXIT.dataerr && codeOf(thrown) === '' ? stack.split(/\n\s*/) : [message] }
}

function codeOfChecking(thrown: unknown): number {
  if (isError(thrown) && thrown.name === 'RangeError') return EXIT.config
  const code = exitCodeOf(thrown)
  return code === EXIT.software ? EXIT.dataerr : code
}
