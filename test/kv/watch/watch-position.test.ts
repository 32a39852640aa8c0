import { expect, test } from '@jest/globals'
import { LevelProgress, revisionsOver } from '../../../lib/kv/watch/watch-position.js'

test('an event that is over with is so alone: the others of its revision are not', () => {
  const progress = new LevelProgress(1)
  expect([3, 3, 4].map((revision) => progress.isTold(revision, false))).toEqual([true, true, true])
  expect(progress.at(5)).toBe(1)
  progress.finish(3, false)
  expect(progress.at(5)).toEqual({ revision: 3, done: 1 })
  progress.finish(3, true)
  expect(progress.at(5)).toBe(3)
  progress.finish(4, true)
  expect([progress.at(5), progress.at(8)]).toEqual([4, 7])
})

test('what was over with of a revision is told no more, but behind missing history', () => {
  const start = { revision: 3, done: 2 }
  const progress = new LevelProgress(start)
  expect(progress.at(0)).toBe(2)
  expect([3, 3, 3, 4].map((revision) => progress.isTold(revision, false))).toEqual([false, false, true, true])
  expect(progress.at(5)).toEqual(start)
  progress.finish(3, true)
  expect(progress.at(5)).toBe(3)
  expect(new LevelProgress(start).isTold(3, true)).toBe(true)
  expect(revisionsOver([7, start])).toEqual([7, 2])
})
