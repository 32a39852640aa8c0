import { afterEach, expect, test } from '@jest/globals'
import { gzipSync } from 'node:zlib'
import { KnownContents } from '../../lib/files/known-contents.js'
import { Listings } from '../../lib/files/listing.js'
import { folder, markOf } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text: string) {
  const { path, write } = folder(cleanups)
  const base = path('a.log')
  write('a.log', text)
  const has = (known: KnownContents, name: string) => {
    const entry = new Listings().around(base).at(path(name))
    if (entry === null) throw new Error(`${name} should be there`)
    return known.has(entry, base)
  }
  return { base, write, has }
}

test('knows the inodes of its marks, unless they were born at another time', () => {
  const { base, write, has } = start('one\n')
  const mark = markOf(base, 4)
  write('b', 'one\n')
  expect([has(new KnownContents([mark]), 'a.log'), has(new KnownContents([mark]), 'b')]).toEqual([true, false])
  expect(has(new KnownContents([{ ...mark, birth: '1' }]), 'a.log')).toBe(false)
})

test('takes an inode that has other content now for a file that nobody has read', () => {
  const { base, write, has } = start('one\n')
  const known = new KnownContents([markOf(base, 4)])
  write('a.log', 'two\n') // Copied, truncated and written on: the same inode, born at the same time.
  expect(has(known, 'a.log')).toBe(false)
})

test('where births are not told, looks at what a file begins with', () => {
  const { base, has } = start('one\n')
  const mark = { ...markOf(base, 4), birth: '0' }
  expect(has(new KnownContents([mark]), 'a.log')).toBe(true)
  expect(has(new KnownContents([{ ...mark, hash: 'x'.repeat(16) }]), 'a.log')).toBe(false)
})

test('knows copies of files that are over, packed or not, but not what only begins like a short one', () => {
  const { base, write, has } = start('one\n')
  const known = new KnownContents([markOf(base, 4, true)])
  write('a.log.1', 'one\n')
  write('a.log.2.gz', gzipSync('one\n'))
  write('a.log.3', 'one\ntwo\n')
  expect(['a.log.1', 'a.log.2.gz', 'a.log.3'].map((name) => has(known, name))).toEqual([true, true, false])
})

test('knows a long one by what it begins with', () => {
  const { base, write, has } = start('x'.repeat(2000))
  write('a.log.1', 'x'.repeat(3000))
  expect(has(new KnownContents([markOf(base, 2000, true)]), 'a.log.1')).toBe(true)
  expect(has(new KnownContents([markOf(base, 2000)]), 'a.log.1')).toBe(false)
})

test('knows copies of what had another name beside it and is not over', () => {
  const { base, write } = start('one\n')
  const known = new KnownContents([markOf(base, 4)])
  const isElsewhere = (name: string, path: string) => {
    const entry = new Listings().around(base).at(write(name, 'one\n'))
    return entry !== null && known.isElsewhere(entry, path)
  }
  expect([isElsewhere('a.log.2', `${base}.1`), isElsewhere('a.log.2', base), isElsewhere('b.log.2', '/b.log')]).toEqual(
    [true, false, false],
  )
})

test('learns of more inodes', () => {
  const { base, write, has } = start('one\n')
  const known = new KnownContents([])
  known.add(markOf(write('b', 'two\n'), 0))
  expect([has(known, 'b'), has(known, 'a.log'), base.endsWith('a.log')]).toEqual([true, false, true])
})
