import { expect, test } from '@jest/globals'
import { Seals } from '../../lib/files/seals.js'

test('a mark is made when its position is written, and told when that is safe, in order', () => {
  const seals = new Seals<string>()
  const told: string[] = []
  const tell = (mark: string): void => void told.push(mark)
  expect(seals.next).toBe(Infinity)
  seals.add(10, tell)
  seals.add(20, tell)
  expect([seals.next, seals.isEmpty]).toEqual([10, false])
  seals.wrote(9, () => 'early')
  seals.wrote(10, () => 'ten')
  seals.reached(9)
  expect([told, seals.next]).toEqual([[], 20])
  seals.reached(15)
  expect(told).toEqual(['ten'])
  seals.reached(99) // Nothing is told that has no mark yet.
  seals.wrote(20, () => 'twenty')
  seals.wrote(25, () => 'late')
  seals.reached(99)
  expect([told, seals.isEmpty]).toEqual([['ten', 'twenty'], true])
})
