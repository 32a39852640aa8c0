import { expect, test } from '@jest/globals'
import type { JsonObject } from '../../../lib/kv/index.js'
import { decide, foresee } from '../../../lib/runner/job/decide.js'
import { readJobEntry } from '../../../lib/runner/job/job-entry.js'
import { NEVER_RAN, type JobState } from '../../../lib/runner/job/job-state.js'

const NOON = Date.parse('2027-03-01T12:00:00Z') / 1000
const HOUR = 3600

/** A job that began at noon and ended ten seconds later. */
const ran = { started: NOON, stopped: NOON + 10, outcome: 'success' } as const

interface Case {
  job: JsonObject
  state?: Partial<JobState>
  now?: number
  due: number | null
  reason: string
}

const cases: Record<string, Case> = {
  'without code': { job: { target: NOON }, due: null, reason: 'no code' },
  'that pauses': { job: { code: 'a', target: NOON, paused: true }, due: null, reason: 'paused' },
  'that runs': {
    job: { code: 'a', target: NOON },
    state: { started: NOON - 1, node: 'n' },
    due: null,
    reason: 'is started',
  },
  'that is disabled': { job: { code: 'a', target: null, repeat: 5 }, state: ran, due: null, reason: 'no target' },
  'with a target to come': { job: { code: 'a', target: NOON }, due: NOON, reason: 'target > started' },
  'with a target that is past': { job: { app: 'a', target: NOON - 99 }, due: NOON - 99, reason: 'target > started' },
  'with a target that it has met': { job: { code: 'a', target: NOON }, state: ran, due: null, reason: 'is done' },
  'that never ran and has no target': { job: { code: 'a', repeat: 5 }, due: null, reason: 'no target' },
  'that repeats': { job: { code: 'a', repeat: 60 }, state: ran, due: NOON + 70, reason: 'repeat' },
  'that is too late for its target': {
    job: { code: 'a', target: NOON - 61, startDeadline: 60 },
    ...{ due: null, reason: 'missed its start' },
  },
  'whose target was skipped': {
    job: { code: 'a', target: NOON, repeat: 60, delay: 5 },
    state: { ...ran, outcome: 'skipped', backoff: 1 },
    ...{ due: null, reason: 'missed its start' },
  },
  'whose pattern was skipped': {
    job: { code: 'a', cron: '0 * * * *', startDeadline: 60 },
    state: { ...ran, outcome: 'skipped' },
    ...{ due: NOON + HOUR, reason: 'cron' },
  },
  'that is just in time for its target': {
    job: { code: 'a', target: NOON - 60, startDeadline: 60 },
    ...{ due: NOON - 60, reason: 'target > started' },
  },
  'that failed': {
    job: { code: 'a', repeat: 5, delay: 10, backoff: 2, jitter: 0 },
    state: { ...ran, outcome: 'failed', backoff: 2 },
    ...{ due: NOON + 50, reason: 'backoff' },
  },
  'that failed and by chance waits longer': {
    job: { code: 'a', delay: 10, backoff: 2, jitter: 0.5 },
    state: { ...ran, backoff: 1, chance: 0.5 },
    ...{ due: NOON + 10 + 25, reason: 'backoff' },
  },
  'that failed as often as it may': {
    job: { code: 'a', repeat: 5, maxAttempts: 3 },
    state: { ...ran, backoff: 3 },
    ...{ due: null, reason: 'gave up' },
  },
  'that failed for good': {
    job: { code: 'a', repeat: 5 },
    state: { ...ran, backoff: 1, isFinal: true },
    ...{ due: null, reason: 'will not be tried again' },
  },
  'that gave up and has a new target': {
    job: { code: 'a', target: NOON + 1, maxAttempts: 1 },
    state: { ...ran, backoff: 1 },
    ...{ due: NOON + 1, reason: 'target > started' },
  },
  'that was lost': {
    job: { code: 'a' },
    state: { ...ran, outcome: 'lost', lost: 1, again: true },
    ...{ due: NOON + 10, reason: 'runs again' },
  },
  'by cron': { job: { code: 'a', cron: '0 * * * *' }, state: ran, due: NOON + HOUR, reason: 'cron' },
  'by cron that never ran': {
    job: { code: 'a', cron: '0 * * * *', since: NOON - HOUR / 2 },
    ...{ due: NOON, reason: 'cron' },
  },
  'by cron whose writing nobody knows': { job: { code: 'a', cron: '0 * * * *' }, due: NOON + HOUR, reason: 'cron' },
  'by cron, by a clock that was set back since': {
    job: { code: 'a', cron: '0 * * * *' },
    state: { ...ran, started: NOON + 50 * HOUR, stopped: NOON + 50 * HOUR },
    ...{ due: NOON + HOUR, reason: 'cron' },
  },
  'by cron, written by a clock that was set back since': {
    job: { code: 'a', cron: '0 * * * *', since: NOON + 50 * HOUR },
    ...{ due: NOON + HOUR, reason: 'cron' },
  },
  'with a new target, begun by a clock that was set back since': {
    job: { code: 'a', target: NOON + 1 },
    state: { ...ran, started: NOON + 50 * HOUR, stopped: NOON + 50 * HOUR, target: NOON + 49 * HOUR },
    ...{ due: NOON + 1, reason: 'target > started' },
  },
  'that runs and has a new target, begun by a clock that was set back since': {
    job: { code: 'a', target: NOON + 1, overlap: 'replace' },
    state: { started: NOON + 50 * HOUR, node: 'n', target: null },
    ...{ due: NOON + 1, reason: 'target > started' },
  },
  'with the target that it had, begun by a clock that was set back since': {
    job: { code: 'a', target: NOON },
    state: { ...ran, started: NOON + 50 * HOUR, stopped: NOON + 50 * HOUR, target: NOON },
    ...{ due: null, reason: 'is done' },
  },
  'of whose target nobody has noted whether it had it': {
    job: { code: 'a', target: NOON },
    state: { ...ran, started: NOON + 50 * HOUR, stopped: NOON + 50 * HOUR },
    ...{ due: null, reason: 'is done' },
  },
  'with another, older target, begun by a clock that goes ahead a little': {
    job: { code: 'a', target: NOON - 1 },
    state: { ...ran, started: NOON + 60, stopped: NOON + 60, target: NOON + 50 },
    ...{ due: null, reason: 'is done' },
  },
  'by cron, begun by a clock that goes ahead': {
    job: { code: 'a', cron: '0 * * * *' },
    state: { ...ran, started: NOON + HOUR + 1, stopped: NOON + HOUR + 2 },
    now: NOON + HOUR - 2,
    ...{ due: NOON + 2 * HOUR, reason: 'cron' },
  },
  'by cron that missed some': {
    job: { code: 'a', cron: '0 * * * *' },
    state: ran,
    now: NOON + 5.5 * HOUR,
    ...{ due: NOON + HOUR, reason: 'cron' },
  },
  'by cron that missed some and is late': {
    job: { code: 'a', cron: '0 * * * *', startDeadline: 600 },
    state: ran,
    now: NOON + 5.5 * HOUR,
    ...{ due: NOON + 6 * HOUR, reason: 'cron' },
  },
  'by cron that ran past the next': {
    job: { code: 'a', cron: '0 * * * *' },
    state: { started: NOON, stopped: NOON + 1.5 * HOUR, outcome: 'success' },
    now: NOON + 1.5 * HOUR,
    ...{ due: NOON + 2 * HOUR, reason: 'cron' },
  },
  'by cron that still runs and is replaced': {
    job: { code: 'a', cron: '0 * * * *', overlap: 'replace' },
    state: { started: NOON, node: 'n' },
    ...{ due: NOON + HOUR, reason: 'cron' },
  },
  'that runs and has a new target': {
    job: { code: 'a', target: NOON + 5, overlap: 'replace' },
    state: { started: NOON, node: 'n' },
    ...{ due: NOON + 5, reason: 'target > started' },
  },
  'that repeats and runs': {
    job: { code: 'a', repeat: 5, overlap: 'replace' },
    state: { started: NOON, node: 'n' },
    ...{ due: null, reason: 'is started' },
  },
  'in the hour that the clock leaves out': {
    job: { code: 'a', cron: '30 2 28 3 *', timeZone: 'Europe/Berlin', since: NOON },
    ...{ due: Date.parse('2027-03-28T01:00:00Z') / 1000, reason: 'cron' },
  },
}

test.each(Object.entries(cases))('a job %s', (_name, { job, state = {}, now = NOON, due, reason }) => {
  expect(decide(readJobEntry(job), { ...NEVER_RAN, ...state }, now)).toEqual({ due, reason })
})

test('in the hour that the clock has twice it runs once', () => {
  const job = readJobEntry({ code: 'a', cron: '30 2 31 10 *', timeZone: 'Europe/Berlin' })
  const from = Date.parse('2027-10-30T00:00:00Z') / 1000
  const first = decide(job, { ...NEVER_RAN, started: from, stopped: from }, from).due ?? 0
  const second = decide(job, { ...NEVER_RAN, started: first, stopped: first }, first).due ?? 0
  expect(new Date(first * 1000).toISOString()).toMatch(/^2027-10-31/)
  expect(new Date(second * 1000).toISOString()).toMatch(/^2028-10-31/)
})

const ahead = NOON + 50 * HOUR
const seen: Record<string, Case & { isLatest: boolean }> = {
  'repeats, by a clock that was set back': {
    job: { code: 'a', repeat: 60 },
    state: { ...ran, started: ahead, stopped: ahead + 5 },
    ...{ due: NOON + 60, reason: 'repeat', isLatest: true },
  },
  'failed, by a clock that was set back': {
    job: { code: 'a', delay: 10, backoff: 2, jitter: 0 },
    state: { ...ran, stopped: ahead, backoff: 2 },
    ...{ due: NOON + 40, reason: 'backoff', isLatest: true },
  },
  'was drained, by a clock that was set back': {
    job: { code: 'a' },
    state: { ...ran, stopped: ahead, again: true },
    ...{ due: NOON, reason: 'runs again', isLatest: true },
  },
  'repeats, by a clock that goes ahead a little': {
    job: { code: 'a', repeat: 60 },
    state: { ...ran, stopped: NOON + 30 },
    ...{ due: NOON + 90, reason: 'repeat', isLatest: false },
  },
  'has a pattern, by a clock that was set back': {
    job: { code: 'a', cron: '0 * * * *' },
    state: { ...ran, started: ahead, stopped: ahead },
    ...{ due: NOON + HOUR, reason: 'cron', isLatest: false },
  },
  'is done': { job: { code: 'a' }, state: { ...ran, stopped: ahead }, due: null, reason: 'is done', isLatest: false },
}

test.each(Object.entries(seen))('people are told when a job starts that %s', (_name, { job, state = {}, ...told }) => {
  expect(foresee(readJobEntry(job), { ...NEVER_RAN, ...state }, NOON)).toEqual(told)
})
