import { NEVER_RAN } from '../../../lib/runner/index.js'
import { afterEnding } from '../../../lib/runner/node/ending.js'

const running = { ...NEVER_RAN, started: 10, node: 'a', run: 'r', attempt: 4, backoff: 2, lost: 1 }
const error = { name: 'Error', message: 'no' }
const exit = { code: 1, signal: null, why: 'it threw' }

it('takes a success as the end of all failures', () => {
  const state = afterEnding(running, { outcome: 'success', result: 42, exit, codeHash: 'h' }, 12, 0)
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
  const state = afterEnding({ ...running, result: 1 }, { outcome: 'failed', error }, 12, 0.3)
  expect(state).toMatchObject({ result: 1, backoff: 3, chance: 0.3, error, isFinal: false })
})

it('believes an error that says it is of no use to try again', () => {
  expect(afterEnding(running, { outcome: 'failed', error: { ...error, isRetryable: false } }, 12, 0).isFinal).toBe(true)
})

it('counts a loss for itself, runs again at once, and takes the third in a row for a failure', () => {
  expect(afterEnding(running, { outcome: 'lost', error }, 12, 0)).toMatchObject({ lost: 2, backoff: 2, again: true })
  const third = afterEnding({ ...running, lost: 2 }, { outcome: 'lost', error }, 12, 0)
  expect(third).toMatchObject({ outcome: 'failed', lost: 0, backoff: 3, again: false })
  expect(third.error!.message).toBe('it was lost 3 times in a row: no')
})

it('counts nothing for what was cancelled', () => {
  expect(afterEnding(running, { outcome: 'cancelled', again: true }, 12, 0)).toMatchObject({
    ...{ outcome: 'cancelled', backoff: 2, lost: 1, again: true, error: null },
  })
})

it('never ends before it began, though the clock was set back', () => {
  expect(afterEnding(running, { outcome: 'cancelled' }, 3, 0).stopped).toBe(10)
})

it('counts no loss that its own node tells of', () => {
  expect(afterEnding({ ...running, lost: 2 }, { outcome: 'lost', error, again: true }, 12, 0)).toMatchObject({
    ...{ outcome: 'lost', backoff: 2, lost: 2, again: true, error },
  })
})
