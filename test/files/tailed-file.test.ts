import { expect, test } from '@jest/globals'
import { TailedFile, identityOf } from '../../lib/files/tailed-file.js'

test('acknowledges the end of the longest prefix of which everything is over', () => {
  const file = new TailedFile('/a', '1:2', 100)
  const [first, second, third] = [file.begin(100, 110), file.begin(110, 120), file.begin(120, 130)]
  file.settle(third)
  expect([file.acknowledged, file.underWay]).toEqual([100, 3])
  file.settle(first)
  expect([file.acknowledged, file.underWay]).toEqual([110, 2])
  file.settle(second)
  expect([file.acknowledged, file.underWay]).toEqual([130, 0])
})

test('keeps the order through thousands of ranges', () => {
  const file = new TailedFile('/a', '1:2', 0)
  const ranges = Array.from({ length: 5000 }, (_, i) => file.begin(i, i + 1))
  ranges.forEach((range, i) => {
    file.settle(range)
    expect(file.acknowledged).toBe(i + 1)
  })
  expect(file.underWay).toBe(0)
})

test('tells inodes beyond 2^53 apart', () => {
  expect(identityOf(1n, 2n ** 60n)).not.toBe(identityOf(1n, 2n ** 60n + 1n))
})
