import { afterEach, expect, test } from '@jest/globals'
import { chmodSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FileMark } from '../../lib/files/file-mark.js'
import { findRange, Search } from '../../lib/files/search.js'
import { folder, markOf, recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

test('gives each file to one mark, and takes none for newer that is another mark’s', () => {
  const { path, write } = folder(cleanups)
  write('old', 'one\n', 1000)
  write('new', 'two\n', 1001)
  const marks = ['old', 'new'].map((name) => ({ ...markOf(path(name), 4), path: path('a.log') }))
  renameSync(path('old'), path('a.log.2'))
  renameSync(path('new'), path('a.log.1'))
  const search = new Search(marks, recorder().log)
  const wheres = marks.map((mark) => search.find(mark))
  expect(wheres.map(({ found, newer }) => [basename(found?.path ?? ''), newer.length])).toEqual([
    ['a.log.2', 0],
    ['a.log.1', 0],
  ])
})

test('takes no copy for newer that was found for another mark of the same name', () => {
  const { path, write } = folder(cleanups)
  write('old', 'one\n', 1000)
  write('new', 'two\n', 1001)
  const marks = ['old', 'new'].map((name) => ({ ...markOf(path(name), 4), path: path('a.log') }))
  rmSync(path('old'))
  write('a.log.2.gz', gzipSync('one\n'), 4e9)
  renameSync(path('new'), path('a.log.1'))
  const search = new Search(marks, recorder().log)
  const wheres = marks.map((mark) => search.find(mark))
  expect(wheres.map(({ found }) => basename(found?.path ?? ''))).toEqual(['a.log.2.gz', 'a.log.1'])
  expect(wheres[1]?.newer).toEqual([])
})

test('takes no copy for newer that another name of it is to be read by', () => {
  const { path, write } = folder(cleanups)
  const elsewhere = folder(cleanups) // So that no inode is used again.
  const empty = markOf(write('a.log', '', 1000), 0)
  renameSync(path('a.log'), elsewhere.path('a.log'))
  const other = markOf(write('a.log.1', 'one\n', 1001), 4)
  renameSync(path('a.log.1'), elsewhere.path('a.log.1'))
  write('a.log.1.gz', gzipSync('one\n'), 1001)
  write('a.log.2.gz', gzipSync('two\n'), 1002)
  const search = new Search([empty, other], recorder().log)
  expect(search.find(empty).newer.map((entry) => basename(entry.path))).toEqual(['a.log.2.gz'])
  expect(search.find(other).found?.path).toBe(path('a.log.1.gz'))
})

test('finds a file that is renamed while others are looked for', () => {
  const { root, path, write } = folder(cleanups)
  const marks = ['a.log', 'b.log'].map((name) => markOf(write(name, `${name}\n`), 4))
  renameSync(path('a.log'), path('a.log.1'))
  renameSync(path('b.log'), path('b.log.1'))
  const search = new Search(marks, recorder().log)
  const at = (i: number): string => basename(search.find(marks[i] as FileMark).found?.path ?? '')
  expect(at(0)).toBe('a.log.1')
  renameSync(path('b.log.1'), path('b.log.2'))
  // The clock of files ticks slowly.
  const { mtimeNs } = statSync(root, { bigint: true })
  while (statSync(root, { bigint: true }).mtimeNs === mtimeNs) write(`other-${performance.now()}`, '')
  expect(at(1)).toBe('b.log.2')
})

test('a file that was taken is nobody else’s', () => {
  const { path, write } = folder(cleanups)
  write('a.log', 'one\n', 1000)
  const mark = markOf(path('a.log'), 4)
  rmSync(path('a.log'))
  write('a.log.1', 'two\n', 1001)
  const search = new Search([mark], recorder().log)
  const [newer] = search.find(mark).newer
  if (newer === undefined) throw new Error('there should be one')
  search.take(newer)
  expect(search.find(mark).newer).toEqual([])
})

test('tells what is lost: as an error, as a warning, or in passing, if nothing was to be expected', () => {
  const { path, write } = folder(cleanups)
  const { log, logged } = recorder()
  for (const name of ['a.log', 'b.log', 'c.log']) write(name, 'one\ntwo\n')
  const marks = [
    markOf(path('a.log'), 4),
    markOf(path('b.log'), 8),
    { ...markOf(path('c.log'), 8), rotated: true as const },
  ]
  rmSync(path('a.log'))
  truncateSync(path('b.log'))
  rmSync(path('c.log'))
  const search = new Search(marks, log)
  expect(marks.map((mark) => search.tellLost(mark, search.find(mark)))).toEqual([4, 0, 0])
  expect(logged).toEqual([
    expect.stringMatching(
      /^error: the file that was .*a\.log, read up to byte 4, can't be found: at least 4 bytes of it are/,
    ),
    expect.stringMatching(
      /^warn: .*b\.log was truncated while nobody read it, behind byte 8: what it had besides is lost/,
    ),
    expect.stringMatching(/^info: an older file of .*c\.log, read to its end at byte 8, is gone$/),
  ])
})

test('expects the oldest file to go when the one before it gets its name', () => {
  const { path, write } = folder(cleanups)
  const { log, logged } = recorder()
  const marks = ['a.log.2', 'a.log.1'].map((name) => markOf(write(name, `${name}\n`), 8))
  renameSync(path('a.log.1'), path('a.log.2'))
  const search = new Search(marks, log)
  const [gone] = marks
  if (gone === undefined) throw new Error('there should be two')
  expect([search.tellLost(gone, search.find(gone)), logged]).toEqual([
    0,
    [expect.stringMatching(/^info: an older file of/)],
  ])
})

test('says which file it could not look for, if its directory cannot be read', () => {
  if (process.geteuid?.() !== 0) return
  const { path, write, root } = folder(cleanups)
  const mark = markOf(write('a.log', 'one\n'), 4)
  rmSync(path('a.log'))
  chmodSync(root, 0o700)
  process.seteuid?.(65534)
  try {
    expect(() => new Search([mark], recorder().log).find(mark)).toThrow(
      /^cannot look for .*a\.log, which was read up to byte 4: EACCES/,
    )
  } finally {
    process.seteuid?.(0)
  }
})

test('finds a range in a file that somebody else reads', () => {
  const { path, write } = folder(cleanups)
  const mark = markOf(write('a.log', 'one\ntwo\n'), 8, true)
  writeFileSync(path('a.log.1'), 'one\ntwo\n')
  rmSync(path('a.log'))
  expect(findRange(mark).found?.path).toBe(path('a.log.1'))
})

test('the file that has a path now is given once, and nobody’s only', () => {
  const { path, write } = folder(cleanups)
  write('a.log', 'one\n', 1000)
  write('b.log', 'two\n', 1001)
  const search = new Search([markOf(path('b.log'), 4)], recorder().log)
  const takes = ['none.log', 'b.log', 'a.log', 'a.log'].map((name) => search.takePresent(path(name))?.path)
  expect(takes).toEqual([undefined, undefined, path('a.log'), undefined])
})
