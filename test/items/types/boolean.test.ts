import { expect, test } from '@jest/globals'
import { booleanType } from '../../../lib/items/types/boolean.js'

const rules = { enumerators: { 0: 'Closed', 1: 'Open' } }

test.each([true, 1, 'open', ' OPEN ', 'true', '1'])('%p is true', (value) => {
  expect(booleanType.check(value, rules)).toBe(true)
})

test.each([false, 0, 'closed', 'False', '0'])('%p is false', (value) => {
  expect(booleanType.check(value, rules)).toBe(false)
})

test.each([2, 'ajar', '', [], 0.5])('%p is neither', (value) => {
  expect(() => booleanType.check(value, rules)).toThrow(/must be true, false or one of 0 .Closed., 1 .Open.: it is/)
})

test('it is shown by its label, which is read again', () => {
  for (const value of [true, false]) {
    for (const one of [rules, {}]) expect(booleanType.parse(booleanType.format(value, one), one)).toBe(value)
  }
  expect([booleanType.format(true, {}), booleanType.format(0, rules)]).toEqual(['True', 'Closed'])
  expect(booleanType.format(true, { enumerators: { 0: 'off' } })).toBe('true')
})
