/**
 * When a job starts next, and why not before (specification runner, A7.1 and its rules). Pure: it is asked again when the
 * job or its state has changed, and by whoever wants to tell people.
 */
import { nextCronMs, readCron } from '../../movement/index.js'
import type { JobEntry } from './job-entry.js'
import { isRunning, type JobState } from './job-state.js'
import { retryWait } from './retry-wait.js'

/** How far the clocks of two nodes may differ, in s: what one has begun at its time the other doesn't begin again. */
export const CLOCK_SKEW_S = 60

/** Why a job starts when it does, or why it doesn't. */
export type Reason =
  | 'no code'
  | 'paused'
  | 'is started'
  | 'no target'
  | 'target > started'
  | 'missed its start'
  | 'runs again'
  | 'gave up'
  | 'will not be tried again'
  | 'backoff'
  | 'repeat'
  | 'cron'
  | 'is done'

/** The next start, in UNIX seconds; it may be past. Null: there is none. */
export interface Decision {
  readonly due: number | null
  readonly reason: Reason
}

/**
 * When a job starts next.
 *
 * @param now in UNIX seconds; it only counts for what was missed.
 * @example
 * const job = readJobEntry({ code: 'the.answer', target: 1000 })
 * assert.deepEqual(decide(job, NEVER_RAN, 0), { due: 1000, reason: 'target > started' })
 * assert.deepEqual(decide(job, { ...NEVER_RAN, started: 1000, stopped: 1001 }, 2000), { due: null, reason: 'is done' })
 */
export function decide(entry: JobEntry, state: JobState, now: number): Decision {
  if (entry.code === undefined && entry.app === undefined) return never('no code')
  if (entry.paused) return never('paused')
  if (isRunning(state)) return entry.overlap === 'replace' ? another(entry, state, now) : never('is started')
  if (entry.target === null) return never('no target')
  if (isToCome(entry.target, state, now)) return atTarget(entry.target, entry, now)
  if (state.outcome === 'skipped' && entry.cron === undefined) return never('missed its start')
  if (state.again) return { due: state.stopped, reason: 'runs again' }
  if (state.backoff > 0) return afterFailure(entry, state)
  if (entry.cron !== undefined) return byCron(entry, Math.max(state.started, state.stopped), now)
  if (state.started === 0) return never('no target')
  return entry.repeat > 0 ? { due: state.stopped + entry.repeat, reason: 'repeat' } : never('is done')
}

/** What comes while it runs: a new target or the next time of its pattern, counted from its start. */
function another(entry: JobEntry, state: JobState, now: number): Decision {
  if (isToCome(entry.target, state, now)) return atTarget(entry.target, entry, now)
  return entry.cron === undefined ? never('is started') : byCron(entry, state.started, now)
}

/**
 * Whether a target has not been met yet. By a clock that was set back since, the last start lies ahead of every target for a
 * while: then one that is another than it had is to be met.
 *
 * @param now in UNIX seconds.
 */
export function isToCome(target: number | null, { started, target: met }: JobState, now: number): target is number {
  if (target === null || target > started) return target !== null
  return isAhead(started, now) && met !== undefined && target !== met
}

/** Whether a time was noted by a clock that has been set back since. */
function isAhead(time: number, now: number): boolean {
  return time > now + CLOCK_SKEW_S
}

/**
 * The same for people. Where the end that it waits behind lies ahead, by a clock that was set back since, nodes that know the end
 * wait as long as they have to, and others from when they hear of it: at the longest from now on.
 */
export function foresee(entry: JobEntry, state: JobState, now: number): Decision & { readonly isLatest: boolean } {
  const { due, reason } = decide(entry, state, now)
  const isBehind = reason === 'repeat' || reason === 'backoff' || reason === 'runs again'
  if (due === null || !isBehind || !isAhead(state.stopped, now)) return { due, reason, isLatest: false }
  return { due: due - state.stopped + now, reason, isLatest: true }
}

function atTarget(target: number, { startDeadline }: JobEntry, now: number): Decision {
  if (startDeadline !== undefined && now > target + startDeadline) return never('missed its start')
  return { due: target, reason: 'target > started' }
}

function afterFailure(entry: JobEntry, { backoff, isFinal, stopped, chance }: JobState): Decision {
  if (isFinal) return never('will not be tried again')
  if (entry.maxAttempts > 0 && backoff >= entry.maxAttempts) return never('gave up')
  return { due: stopped + retryWait(entry, backoff, chance), reason: 'backoff' }
}

/** What was missed is made up for once, if it isn't too late. What came while it ran is not. */
function byCron(
  { cron = '', timeZone = 'UTC', since, startDeadline = Infinity }: JobEntry,
  last: number,
  now: number,
): Decision {
  // What lies that far ahead was by a clock that has been set back: it would wait until that time has come again.
  const begun = last === 0 ? (since ?? now) : last
  const from = Math.max(isAhead(begun, now) ? now : begun, now - startDeadline)
  const next = nextCronMs(readCron(cron, timeZone), from * 1000)
  return next === null ? never('is done') : { due: next / 1000, reason: 'cron' }
}

function never(reason: Reason): Decision {
  return { due: null, reason }
}
