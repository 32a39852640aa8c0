/** What an attempt's end makes of the state of its job (specification runner, A7.5, with outcomes told apart). */
import type { Json } from '../../kv/index.js'
import type { JobError } from '../host/job-run.js'
import type { Exit, JobState, Outcome } from '../job/job-state.js'

/** Losses in a row after which a job counts as the reason: it takes its nodes down. */
const LOSSES_MAX = 3

/** What an end is seen with. */
export interface Seen {
  /** When, in UNIX seconds. */
  readonly now: number
  /** From 0 to 1, for the jitter of a failure's wait. */
  readonly chance: number
  /** After how long an attempt is no reason for its node to be gone. */
  readonly blamelessMs: number
}

/** How an attempt has ended. */
export interface Ending {
  readonly outcome: Outcome
  readonly result?: Json
  readonly error?: JobError
  readonly exit?: Exit | null
  readonly codeHash?: string | null
  /** Whether it is to run again at once, as it was ended for something other than itself. */
  readonly again?: boolean
}

/**
 * The state behind an attempt.
 *
 * A loss is nobody's failure: the job runs again at once; but three in a row are a failure. One that its own node tells
 * of (`again`) doesn't count: the node lives, and the store was what was gone. An attempt that had run for long before it
 * ended, however it did, ends the row.
 *
 * @example
 * const running = { ...NEVER_RAN, started: 10, node: 'a', run: 'r', attempt: 1 }
 * const seen = { now: 12, chance: 0.5, blamelessMs: 60_000 }
 * const failed = afterEnding(running, { outcome: 'failed', error: { name: 'Error', message: 'no' } }, seen)
 * assert.deepEqual([failed.node, failed.stopped, failed.backoff, failed.again], [null, 12, 1, false])
 * assert.deepEqual([12, 100].map((now) => afterEnding(running, { outcome: 'lost' }, { ...seen, now }).lost), [1, 0])
 */
export function afterEnding(state: JobState, ending: Ending, { now, chance, blamelessMs }: Seen): JobState {
  const { outcome, result, error, exit = null, again = false } = ending
  // A clock that was set back must not make it look as if it still ran.
  const stopped = Math.max(now, state.started)
  const isBlameless = (stopped - state.started) * 1000 >= blamelessMs
  const over: JobState = {
    ...state,
    ...{ node: null, run: null, exit, outcome, again, isFinal: false, stopped },
    lost: isBlameless ? 0 : state.lost,
    error: error === undefined ? null : { name: error.name, message: error.message },
    codeHash: ending.codeHash ?? state.codeHash,
  }
  if (outcome === 'success') return { ...over, backoff: 0, lost: 0, ...(result === undefined ? {} : { result }) }
  if (outcome === 'failed') return { ...failed(over, chance), lost: 0, isFinal: error?.isRetryable === false }
  if (outcome !== 'lost' || again) return over
  if (isBlameless) return { ...over, again: true }
  const lost = state.lost + 1
  if (lost < LOSSES_MAX) return { ...over, lost, again: true }
  const message = `it was lost ${lost} times in a row${error === undefined ? '' : `: ${error.message}`}`
  return { ...failed(over, chance), lost: 0, outcome: 'failed', error: { name: 'Lost', message } }
}

function failed(state: JobState, chance: number): JobState {
  return { ...state, backoff: state.backoff + 1, chance, again: false }
}
