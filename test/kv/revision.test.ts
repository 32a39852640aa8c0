import { expect, test } from '@jest/globals'
import { revisionNumber } from '../../lib/kv/revision.js'

test('a state is known by what an answer said, or by its number', () => {
  expect(revisionNumber({ revision: 7, modRevision: null })).toBe(7)
  expect(revisionNumber(8)).toBe(8)
  expect(revisionNumber(undefined)).toBeUndefined()
})
