import { expect, test } from '@jest/globals'
import { readJobEntry } from '../../../lib/runner/job/job-entry.js'
import { NEVER_RAN, type JobState } from '../../../lib/runner/job/job-state.js'
import { cameWhileItRan, madeUpFor, skippedOf, tooLateAt, tooLateFor } from '../../../lib/runner/job/missed.js'

const NOON = Date.parse('2027-03-01T12:00:00Z') / 1000
const HOUR = 3600
const hourly = readJobEntry({ code: 'a', cron: '0 * * * *', startDeadline: 60 })
const ran = (more: Partial<JobState> = {}): JobState => ({ ...NEVER_RAN, started: NOON, stopped: NOON + 10, ...more })

test('a target is missed once it is later than it may be, and only if nothing keeps it back on purpose', () => {
  const job = readJobEntry({ code: 'a', target: NOON, startDeadline: 60 })
  expect(tooLateFor(job, NEVER_RAN, NOON + 60)).toBeNull()
  expect(tooLateFor(job, NEVER_RAN, NOON + 61)).toEqual({
    ...{ times: 1, first: NOON, until: NOON },
    why: 'a start was skipped, from 2027-03-01T12:00:00.000Z on: no node has begun it within 60 s',
  })
  for (const [entry, state] of [
    [{ ...job, paused: true }, NEVER_RAN],
    [{ ...job, target: null }, NEVER_RAN],
    [readJobEntry({ code: 'a', target: NOON }), NEVER_RAN],
    [job, { ...NEVER_RAN, node: 'n', started: NOON - 5 }],
    [job, ran()],
  ] as const)
    expect(tooLateFor(entry, state, NOON + HOUR)).toBeNull()
})

test('times of a pattern are missed that are later than they may be; the others are made up for', () => {
  const late = tooLateFor(hourly, ran(), NOON + 5 * HOUR + 30)
  expect(late).toMatchObject({ times: 4, first: NOON + HOUR, until: NOON + 5 * HOUR - 30 })
  expect(tooLateFor(hourly, ran({ backoff: 1 }), NOON + 5 * HOUR)).toBeNull()
  expect(tooLateFor(hourly, ran({ again: true }), NOON + 5 * HOUR)).toBeNull()
  expect(tooLateFor(hourly, NEVER_RAN, NOON + 5 * HOUR)).toBeNull()
  expect(tooLateFor({ ...hourly, since: NOON }, NEVER_RAN, NOON + HOUR + 61)).toMatchObject({ times: 1 })
  expect(madeUpFor(hourly, NOON + HOUR, NOON + 3 * HOUR)).toMatchObject({ times: 2, first: NOON + 2 * HOUR })
  expect(madeUpFor(hourly, NOON + HOUR, NOON + HOUR + 5)).toBeNull()
  expect(madeUpFor(readJobEntry({ code: 'a', target: NOON }), NOON, NOON + HOUR)).toBeNull()
})

test('times that come while it runs are skipped, unless they replace it', () => {
  expect(cameWhileItRan(hourly, NOON, NOON + 2 * HOUR + 1)).toMatchObject({ times: 2, first: NOON + HOUR })
  expect(cameWhileItRan(hourly, NOON, NOON + HOUR - 1)).toBeNull()
  expect(cameWhileItRan({ ...hourly, since: NOON + HOUR }, NOON, NOON + 3 * HOUR)).toMatchObject({ times: 2 })
  expect(cameWhileItRan({ ...hourly, since: NOON - HOUR }, NOON, NOON + 3 * HOUR)).toMatchObject({ times: 3 })
  expect(cameWhileItRan({ ...hourly, overlap: 'replace' }, NOON, NOON + 2 * HOUR)).toBeNull()
})

test('it is known when it will be too late for what waits', () => {
  const job = readJobEntry({ code: 'a', target: NOON, startDeadline: 60 })
  expect(tooLateAt(job, NEVER_RAN, NOON)).toBe(NOON + 60.001)
  expect(tooLateAt(hourly, ran(), NOON + 20)).toBe(NOON + HOUR + 60.001)
  expect(tooLateAt(readJobEntry({ code: 'a', target: NOON }), NEVER_RAN, NOON)).toBeNull()
  expect(tooLateAt({ ...job, delay: 5 }, ran({ backoff: 1 }), NOON)).toBeNull()
})

test('no more than a hundred are counted', () => {
  const often = readJobEntry({ code: 'a', cron: '* * * * *' })
  expect(cameWhileItRan(often, NOON, NOON + 1e9)).toMatchObject({ times: 100, until: NOON + 1e9 })
  expect(skippedOf(cameWhileItRan(often, NOON, NOON + 1e9)!)).not.toHaveProperty('until')
  expect(cameWhileItRan(often, NOON, NOON + 1e9)?.why).toMatch(/^100 or more starts were skipped/)
})
