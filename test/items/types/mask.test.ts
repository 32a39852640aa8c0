import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { maskType } from '../../../lib/items/types/mask.js'

const rules = { enumerators: { None: 'all clear', 0: 'hot', 2: 'low, very low', 40: 'late' } }

test.each([
  [0, 0],
  [5, 5],
  ['HOT', 1],
  ['hot, late', 1 + 2 ** 40],
  ['low, very low', 4],
  ['late,late', 2 ** 40],
  ['', 0],
  ['none', 0],
  ['All clear', 0],
  ['5', 5],
])('%p is %p', (value, mask) => {
  expect(maskType.check(value, rules)).toBe(mask)
})

test.each([2, -1, 0.5, 2 ** 53, true, 'cold', 'hot, cold', 'bit 60', '8'])('%p is refused', (value) => {
  expect(() => maskType.check(value, rules)).toThrow(/must (be|have)/)
})

test('bits are shown by their labels in the order of the description, no bit by that of None', () => {
  expect([0, 1 + 2 ** 40, 3].map((mask) => maskType.format(mask, rules))).toEqual([
    'all clear',
    'hot, late',
    'hot, bit 1',
  ])
  expect(maskType.format(0, { enumerators: { 0: 'x' } })).toBe('')
})

test('what is shown is read as the same', () => {
  const labels = { enumerators: { 0: 'a', 1: 'b', 33: 'c', 52: 'd' } }
  fc.assert(
    fc.property(fc.maxSafeNat(), (mask) => {
      expect(maskType.parse(maskType.format(mask, labels), labels)).toBe(mask)
    }),
  )
})

test('without any labels it may have any bits', () => {
  expect([maskType.check(5, {}), maskType.format(5, {})]).toEqual([5, 'bit 0, bit 2'])
})
