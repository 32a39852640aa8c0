import { expect, test } from '@jest/globals'
import { failure, fine, warning } from '../../../lib/app/doctor/finding.js'

test('only a failure brings an exit code', () => {
  expect([fine('a', 'b'), warning('a', 'b', 'c'), failure('a', 'b', 'c', 78)].map(({ exitCode }) => exitCode)).toEqual([
    0, 0, 78,
  ])
})
