import { afterEach, expect, test } from '@jest/globals'
import { chmodSync, copyFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { findAgain, findInode, type Sought } from '../../lib/files/find-again.js'
import { Listings, type Entry } from '../../lib/files/listing.js'
import { folder, markOf } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** A file of which so many bytes were read; `find` looks for it. */
function start(text = 'one\ntwo\n', offset = 4) {
  const here = folder(cleanups)
  const path = here.path('a.log')
  here.write('a.log', text, 1000)
  const mark = markOf(path, offset)
  const find = (sought: Sought = mark, isKnown: (entry: Entry) => boolean = () => false) => {
    const { found, before, newer, ...rest } = findAgain(sought, new Listings().around(path), isKnown)
    return {
      ...rest,
      found: found === null ? null : basename(found.path),
      before: before.map((one) => basename(one.path)),
      newer: newer.map((one) => basename(one.path)),
    }
  }
  const rename = (from: string, to: string) => renameSync(here.path(from), here.path(to))
  return { ...here, mark, find, rename }
}

test('a file that has its name still is found there, and nothing came after it', () => {
  const { find, write } = start()
  write('a.log.1', 'new', 2000)
  expect(find()).toEqual({ found: 'a.log', before: [], newer: [], isReplaced: false, tried: '' })
})

test('a file that was renamed is found by its inode, and what came after it is newer', () => {
  const { find, write, rename } = start()
  rename('a.log', 'a.log.3')
  write('a.log.4', 'older', 999)
  write('a.log.2.gz', gzipSync('newer'), 1001)
  write('a.log.1', 'newest', 1002)
  write('a.log', 'present', 1003)
  expect(find()).toMatchObject({ found: 'a.log.3', newer: ['a.log.2.gz', 'a.log.1'], isReplaced: false })
  rename('a.log.3', 'whatever')
  expect(find()).toMatchObject({ found: 'whatever', newer: ['a.log.2.gz', 'a.log.1'] })
})

test('an inode is another file if it was born at another time, and where births are not told, if it begins otherwise', () => {
  const { find, mark, write, path } = start()
  expect(find({ ...mark, birth: '1' }, ({ id }) => id === mark.id)).toMatchObject({ found: null, isReplaced: false })
  expect(find({ ...mark, birth: '0' })).toMatchObject({ found: 'a.log' })
  truncateSync(path('a.log'))
  write('a.log', 'two\none\n')
  expect(find({ ...mark, birth: '0' })).toMatchObject({ found: null, isReplaced: true })
})

test('a file that was truncated is found in its copy', () => {
  const { find, path, write, mark } = start()
  copyFileSync(path('a.log'), path('a.log.1'))
  truncateSync(path('a.log'))
  expect(find()).toMatchObject({ found: 'a.log.1', newer: [], isReplaced: true })
  write('a.log.2', 'one\n') // It begins like it, but is too short.
  rmSync(path('a.log.1'))
  expect(find({ ...mark, offset: 5 })).toMatchObject({ found: null, isReplaced: true })
})

test('what begins like it, but is shorter than what was read of it, is no copy, nor is it the file itself', () => {
  const { find, path, write } = start('x'.repeat(3000), 2000)
  write('a.log.1', 'x'.repeat(1999))
  truncateSync(path('a.log'), 1999)
  expect(find()).toMatchObject({ found: null, isReplaced: true })
  write('a.log.1', 'x'.repeat(2000))
  expect(find()).toMatchObject({ found: 'a.log.1' })
})

test('a file that was put in the place of another, with all that this had, goes on where that was', () => {
  const { find, path, write } = start()
  rmSync(path('a.log'))
  write('b', '')
  write('a.log', 'one\ntwo\nthree\n')
  expect(find()).toMatchObject({ found: 'a.log', newer: [], isReplaced: false })
})

test('a file that was compressed is found by what it unpacks to, among those of its name', () => {
  const { find, path, write, mark } = start()
  rmSync(path('a.log'))
  write('a.log.2.gz', gzipSync('one\ntwo\nthree\n'), 1000)
  write('a.log.1.gz', gzipSync('other\n'), 1001)
  expect(find()).toMatchObject({ found: 'a.log.2.gz', newer: ['a.log.1.gz'] })
  expect(find({ ...mark, path: path('a.log.1') })).toMatchObject({ found: 'a.log.2.gz' })
  expect(find(mark, (entry) => entry.path.endsWith('.2.gz'))).toMatchObject({ found: null })
})

test('of short files that begin alike, none is taken that was complete before', () => {
  const { find, path, write } = start()
  rmSync(path('a.log'))
  write('a.log.2', 'one\ntwo\nof last week\n', 998)
  write('a.log.1', 'one\ntwo\nours\n', 1000.2)
  expect(find()).toMatchObject({ found: 'a.log.1' })
})

test('if it is gone, all is newer that was written after it was begun', () => {
  const { find, path, write, mark } = start()
  rmSync(path('a.log'))
  write('a.log.4', 'older', 999)
  write('a.log.3', 'newer', 1001)
  write('a.log.2', 'newer, but known', 1002)
  write('a.log.1', 'newest', 1003)
  const { tried, ...rest } = find(mark, (entry) => entry.path.endsWith('.2'))
  expect(rest).toEqual({ found: null, before: [], newer: ['a.log.3', 'a.log.1'], isReplaced: false })
  expect(tried).toMatch(
    /^its inode \(device:inode \d+:\d+\) has no name in .*, and none of these begins like it: a\.log\.4, a\.log\.3, /,
  )
})

test('an empty file may have been filled, copied and truncated, and renamed after that', () => {
  const { find, write, path, rename } = start('', 0)
  write('a.log.3', 'older', 999)
  write('a.log.2', 'newer', 1001)
  expect(find()).toMatchObject({ found: 'a.log', before: ['a.log.2'], newer: [] })
  write('a.log', 'written since', 1002)
  rename('a.log', 'a.log.1')
  write('a.log.0', 'newest', 1003)
  expect(find()).toMatchObject({ found: 'a.log.1', before: ['a.log.2'], newer: ['a.log.0'] })
  rename('a.log.1', 'elsewhere')
  expect(find()).toMatchObject({ found: 'elsewhere', before: ['a.log.2'], newer: ['a.log.0'] })
  rmSync(path('elsewhere'))
  expect(find()).toMatchObject({ found: null, before: [], newer: ['a.log.2', 'a.log.0'] })
})

test('a copy of what was there before, its time rounded up, is not newer', () => {
  const { find, write, mark } = start('', 0)
  write('a.log.1', 'older', 1001)
  const written = 1001n * 1_000_000_000n
  expect(find({ ...mark, since: String(written - 999n) }).before).toEqual([])
  expect(find({ ...mark, since: String(written - 1001n) }).before).toEqual(['a.log.1'])
})

test('an inode that cannot be read is taken for what it was, and another is not', () => {
  if (process.geteuid?.() !== 0) return
  const { find, path, write, root, mark } = start()
  chmodSync(root, 0o755)
  chmodSync(path('a.log'), 0o600)
  process.seteuid?.(65534)
  try {
    expect(find()).toMatchObject({ found: 'a.log' })
    process.seteuid?.(0)
    renameSync(path('a.log'), path('away'))
    rmSync(path('away'))
    chmodSync(write('a.log.1', 'one\ntwo\n'), 0o600)
    process.seteuid?.(65534)
    const { found, tried } = find({ ...mark, id: '1:1' })
    expect([found, tried]).toEqual([null, expect.stringMatching(/a\.log\.1 \(which cannot be read\)$/)])
  } finally {
    process.seteuid?.(0)
  }
})

test('by its inode alone a file is found under any name, but not its copy', () => {
  const { mark, path, rename } = start()
  const find = () => findInode(mark, new Listings().around(path('a.log')))?.path
  copyFileSync(path('a.log'), path('a.log.1'))
  expect(find()).toBe(path('a.log'))
  rename('a.log', 'b')
  expect(find()).toBe(path('b'))
  rmSync(path('b'))
  expect([statSync(path('a.log.1')).size, find()]).toEqual([8, undefined])
})
