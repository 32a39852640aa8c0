import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { windowEnds } from '../../lib/time/windows.js'

test('a window holds its beginning and not its end', () => {
  expect([9, 10, 19, 20].map((timeMs) => windowEnds(timeMs, 10, 10))).toEqual([[10], [20], [20], [30]])
  expect([-1, -10].map((timeMs) => windowEnds(timeMs, 10, 10))).toEqual([[0], [0]])
})

test('a moment lies in each window that has it, and in no other', () => {
  const times = fc.integer({ min: -1000, max: 1000 })
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (timeMs, lengthMs, stepMs) => {
      const expected: number[] = []
      for (let begin = -2000 * stepMs; begin <= timeMs; begin += stepMs)
        if (timeMs < begin + lengthMs) expected.push(begin + lengthMs)
      expect(windowEnds(timeMs, lengthMs, stepMs).map((end) => end + 0)).toEqual(expected.map((end) => end + 0))
    }),
    { numRuns: 200 },
  )
})
