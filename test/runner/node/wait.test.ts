import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { NEVER_RAN } from '../../../lib/runner/index.js'
import { isDue, leftMs, waitFor } from '../../../lib/runner/node/wait.js'

const ended = { ...NEVER_RAN, attempt: 3, started: 990, stopped: 1000 }
const start = () => new ManualClock({ nowMs: 77_000_000, wallMs: 1_000_000 })

it.each(['repeat', 'backoff'] as const)('counts a wait (%s) from its end, whatever is done to the clock', (reason) => {
  const clock = start()
  const wait = waitFor(ended, 1060, null, clock)
  expect(leftMs(wait, reason, clock)).toBe(60_000)
  clock.advance(20_000)
  for (const wall of [5_000_000, 0]) {
    clock.setWall(wall)
    expect(leftMs(waitFor(ended, 1060, wait, clock), reason, clock)).toBe(40_000)
  }
  expect(leftMs(waitFor(ended, 1030, wait, clock), reason, clock)).toBe(10_000)
  clock.advance(50_000)
  expect(leftMs(wait, reason, clock)).toBe(0)
})

it('takes an end for one of now that lies ahead, and for another what is behind another attempt', () => {
  const clock = start()
  clock.setWall(500_000)
  const wait = waitFor(ended, 1060, null, clock)
  expect(leftMs(wait, 'repeat', clock)).toBe(60_000)
  clock.advance(10_000)
  expect(leftMs(waitFor({ ...ended, attempt: 4 }, 1060, wait, clock), 'repeat', clock)).toBe(60_000)
})

it('waits for a time of day by the wall clock, and not at all for what runs again', () => {
  const clock = start()
  const wait = waitFor(ended, 1060, null, clock)
  clock.setWall(1_050_000)
  expect(['target > started', 'cron', 'runs again'].map((reason) => leftMs(wait, reason as 'cron', clock))).toEqual([
    10_000, 10_000, 0,
  ])
})

it('knows what is due: by the wall clock, or because it was waited for behind this very end', () => {
  const waited = waitFor(ended, 1060, null, start())
  const due = (reason: string, at: number, wait: typeof waited | null = waited, state = ended) =>
    isDue({ due: 1060, reason: reason as 'cron' }, state, at, wait)
  expect([due('repeat', 1060, null), due('repeat', 1059, null), due('repeat', 500), due('backoff', 500)]).toEqual([
    ...[true, false, true, true],
  ])
  expect(due('repeat', 500, waited, { ...ended, attempt: 4 })).toBe(false)
  expect([due('runs again', 0, null), due('target > started', 1059)]).toEqual([true, false])
  expect(isDue({ due: null, reason: 'paused' }, ended, 2000, waited)).toBe(false)
  const byPattern = { ...waited, due: 600 }
  expect([due('cron', 600, byPattern), due('cron', 599, byPattern), due('cron', 1059, byPattern)]).toEqual([
    ...[true, false, false],
  ])
  const written = (since: number): boolean => isDue({ due: 1060, reason: 'cron' }, NEVER_RAN, 600, neverRan, since)
  const neverRan = { ...byPattern, attempt: 0, stopped: 0 }
  expect([written(601), written(600)]).toEqual([true, false])
})
