import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SequenceSet } from '../../lib/stream/sequence-set.js'

test('is a set of numbers, whatever is added and deleted', () => {
  const step = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 20 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const [set, plain] = [new SequenceSet(100), new Set<number>()]
      for (const [isAdded, n] of steps) {
        if (isAdded) set.add(n)
        else set.delete(n)
        if (isAdded) plain.add(n)
        else plain.delete(n)
      }
      const numbers = Array.from({ length: 22 }, (_, n) => n)
      expect(numbers.filter((n) => set.has(n))).toEqual(numbers.filter((n) => plain.has(n)))
      const ranges = set.ranges()
      expect(ranges.every(([first], i) => i === 0 || first > (ranges[i - 1]?.[1] as number) + 1)).toBe(true)
    }),
  )
})

test('forgets the lowest range when there are too many', () => {
  const set = new SequenceSet(2)
  for (const n of [1, 3, 5]) set.add(n)
  expect(set.ranges()).toEqual([
    [3, 3],
    [5, 5],
  ])
})

test('takes ranges back, and nothing else', () => {
  const set = new SequenceSet(10)
  set.restore([
    [1, 4],
    [7, 7],
  ])
  expect([4, 5, 7].map((n) => set.has(n))).toEqual([true, false, true])
  const wrong = [
    null,
    {},
    [[2, 1]],
    [
      [1, 4],
      [4, 5],
    ],
    [['1', 2]],
    [[-1, 2]],
    [1],
  ]
  for (const json of wrong) expect(() => set.restore(json)).toThrow(/done must be ascending ranges/)
})
