import { expect, test } from '@jest/globals'
import { FollowedName, marksOf } from '../../lib/files/followed-name.js'
import { OpenFiles } from '../../lib/files/open-files.js'
import { PastFiles } from '../../lib/files/past-files.js'
import { TailedFile } from '../../lib/files/tailed-file.js'

test('has the newest file that is not leaving as its current one', () => {
  const name = new FollowedName('/a', true)
  expect(name.current).toBeUndefined()
  const [old, fresh] = [new TailedFile('/a', '1:1', 0), new TailedFile('/a', '1:2', 0)]
  name.files.push(old)
  expect(name.current).toBe(old)
  old.isLeaving = true
  expect(name.current).toBeUndefined()
  name.files.push(fresh)
  expect(name.current).toBe(fresh)
})

test('marks what was let go, what waits for its last words, and what is read, but nothing that is gone', () => {
  const [past, known, over, gone, old, now] = ['1:1', '1:2', '1:3', '1:4', '1:5', '1:6'].map(
    (id) => new TailedFile('/a', id, 1),
  ) as [TailedFile, TailedFile, TailedFile, TailedFile, TailedFile, TailedFile]
  const name = new FollowedName('/a', true)
  name.files.push(gone, old, now)
  gone.isGone = true
  known.isLeaving = old.isLeaving = true
  const pastFiles = new PastFiles()
  pastFiles.add(past.mark(true))
  const marks = marksOf({
    ...{ names: new Map([['/a', name]]), known: new Map([['1:2', known]]), aliases: new Map() },
    ...{ old: new Set([over, known]), past: pastFiles, open: new OpenFiles(1) },
  })
  expect(marks.map(({ id, over: isOver, rotated }) => [id, isOver ?? rotated])).toEqual([
    ['1:1', true],
    ['1:2', true],
    ['1:5', true],
    ['1:6', undefined],
  ])
})
