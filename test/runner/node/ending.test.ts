import { NEVER_RAN } from '../../../lib/runner/index.js'
import { afterEnding } from '../../../lib/runner/node/ending.js'

const running = { ...NEVER_RAN, started: 10, node: 'a', run: 'r', attempt: 4, backoff: 2, lost: 1 }
const error = { name: 'Error', message: 'no' }
const seen = (now: number, chance = 0) => ({ now, chance, blamelessMs: 60_000 })
const exit = { code: 1, signal: null, why: 'it threw' }

it('takes a success as the end of all failures', () => {
  const state = afterEnding(running, { outcome: 'success', result: 42, exit, codeHash: 'h' }, seen(12))
  expect(state).toMatchObject({
    node: null,
    run: null,
    stopped: 12,
    outcome: 'success',
    result: 42,
    codeHash: 'h',
    exit,
  })
  expect([state.backoff, state.lost, state.again]).toEqual([0, 0, false])
})

it('keeps the last result where there is none', () => {
  const state = afterEnding({ ...running, result: 1 }, { outcome: 'failed', error }, seen(12, 0.3))
  expect(state).toMatchObject({ result: 1, backoff: 3, chance: 0.3, error, isFinal: false })
})

it('believes an error that says it is of no use to try again', () => {
  expect(afterEnding(running, { outcome: 'failed', error: { ...error, isRetryable: false } }, seen(12)).isFinal).toBe(
    true,
  )
})

it('counts a loss for itself, runs again at once, and takes the third in a row for a failure', () => {
  expect(afterEnding(running, { outcome: 'lost', error }, seen(12))).toMatchObject({ lost: 2, backoff: 2, again: true })
  const third = afterEnding({ ...running, lost: 2 }, { outcome: 'lost', error }, seen(12))
  expect(third).toMatchObject({ outcome: 'failed', lost: 0, backoff: 3, again: false })
  expect(third.error!.message).toBe('it was lost 3 times in a row: no')
})

it('counts nothing for what was cancelled', () => {
  expect(afterEnding(running, { outcome: 'cancelled', again: true }, seen(12))).toMatchObject({
    ...{ outcome: 'cancelled', backoff: 2, lost: 1, again: true, error: null },
  })
})

it('never ends before it began, though the clock was set back', () => {
  expect(afterEnding(running, { outcome: 'cancelled' }, seen(3)).stopped).toBe(10)
})

it('counts no loss that its own node tells of', () => {
  expect(afterEnding({ ...running, lost: 2 }, { outcome: 'lost', error, again: true }, seen(12))).toMatchObject({
    ...{ outcome: 'lost', backoff: 2, lost: 2, again: true, error },
  })
})

it.each([
  ['lost', { outcome: 'lost', error }, { outcome: 'lost', again: true, backoff: 2, error }],
  [
    'lost, as its own node tells',
    { outcome: 'lost', error, again: true },
    { outcome: 'lost', again: true, backoff: 2 },
  ],
  ['cancelled', { outcome: 'cancelled' }, { outcome: 'cancelled', backoff: 2 }],
] as const)('ends a row of losses if it had run for long when it was %s', (_, ending, after) => {
  const third = { ...running, lost: 2 }
  expect(afterEnding(third, ending, seen(70))).toMatchObject({ ...after, lost: 0 })
  expect(afterEnding(third, ending, seen(69.9)).lost).toBe(ending.outcome === 'lost' && !('again' in ending) ? 0 : 2)
  expect(afterEnding(third, { outcome: 'lost', error }, seen(69.9)).outcome).toBe('failed')
})
