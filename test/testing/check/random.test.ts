import { expect, test } from '@jest/globals'
import { Random } from '../../../lib/testing/check/random.js'

const numbers = (seed: number, count = 200) => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => random.below(10))
}

test('the same seed gives the same numbers, another gives others', () => {
  expect(numbers(7)).toEqual(numbers(7))
  expect(numbers(8)).not.toEqual(numbers(7))
})

test('numbers are below what is asked, and all of them come', () => {
  expect(new Set(numbers(1))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  const random = new Random(3)
  expect([random.chance(0), random.chance(100), random.pick(['a'])]).toEqual([false, true, 'a'])
})
