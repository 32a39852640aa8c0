/**
 * Asking a store that is away, for as long as that may be waited for: an outage that a lease outlives is nobody's failure.
 * What is asked so may be done twice, where the link broke before it was known whether it was done.
 */
import { CommitOutcomeUnknownError, UnavailableError } from '../../kv/index.js'
import type { Clock } from '../../movement/index.js'
import { Backoff, type BackoffOptions } from '../../net/backoff.js'

/** How long it waits until the next try. It is short, for a store over a link is asked for a while each time. */
const PAUSES: BackoffOptions = { retryMs: 50, retryMaxMs: 250 }

/** Whether an error is cured by waiting: the store can't be reached, or did not say what became of a commit. */
export function isAway(error: unknown): boolean {
  return error instanceof UnavailableError || error instanceof CommitOutcomeUnknownError
}

/**
 * Ask until the store answers.
 *
 * @param mayWait asked each time that it did not.
 * @param onAway told the first time.
 * @throws what isn't cured by waiting; and what the store said last, as soon as it may not be waited for any more.
 * @example
 * let isThere = false
 * const clock = new SystemClock()
 * const asked = await whileAway(clock, () => !isThere, () => {
 *   if (isThere) return Promise.resolve('answer')
 *   isThere = true
 *   return Promise.reject(new Error('not cured by waiting'))
 * }).catch(({ message }) => message)
 * assert.equal(asked, 'not cured by waiting')
 */
export async function whileAway<T>(
  clock: Clock,
  mayWait: () => boolean,
  ask: () => Promise<T>,
  onAway: (error: unknown) => void = () => undefined,
): Promise<T> {
  const backoff = new Backoff(PAUSES)
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isAway(error) || !mayWait()) throw error
      if (backoff.failures === 0) onAway(error)
    }
    await pause(clock, backoff.nextMs())
  }
}

/** Let time pass. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.alarm(clock.now() + ms, resolve))
}
