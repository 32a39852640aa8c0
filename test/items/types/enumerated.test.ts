import { expect, test } from '@jest/globals'
import { enumeratedType } from '../../../lib/items/types/enumerated.js'

const rules = { enumerators: { 0: 'off', 1: 'On', '-3': 'lost' } }

test.each([
  [0, 0],
  ['ON', 1],
  ['-3', -3],
  ['lost', -3],
])('%p is %p', (value, number) => {
  expect(enumeratedType.check(value, rules)).toBe(number)
})

test.each([2, '2', 'broken', 0.5, true, NaN, '__proto__'])('%p is none of them', (value) => {
  expect(() => enumeratedType.check(value, rules)).toThrow(/must be one of 0 .off., 1 .On., -3 .lost.: it is/)
})

test('it is shown by its label, one without a label by its number, and read again', () => {
  expect([0, 1, -3, 9].map((number) => enumeratedType.format(number, rules))).toEqual(['off', 'On', 'lost', '9'])
  for (const number of [0, 1, -3, 9])
    expect(enumeratedType.parse(enumeratedType.format(number, rules), rules)).toBe(number)
})

test('a label that looks like a number is a label', () => {
  expect(enumeratedType.parse('1', { enumerators: { 0: '1', 1: '0' } })).toBe(0)
})

test('without any labels it is any whole number', () => {
  expect(enumeratedType.check('7', {})).toBe(7)
  expect(() => enumeratedType.check(0.5, {})).toThrow(/must be one of/)
})
