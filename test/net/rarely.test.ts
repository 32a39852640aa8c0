import { expect, test } from '@jest/globals'
import { isRare } from '../../lib/net/rarely.js'

test('tells of the first, the tenth, the hundredth', () => {
  const told = Array.from({ length: 2000 }, (_, i) => i).filter(isRare)
  expect(told).toEqual([1, 10, 100, 1000])
})
