/** What an attempt's end makes of the state of its job (specification runner, A7.5, with outcomes told apart). */
import type { Json } from '../../kv/index.js'
import type { JobError } from '../host/job-run.js'
import type { Exit, JobState, Outcome } from '../job/job-state.js'

/** Losses in a row after which a job counts as the reason: it takes its nodes down. */
const LOSSES_MAX = 3

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
 * of (`again`) doesn't count: the node lives, and the store was what was gone.
 *
 * @param now in UNIX seconds.
 * @param chance from 0 to 1, for the jitter of a failure's wait.
 * @example
 * const running = { ...NEVER_RAN, started: 10, node: 'a', run: 'r', attempt: 1 }
 * const failed = afterEnding(running, { outcome: 'failed', error: { name: 'Error', message: 'no' } }, 12, 0.5)
 * assert.deepEqual([failed.node, failed.stopped, failed.backoff, failed.again], [null, 12, 1, false])
 * assert.equal(afterEnding(running, { outcome: 'lost' }, 12, 0).again, true)
 */
export function afterEnding(state: JobState, ending: Ending, now: number, chance: number): JobState {
  const { outcome, result, error, exit = null, again = false } = ending
  const over: JobState = {
    ...state,
    ...{ node: null, run: null, exit, outcome, again, isFinal: false },
    // A clock that was set back must not make it look as if it still ran.
    stopped: Math.max(now, state.started),
    error: error === undefined ? null : { name: error.name, message: error.message },
    codeHash: ending.codeHash ?? state.codeHash,
  }
  if (outcome === 'success') return { ...over, backoff: 0, lost: 0, ...(result === undefined ? {} : { result }) }
  if (outcome === 'failed') return { ...failed(over, chance), lost: 0, isFinal: error?.isRetryable === false }
  if (outcome !== 'lost' || again) return over
  const lost = state.lost + 1
  if (lost < LOSSES_MAX) return { ...over, lost, again: true }
  const message = `it was lost ${lost} times in a row${error === undefined ? '' : `: ${error.message}`}`
  return { ...failed(over, chance), lost: 0, outcome: 'failed', error: { name: 'Lost', message } }
}

function failed(state: JobState, chance: number): JobState {
  return { ...state, backoff: state.backoff + 1, chance, again: false }
}
