import { expect, test } from '@jest/globals'
import { isRunning, NEVER_RAN, readJobState } from '../../../lib/runner/job/job-state.js'

test('a state that says nothing is that of a job that never ran', () => {
  expect(readJobState({})).toEqual(NEVER_RAN)
  expect(isRunning(readJobState({}))).toBe(false)
})

test('a job runs where the state has a node', () => {
  expect(isRunning(readJobState({ started: 5, node: 'n' }))).toBe(true)
})

test.each([
  ['x', /must be an object/],
  [{ started: 'yesterday' }, /started of the state of a job must be a number: it is "yesterday"/],
  [{ backoff: null }, /backoff of the state/],
  [{ skipped: null }, /skipped of the state of a job must be a list: it is null/],
])('%j is refused', (value, message) => {
  expect(() => readJobState(value)).toThrow(message)
})
