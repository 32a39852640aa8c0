import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isSameValue, keptValue } from '../../../lib/items/model/same-value.js'

/** What the wire carries for an array: numbers with a shape. */
class Numbers {
  readonly shape: readonly number[]
  readonly data: Int16Array

  constructor(shape: readonly number[], data: Int16Array) {
    this.shape = shape
    this.data = data
  }
}

const ints = (...numbers: number[]): Int16Array => Int16Array.from(numbers)

test.each([
  [1, 1, true],
  [1, 2, false],
  [NaN, NaN, true],
  [0, -0, true],
  [null, 0, false],
  [null, undefined, false],
  ['1', 1, false],
  [[1, [NaN]], [1, [NaN]], true],
  [[1], [1, 2], false],
  [[], {}, false],
  [{ a: 1, b: null }, { b: null, a: 1 }, true],
  [{ a: undefined }, { b: undefined }, false],
  [{ a: 1 }, { a: 1, b: 1 }, false],
  [Float32Array.of(1, NaN, 0), Float32Array.of(1, NaN, -0), true],
  [Float32Array.of(1), Float32Array.of(3), false],
  [Float32Array.of(1), Float64Array.of(1), false],
  [BigInt64Array.of(1n), BigInt64Array.of(1n), true],
  [new Numbers([1, 2], ints(1, 2)), new Numbers([1, 2], ints(1, 2)), true],
  [new Numbers([1, 2], ints(1, 2)), new Numbers([2, 1], ints(1, 2)), false],
  [new Numbers([1, 2], ints(1, 2)), new Numbers([1, 2], ints(1, 3)), false],
  [new Date(0), new Date(0), true],
  [new Date(0), new Date(1), false],
])('%p and %p are the same: %p', (one, other, isSame) => {
  expect([isSameValue(one, other), isSameValue(other, one)]).toEqual([isSame, isSame])
})

test('a name of a prototype is a name like any other', () => {
  const [one, other] = [JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 2}')] as [object, object]
  expect([isSameValue(one, other), isSameValue(one, {}), isSameValue(one, JSON.parse('{"__proto__": 1}'))]).toEqual([
    ...[false, false, true],
  ])
  expect(Object.hasOwn(keptValue(one), '__proto__')).toBe(true)
})

test('what is kept is the same as what was given, and stays so when that changes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const kept = keptValue(value)
      expect(isSameValue(kept, value)).toBe(true)
      if (typeof value !== 'object' || value === null) return
      ;(value as Record<string, unknown>)['more'] = 1
      expect(isSameValue(kept, Array.isArray(value) ? [...(value as unknown[])] : { ...value })).toBe(
        Array.isArray(value),
      )
      expect(() => ((kept as Record<string, unknown>)['more'] = 1)).toThrow(TypeError)
    }),
  )
})

test('numbers are copied, with their shape and class', () => {
  const given = new Numbers([2], ints(1, 2))
  const kept = keptValue(given)
  given.data[0] = 9
  expect([kept instanceof Numbers, kept.shape, [...kept.data]]).toEqual([true, [2], [1, 2]])
  const list = ints(1)
  const keptList = keptValue(list)
  list[0] = 2
  expect([...keptList]).toEqual([1])
})
