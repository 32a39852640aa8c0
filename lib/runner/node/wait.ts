/**
 * How long a job waits. What counts from the end of an attempt (`repeat`, and after a failure) does so by the clock that
 * never jumps, from when this node heard of the end; what waits for a time of day does so by the wall clock.
 */
import type { Clock } from '../../movement/index.js'
import type { Decision } from '../job/decide.js'
import type { JobState } from '../job/job-state.js'

/** The time, as `Clock` says it: it may stand still. */
export type Moment = Pick<Clock, 'now' | 'wall'>

/** What a job waits for, behind which end. */
export interface Wait {
  readonly attempt: number
  readonly stopped: number
  /** When that was, by the clock that never jumps. */
  readonly endedMs: number
  /** By the wall clock, in UNIX seconds. */
  readonly due: number
}

/**
 * The wait behind an end.
 *
 * @param before what it waited for before; of the same end, that is when it was, however the wall clock was set since.
 */
export function waitFor(state: JobState, due: number, before: Wait | null, time: Moment): Wait {
  const { attempt, stopped } = state
  if (before !== null && isBehind(before, state)) return { ...before, due }
  // By a clock that was set back it may lie ahead: then it was now.
  return { attempt, stopped, endedMs: time.now() - Math.max(0, time.wall() - stopped * 1000), due }
}

/** How long it is until then, in ms. */
export function leftMs({ due, stopped, endedMs }: Wait, reason: Decision['reason'], time: Moment): number {
  // What runs again does so at once, even if the clock was set back.
  if (reason === 'runs again') return 0
  const ms = isSince(reason) ? endedMs + (due - stopped) * 1000 - time.now() : due * 1000 - time.wall()
  return Math.max(0, ms)
}

/**
 * Whether a job is due: by the wall clock, or because its node has waited for it behind this very end.
 *
 * @param at in UNIX seconds.
 * @param waited what the node has waited for; null: nothing.
 * @param since from when on its pattern counts, if it says so.
 */
export function isDue({ due, reason }: Decision, state: JobState, at: number, waited: Wait | null, since = 0): boolean {
  if (due === null) return false
  if (due <= at || reason === 'runs again') return true
  if (waited === null || !isBehind(waited, state)) return false
  // By a pattern it is due once more where the clock was set back to before the last time.
  const wasSetBack = Math.max(state.started, state.stopped, since) > at
  return isSince(reason) || (reason === 'cron' && wasSetBack && waited.due <= at)
}

function isBehind(wait: Wait, { attempt, stopped }: JobState): boolean {
  return wait.attempt === attempt && wait.stopped === stopped
}

function isSince(reason: Decision['reason']): boolean {
  return reason === 'repeat' || reason === 'backoff'
}
