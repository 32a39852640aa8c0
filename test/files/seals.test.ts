import { expect, test } from '@jest/globals'
import { Seals } from '../../lib/files/seals.js'

test('tells each length once its position is reached, in order', () => {
  const seals = new Seals()
  const told: number[] = []
  seals.add(10, 100, (length) => told.push(length))
  seals.add(20, 200, (length) => told.push(length))
  seals.reached(9)
  expect([told, seals.isEmpty]).toEqual([[], false])
  seals.reached(10)
  expect(told).toEqual([100])
  seals.reached(99)
  expect([told, seals.isEmpty]).toEqual([[100, 200], true])
})
