import { expect, test } from '@jest/globals'
import { bulkType } from '../../../lib/items/types/bulk.js'

const image = { shape: [2, 5], data: Int16Array.from({ length: 10 }, (_, i) => i) }

test('arrays of numbers go through, alone and with a shape', () => {
  const list = Float32Array.of(1)
  expect([bulkType.check(list, {}), bulkType.check(image, {})]).toEqual([list, image])
  for (const value of [[1], 'x', 5, { data: [1] }]) {
    expect(() => bulkType.check(value, {})).toThrow(/must be an array of numbers as bytes/)
  }
  expect(() => bulkType.check(image, { lengthMax: 9 })).toThrow('must have at most 9 numbers: it is "an array of 10"')
})

test('what it is and how it begins is shown; it is not read', () => {
  expect(bulkType.format(image, {})).toBe('int16 [2, 5]: 0, 1, 2, 3, 4, 5, 6, 7, …')
  expect(bulkType.format(Float32Array.of(1), {})).toBe('float32 [1]: 1')
  expect(() => bulkType.parse('float32 [1]: 1', {})).toThrow(/must be sent as bytes/)
})
