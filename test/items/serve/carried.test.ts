import { expect, test } from '@jest/globals'
import { carried } from '../../../lib/items/serve/carried.js'
import { Bulk } from '../../../lib/wire/index.js'

test('typed arrays become bulk, nothing becomes null, all else stays', () => {
  expect(carried(Float64Array.of(1, 2))).toEqual(Bulk.of(Float64Array.of(1, 2)))
  const bulk = Bulk.of(Uint8Array.of(1, 2), [2, 1])
  const list = [1]
  expect([carried(bulk), carried(list), carried(undefined), carried(0)]).toEqual([bulk, list, null, 0])
  expect(carried(bulk)).toBe(bulk)
})
