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

test('was written to if its time is another than when that was asked last, or when it was begun', () => {
  const file = new TailedFile('/a', '1:2', 0)
  file.since = 5n
  expect([5n, 6n, 6n, 5n].map((mtime) => file.isWritten(mtime))).toEqual([false, true, false, true])
})

test('tells inodes beyond 2^53 apart', () => {
  expect(identityOf(1n, 2n ** 60n)).not.toBe(identityOf(1n, 2n ** 60n + 1n))
})

test('goes on at an offset, of which everything before is acknowledged', () => {
  const file = new TailedFile('/a', '1:2', 0)
  file.goOnAt(100)
  expect([file.offset, file.scanned, file.put, file.acknowledged, file.seen]).toEqual([100, 100, 100, 100, 100])
})

test('has ranges of an earlier run under way in the order of the file, whatever the order in which they come', () => {
  const file = new TailedFile('/a', '1:2', 100)
  const second = file.beginAgain(50, 60, null, false)
  const first = file.beginAgain(10, 20, null, false)
  const third = file.begin(100, 110)
  expect([file.acknowledged, file.put]).toEqual([10, 110])
  file.settle(first)
  expect(file.acknowledged).toBe(50)
  const again = file.beginAgain(30, 40, null, false)
  file.settle(second)
  expect([file.acknowledged, file.underWay]).toEqual([30, 3])
  file.settle(again)
  file.settle(third)
  expect([file.acknowledged, file.underWay]).toEqual([110, 0])
})

test('gives the same mark as before, unless something has changed', () => {
  const file = new TailedFile('/a', '1:2', 0)
  file.birth = 3n
  const mark = file.mark()
  const content = { path: '/a', id: '1:2', birth: '3', since: '0', hash: '', length: 0 }
  expect(mark).toEqual({ ...content, offset: 0 })
  expect(file.mark()).toBe(mark)
  file.begin(0, 10)
  expect(file.mark()).toEqual({ ...content, offset: 10 })
  file.seen = 12
  expect(file.mark()).toEqual({ ...content, offset: 10, size: 12 })
  file.isLeaving = true
  expect(file.mark()).toMatchObject({ rotated: true })
  expect(file.mark(true)).toEqual({ ...content, offset: 10, size: 12, over: true })
  file.fingerprint = { hash: 'x', length: 7 }
  expect(file.mark(true)).toMatchObject({ hash: 'x', length: 7 })
  file.path = '/b'
  file.isPacked = true
  expect(file.mark(true)).toMatchObject({ path: '/b', packed: true, offset: 10 })
  expect(file.mark(true)).toBe(file.mark(true))
})

test('counts as put what was passed on, not what was cut to be passed on', () => {
  const file = new TailedFile('/a', '1:2', 0)
  file.offset = file.scanned = 20
  file.begin(0, 10)
  expect([file.put, file.mark().offset]).toEqual([10, 10])
})
