import { expect, test } from '@jest/globals'
import { plusAmount, requireNumber } from '../../lib/numbers/amount.js'

test('takes finite numbers alone', () => {
  expect(requireNumber(-0.5, 'a size')).toBe(-0.5)
  for (const value of ['1', NaN, Infinity, null, undefined, 1n])
    expect(() => requireNumber(value, 'a size')).toThrow('a size must be a finite number: it is')
})

test('a sum stays a number', () => {
  expect(plusAmount(1, 2)).toBe(3)
  expect(() => plusAmount(Number.MAX_VALUE, Number.MAX_VALUE)).toThrow('a sum must be at most')
  expect(() => plusAmount(1, '2')).toThrow(new TypeError('an amount must be a finite number: it is "2"'))
})
