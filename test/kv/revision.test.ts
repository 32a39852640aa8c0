import { expect, test } from '@jest/globals'
import { revisionNumber } from '../../lib/kv/revision.js'

test('a state is known by what an answer said, or by its number', () => {
  expect(revisionNumber({ revision: 7, modRevision: null })).toBe(7)
  expect(revisionNumber(8)).toBe(8)
  expect(revisionNumber(undefined)).toBeUndefined()
})

test('what is no state is refused', () => {
  for (const given of [null, '7', 1.5, -1, NaN, {}, { revision: { revision: 7, modRevision: 3 } }]) {
    expect(() => revisionNumber(given as never)).toThrow(
      'a revision must be a whole number, or one that an answer had: it is',
    )
  }
})
