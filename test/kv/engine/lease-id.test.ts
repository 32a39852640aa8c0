import { expect, test } from '@jest/globals'
import { leaseText } from '../../../lib/kv/engine/lease-id.js'

test('a number that came as a negative one is told as its bits', () => {
  expect(leaseText(-1n)).toBe('ffffffffffffffff')
  expect(leaseText(1n)).toBe('1')
})
