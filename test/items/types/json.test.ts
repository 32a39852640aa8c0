import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jsonType } from '../../../lib/items/types/json.js'

test('any JSON goes through, nothing else', () => {
  const value = { a: [1] }
  expect(jsonType.check(value, {})).toBe(value)
  for (const one of [undefined, () => 1, Symbol('x')]) expect(() => jsonType.check(one, {})).toThrow(/must be JSON/)
})

test('what is shown is read as the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const same: unknown = JSON.parse(JSON.stringify(value)) // A zero has no sign there.
      expect(jsonType.parse(jsonType.format(same, {}), {})).toEqual(same)
    }),
  )
  expect(['a', '5', 5, 12345678901234567890123n].map((value) => jsonType.format(value, {}))).toEqual([
    ...['a', '"5"', '5', '12345678901234567890123'],
  ])
})
