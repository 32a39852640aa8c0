import { expect, test } from '@jest/globals'
import { describeJob } from '../../../lib/runner/job/job-id.js'

test('a job is shown by kind, group, node and dotted path', () => {
  expect(describeJob({ kind: 'at', group: 'lab', node: 'n1', path: ['a.b', 'c'] })).toBe('at/lab/n1 a:.b.c')
  expect(describeJob({ kind: 'all', group: 'lab', path: ['a'] })).toBe('all/lab a')
})
