import { expect, test } from '@jest/globals'
import { standing, timeText } from '../../../lib/cli/job/describe.js'
import { NEVER_RAN, readJobEntry, type JobState } from '../../../lib/runner/index.js'
import { ANSWER } from './run-job.js'

const job = { id: ANSWER, entry: readJobEntry({ code: 'x', target: 100 }), fault: null, written: {}, revision: 1 }

test.each<[Partial<JobState>, boolean, string]>([
  [{}, false, 'due (target > started)'],
  [{ started: 50, node: 'n1' }, true, 'runs on n1 since 1970-01-01T00:00:50Z'],
  [{ started: 50, node: 'n1' }, false, 'was lost with n1'],
  [{ started: 100, stopped: 110, outcome: 'success' }, false, '-never- (is done); last success'],
  [
    { started: 100, stopped: 110, outcome: 'failed', backoff: 1, error: { name: 'Error', message: 'no' } },
    ...([false, '1970-01-01T00:03:40Z (backoff); last failed: Error: no'] as const),
  ],
])('%j, claimed: %j', (state, isClaimed, text) => {
  expect(standing(job, { state: { ...NEVER_RAN, ...state }, isClaimed }, 150)).toBe(text)
})

test('a time that no date can be is told all the same', () => {
  expect([8.64e12, 1e13, -1e300].map(timeText)).toEqual(['+275760-09-13T00:00:00Z', '10000000000000 s', '-1e+300 s'])
})
