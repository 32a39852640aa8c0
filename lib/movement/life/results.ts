/** What a turn may give: a list of data, another iterable of them, or nothing. */

import { describeValue } from '../../errors/index.js'

/**
 * The results of a turn as something to go through.
 *
 * @throws {TypeError} If they are a promise, a string, or nothing that can be gone through.
 * @example
 * assert.deepEqual([...iterableOf(new Set([1, 2]))], [1, 2])
 * assert.throws(() => iterableOf('ab'), /a turn must give a list of data, null or undefined: it gave "ab"/)
 */
export function iterableOf(results: unknown): Iterable<unknown> {
  if (typeof results === 'object' && results !== null) {
    if (Symbol.iterator in results) return results as Iterable<unknown>
    if ('then' in results && typeof results.then === 'function') {
      // Nobody waits for it: should it reject, this error is the one to be seen.
      Promise.resolve(results as PromiseLike<unknown>).catch(() => undefined)
      throw new TypeError(
        'a turn gave a promise: make the cog an async function, or say `ordered`, so that order is kept',
      )
    }
  }
  throw new TypeError(`a turn must give a list of data, null or undefined: it gave ${describeValue(results)}`)
}
