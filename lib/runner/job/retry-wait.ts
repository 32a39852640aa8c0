/** How long a job waits after it failed (specification runner, A5, with a limit and with chance). */
import type { JobEntry } from './job-entry.js'

/** How many failures in a row still make the wait longer. */
const BACKOFF_MAX = 20

/**
 * The wait in seconds after so many failures in a row: `delay · backoff ^ failures`, at most `maxDelay`, and up to
 * `jitter` of that more.
 *
 * @param chance from 0 to 1.
 * @example
 * const entry = { delay: 100, backoff: 2, maxDelay: 3600, jitter: 0.25 }
 * assert.deepEqual([1, 2, 9].map((failures) => retryWait(entry, failures, 0)), [200, 400, 3600])
 * assert.equal(retryWait(entry, 1, 1), 250)
 */
export function retryWait(
  { delay, backoff, maxDelay, jitter }: Pick<JobEntry, 'delay' | 'backoff' | 'maxDelay' | 'jitter'>,
  failures: number,
  chance: number,
): number {
  return Math.min(maxDelay, delay * backoff ** Math.min(failures, BACKOFF_MAX)) * (1 + jitter * chance)
}
