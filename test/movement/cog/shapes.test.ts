import { expect, test } from '@jest/globals'
import { keepIf, one, ordered, unordered } from '../../../lib/movement/index.js'
import { ASYNC_DEFAULTS } from '../../../lib/movement/cog/shapes.js'

test('one and keepIf are ordinary cogs that also say what they are', () => {
  const double = one(function double(n: number) {
    return n * 2
  })
  expect([double(4), double.one(4), double.name]).toEqual([[8], 8, 'double'])
  const even = keepIf(function even(n: number) {
    return n % 2 === 0
  })
  expect([even(4), even(3), even.test(3), even.name]).toEqual([[4], null, false, 'even'])
})

test('ordered and unordered keep the function’s name, and say how many turns may be under way', () => {
  const lookUp = (n: number): number[] => [n]
  const cogs = [ordered(lookUp), unordered(lookUp, { concurrencyMax: 4 })]
  expect(cogs.map((cog) => [cog.name, cog.ordered, cog.concurrencyMax])).toEqual([
    ['lookUp', true, 16],
    ['lookUp', false, 4],
  ])
  expect(ordered(lookUp)(7)).toEqual([7])
  expect(ASYNC_DEFAULTS).toEqual({ ordered: true, concurrencyMax: 16 })
})

test.each([0, -1, NaN])('concurrencyMax %p is refused', (concurrencyMax) => {
  expect(() => ordered(() => null, { concurrencyMax })).toThrow(RangeError)
  expect(() => unordered(() => null, { concurrencyMax })).toThrow(/concurrencyMax must be at least 1: it is/)
})
