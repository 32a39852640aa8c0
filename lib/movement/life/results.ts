/** What a turn may give: a list of data, another iterable of them, or nothing; and how more than one goes on. */
import { describeValue } from '../../errors/index.js'
import type { Journey } from './journey.js'
import { count } from './ledger.js'

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

/** Results of a turn that are neither nothing nor a list of one go on, each as a sibling of the others. */
export function passOn(journey: Journey, results: unknown, place: number, data: unknown): void {
  const list = iterableOf(results)
  const behind = journey.behindOf(place)
  const { ledger } = journey
  let n = 0
  journey.depth++
  try {
    for (const item of list) {
      n++
      behind(item)
      journey.at = place // For a generator that throws when it is asked for the next one.
    }
  } catch (error) {
    journey.depth--
    count(ledger.extra, place, n)
    journey.at = place
    journey.fail(error, data, n === 0 ? 'turn' : 'partly')
    return
  }
  journey.depth--
  if (n === 0) count(ledger.exits, place)
  else count(ledger.extra, place, n - 1)
}

/** What a held event became goes on behind its cog. */
export function giveHeld(journey: Journey, results: unknown, place: number, data: unknown): void {
  const { ledger } = journey
  if (results === null || results === undefined) {
    count(ledger.none, place)
    return
  }
  let list: unknown[]
  try {
    list = Array.isArray(results) ? results : [...iterableOf(results)]
  } catch (error) {
    count(ledger.failedHeld, place)
    journey.fail(error, data, 'partly')
    return
  }
  if (list.length === 0) count(ledger.none, place)
  count(ledger.resumed, place, list.length)
  const behind = journey.behindOf(place)
  if (list.length > 1) journey.depth++
  for (let i = 0; i < list.length; i++) behind(list[i])
  if (list.length > 1) journey.depth--
}
