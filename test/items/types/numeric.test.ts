import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { numericType, readNumber } from '../../../lib/items/types/numeric.js'

test.each([
  [5, 5],
  [-0.5, -0.5],
  ['45', 45],
  [' 1e3 ', 1000],
  ['.5', 0.5],
  [12345678901234567890123n, 12345678901234567890123n],
  ['12345678901234567890123', 12345678901234567890123n],
])('%p is taken as %p', (value, number) => {
  expect(numericType.check(value, {})).toBe(number)
})

test.each(['x', '', '0x10', '1,5', true, [], {}, '1 2'])('%p is no number', (value) => {
  expect(() => numericType.check(value, {})).toThrow(/must be a number: it is/)
})

test.each([NaN, Infinity, 'nan', '-inf'])('%p is refused, or clears, or is kept, as the description says', (value) => {
  expect(() => numericType.check(value, {})).toThrow(/must be a finite number/)
  expect(() => numericType.check(value, { nan: 'refuse' })).toThrow(/must be a finite number/)
  expect(numericType.check(value, { nan: 'clear' })).toBeNull()
  expect(numericType.check(value, { nan: 'keep', range: [0, 1] })).toBe(
    Number(String(value).replace('inf', 'Infinity')),
  )
})

test('the range has both of its ends', () => {
  const rules = { range: [0, 10] } as const
  expect([0, 10, '5'].map((value) => numericType.check(value, rules))).toEqual([0, 10, 5])
  for (const value of [-1e-9, 10.5, 10n ** 20n]) {
    expect(() => numericType.check(value, rules)).toThrow(/must be from 0 to 10: it is/)
  }
})

test('steps are counted from the lowest of the range, and binary fractions keep nobody from them', () => {
  expect([0.1, 0.2, 0.3, 0.7].map((value) => numericType.check(value, { step: 0.1 }))).toEqual([0.1, 0.2, 0.3, 0.7])
  expect(() => numericType.check(0.25, { step: 0.1 })).toThrow('must be a multiple of 0.1: it is 0.25')
  expect(numericType.check(5, { range: [1, 9], step: 2 })).toBe(5)
  expect(() => numericType.check(4, { range: [1, 9], step: 2 })).toThrow('must be a multiple of 2 above 1: it is 4')
})

test('where there are choices it is one of them', () => {
  expect(numericType.check('2', { choices: [1, 2] })).toBe(2)
  expect(() => numericType.check(3, { choices: [1, 2] })).toThrow('must be one of 1, 2: it is 3')
})

test('what is shown is read as the same', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.maxSafeInteger(), fc.bigInt()),
      (number) => {
        const same = numericType.parse(numericType.format(number, {}), {})
        expect(Number(same) === Number(number)).toBe(true)
        if (typeof number === 'bigint') expect(BigInt(same as number)).toBe(number)
      },
    ),
  )
})

test('a text that is no number is none', () => {
  expect(['', 'e5', '1e', '--1', '0b1', '٣'].map(readNumber)).toEqual([null, null, null, null, null, null])
})
