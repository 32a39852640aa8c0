import { expect, test } from '@jest/globals'
import { matches } from '../../../lib/items/model/wildcard.js'

test.each([
  ['*', '', true],
  ['*', 'Dedupe.in', true],
  ['dedupe.*', 'Dedupe.windowMs', true],
  ['dedupe.*', 'Filter.in', false],
  ['*.in', 'Dedupe.accounts.in', true],
  ['*.accounts.*', 'Dedupe.accounts.in', true],
  ['Filter#?.in', 'Filter#2.in', true],
  ['Filter#?.in', 'Filter#22.in', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-b-d', false],
  ['a', 'ab', false],
  ['ab', 'a', false],
  ['a**', 'a', true],
  ['', '', true],
])('%p and %p: %p', (pattern, key, isFit) => {
  expect(matches(pattern, key)).toBe(isFit)
})

test('a pattern that is made to take long does not', () => {
  const key = 'a'.repeat(2000)
  expect(matches(`${'*a'.repeat(500)}b`, key)).toBe(false)
})
