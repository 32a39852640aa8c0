import { expect, test } from '@jest/globals'
import { standing, timeText, type Standing } from '../../../lib/cli/job/describe.js'
import { NEVER_RAN, readJobEntry, type GroupView, type JobState } from '../../../lib/runner/index.js'
import { ANSWER } from './run-job.js'

/** A group of such nodes. */
const withNodes = (...nodes: string[]): GroupView => ({
  group: { paused: false, size: null, draining: [] },
  members: new Map(nodes.map((node) => [node, { node, capacity: 1, labels: {}, isDraining: false }])),
  claims: new Map(),
})

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
  expect(standing(job, { node: null, state: { ...NEVER_RAN, ...state }, isClaimed }, withNodes('n1'), 150)).toEqual({
    text,
    obstacle: null,
  })
})

test('of what is due it says what keeps it from being run', () => {
  const due = { node: null, state: NEVER_RAN, isClaimed: false }
  const told = (view: GroupView, more = {}): Standing => standing({ ...job, ...more }, due, view, 150)
  const found = [
    told(withNodes()),
    told({ ...withNodes('n1'), group: { paused: true, size: null, draining: [] } }),
    told(withNodes('n1'), { entry: readJobEntry({ code: 'x', target: 100, labels: { gpu: 'yes' } }) }),
    standing({ ...job, id: { ...ANSWER, kind: 'all' } }, { ...due, node: 'n2' }, withNodes('n1'), 150),
  ]
  expect(found.map(({ obstacle }) => obstacle)).toEqual([
    'the group has no member',
    'the group is paused',
    'no node has the labels {"gpu":"yes"}',
    'node n2 is not there',
  ])
  for (const { text, obstacle } of found) expect(text).toBe(`due (target > started): ${obstacle}`)
})

test('a time that no date can be is told all the same', () => {
  expect([8.64e12, 1e13, -1e300].map(timeText)).toEqual(['+275760-09-13T00:00:00Z', '10000000000000 s', '-1e+300 s'])
})
