/** Starts that a job was to make and did not: too late to be made up for, or while it still ran. Pure. */
import { nextCronMs, readCron } from '../../movement/index.js'
import { decide, isToCome } from './decide.js'
import type { JobEntry } from './job-entry.js'
import { isRunning, type JobState, type Skipped } from './job-state.js'

/** How many are counted: a pattern of seconds that was missed for a month isn't gone through. */
const COUNT_MAX = 100

/** Starts that are let go. `why` says it in words, with how many and since when. */
export interface Missed extends Skipped {
  /** Up to when, in UNIX seconds: starts behind that count. */
  readonly until: number
}

/**
 * The starts that it is too late for by now, as `startDeadline` says; null: none.
 *
 * @param now in UNIX seconds.
 * @example
 * const job = readJobEntry({ code: 'the.answer', target: 1000, startDeadline: 60 })
 * assert.equal(tooLateFor(job, NEVER_RAN, 1060), null)
 * assert.equal(tooLateFor(job, NEVER_RAN, 1061).until, 1000)
 */
export function tooLateFor(entry: JobEntry, state: JobState, now: number): Missed | null {
  const { startDeadline, target, cron } = entry
  if (startDeadline === undefined || target === null || entry.paused || isRunning(state)) return null
  const late = `no node has begun it within ${startDeadline} s`
  if (isToCome(target, state, now)) {
    return now > target + startDeadline ? missed(1, target, target, late) : null
  }
  if (cron === undefined || state.again || state.backoff > 0) return null
  const from = Math.max(state.started, state.stopped)
  return byPattern(entry, from === 0 ? (entry.since ?? now) : from, now - startDeadline, late)
}

/** From when on it is too late for the start that waits, in UNIX seconds; null: it never is, or none waits. */
export function tooLateAt(entry: JobEntry, state: JobState, now: number): number | null {
  const { due, reason } = decide(entry, state, now)
  if (entry.startDeadline === undefined || due === null || (reason !== 'cron' && reason !== 'target > started'))
    return null
  return due + entry.startDeadline + 0.001
}

/**
 * The times of its pattern that came while an attempt ran and began nothing, as `overlap` says; null: none. A pattern that was
 * written meanwhile counts from then on.
 */
export function cameWhileItRan(entry: JobEntry, started: number, stopped: number): Missed | null {
  const from = Math.max(started, entry.since ?? started)
  return entry.overlap === 'forbid' ? byPattern(entry, from, stopped, 'it still ran') : null
}

/** The times of its pattern that one start makes up for, besides the one that it is; null: none. */
export function madeUpFor(entry: JobEntry, due: number, now: number): Missed | null {
  return byPattern(entry, due, now, 'no node could begin it, and one start makes up for all')
}

/** Behind `from`, up to `until`. */
function byPattern({ cron, timeZone = 'UTC' }: JobEntry, from: number, until: number, why: string): Missed | null {
  if (cron === undefined || from >= until) return null
  const pattern = readCron(cron, timeZone)
  let times = 0
  let first = 0
  let at = from
  while (times < COUNT_MAX) {
    const next = nextCronMs(pattern, at * 1000)
    if (next === null || next > until * 1000) break
    at = next / 1000
    if (times++ === 0) first = at
  }
  return times === 0 ? null : missed(times, first, until, why)
}

function missed(times: number, first: number, until: number, why: string): Missed {
  const starts = times === 1 ? 'a start was' : `${times === COUNT_MAX ? `${times} or more` : times} starts were`
  return { times, first, until, why: `${starts} skipped, from ${new Date(first * 1000).toISOString()} on: ${why}` }
}

/** What of them is kept. */
export function skippedOf({ times, first, why }: Missed): Skipped {
  return { times, first, why }
}
