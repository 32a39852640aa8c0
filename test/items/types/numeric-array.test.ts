import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { numericArrayType } from '../../../lib/items/types/numeric-array.js'

test.each([
  [
    [1, '2.5'],
    [1, 2.5],
  ],
  [Float32Array.of(1, 2), [1, 2]],
  ['[1, 2]', [1, 2]],
  ['(1,)', [1]],
  [' [] ', []],
  ['( 1.5 , -2 )', [1.5, -2]],
])('%p is taken as %p', (value, numbers) => {
  expect(numericArrayType.check(value, {})).toEqual(numbers)
})

test.each([5, '1, 2', '[1', '[1)', '[1,,2]', '[[1]]', {}, ['x'], [null], [[1]]])('%p is refused', (value) => {
  expect(() => numericArrayType.check(value, {})).toThrow(/must be a (list of numbers|number)/)
})

test('each number keeps the rules, and the message says where one does not', () => {
  expect(() => numericArrayType.check([1, 20], { range: [0, 10] })).toThrow('must be from 0 to 10: it is 20 at 1')
  expect(() => numericArrayType.check([1, 'x'], {})).toThrow('must be a number: it is "x" at 1')
  expect(() => numericArrayType.check([1, 2, 3], { lengthMax: 2 })).toThrow('must have at most 2 numbers')
})

test('what is shown is read as the same', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (numbers) => {
      const read = numericArrayType.parse(numericArrayType.format(numbers, {}), {}) as number[]
      expect(read.map(Number)).toEqual(numbers.map((number) => number + 0))
    }),
  )
  expect(numericArrayType.format([1, 2.55], { format: '%4.1f' })).toBe('[1.0, 2.5]')
})
