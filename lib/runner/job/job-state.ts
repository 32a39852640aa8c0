/**
 * What is so of a job, apart from what is wished of it: only whoever holds its claim writes it (specification runner,
 * A6). All times are UNIX seconds.
 */
import { describeValue } from '../../errors/index.js'
import type { Json } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import { isObject } from '../is-object.js'

/** How an attempt has ended: by itself, with an error, with its node, because it was told to, or it never began. */
export type Outcome = 'success' | 'failed' | 'lost' | 'cancelled' | 'skipped'

/** How its process has ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  /** What ended it, in words. */
  readonly why: string
}

/** Starts that were let go. */
export interface Skipped {
  readonly times: number
  /** When the first of them was to be. */
  readonly first: number
  readonly why: string
}

/** The state of a job, on one node where each has its own. */
export interface JobState {
  /** When the last attempt began and ended; 0: never. It runs while it has begun after it ended. */
  readonly started: number
  readonly stopped: number
  /** Where it runs; null: nowhere. */
  readonly node: string | null
  /** What the last success has returned. */
  readonly result?: Json
  /** How the last attempt has ended; null: none has. */
  readonly outcome: Outcome | null
  /** The target that the job had when it last began, or was skipped; not there: nobody has noted it. */
  readonly target?: number | null
  /** How many attempts there were, and what tells the one that runs from all others. */
  readonly attempt: number
  readonly run: string | null
  /** Failures in a row, and losses in a row. */
  readonly backoff: number
  readonly lost: number
  /** The closure that the last attempt ran. */
  readonly codeHash: string | null
  readonly exit: Exit | null
  readonly error: { readonly name: string; readonly message: string } | null
  /** Whether it was ended for something other than itself, its node or a change of it, and is to run again at once. */
  readonly again: boolean
  /** Whether what failed said that to try again is of no use. */
  readonly isFinal: boolean
  /** The starts that were let go since the attempt before: made up for by this one, or come while it ran. */
  readonly skipped: readonly Skipped[]
  /** Which part of the jitter the last failure got, from 0 to 1: so that everybody works out the same time. */
  readonly chance: number
}

/** Of a job that never ran. */
export const NEVER_RAN: JobState = Object.freeze({
  ...{ started: 0, stopped: 0, node: null, outcome: null, attempt: 0, run: null, backoff: 0, lost: 0 },
  ...{ codeHash: null, exit: null, error: null, again: false, isFinal: false, chance: 0, skipped: [] },
})

/** Whether an attempt is under way, as far as the state tells: the claim is what counts. */
export function isRunning(state: JobState): boolean {
  return state.node !== null
}

/**
 * A state from what is stored. What is missing is as of a job that never ran.
 *
 * @throws {RunnerError} ERR_ENTRY, if it is no object or a time or counter of it is no number.
 */
export function readJobState(value: Json): JobState {
  if (!isObject(value)) {
    throw new RunnerError('ERR_ENTRY', `the state of a job must be an object: it is ${describeValue(value)}`)
  }
  const state = { ...NEVER_RAN, ...value }
  for (const field of ['started', 'stopped', 'attempt', 'backoff', 'lost', 'chance'] as const) {
    if (!Number.isFinite(state[field])) {
      throw new RunnerError(
        'ERR_ENTRY',
        `${field} of the state of a job must be a number: it is ${describeValue(state[field])}`,
      )
    }
  }
  if (!Array.isArray(state.skipped)) {
    throw new RunnerError(
      'ERR_ENTRY',
      `skipped of the state of a job must be a list: it is ${describeValue(state.skipped)}`,
    )
  }
  return state
}
