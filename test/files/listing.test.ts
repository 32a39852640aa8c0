import { afterEach, expect, test } from '@jest/globals'
import { mkdirSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Listings, packingOf } from '../../lib/files/listing.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

test('finds the files whose names go on behind a name, and no others', () => {
  const { path, write } = folder(cleanups)
  const names = ['a.log', 'a.log-2', 'a.log.1', 'a.log.b.c']
  for (const name of [...names, 'a.lo', 'a.log1', 'a.logs', 'b.log']) write(name, name)
  mkdirSync(path('a.log.d'))
  symlinkSync('nowhere', path('a.log.e'))
  const beside = new Listings().around(path('a.log')).beside(path('a.log'))
  expect(beside.map((entry) => basename(entry.path))).toEqual(names.slice(1))
})

test('finds a file by its inode, under whatever name', () => {
  const { path, write } = folder(cleanups)
  const { dev, ino } = statSync(write('other', 'text'), { bigint: true })
  const listing = new Listings().around(path('a.log'))
  expect(listing.withId(`${dev}:${ino}`)).toMatchObject({ path: path('other'), size: 4, packing: 'none' })
  expect(listing.withId(`${dev}:0`)).toBeNull()
  expect(listing.at(path('a.log'))).toBeNull()
})

test('knows what a file begins with, unpacked', () => {
  const { path, write } = folder(cleanups)
  write('a', 'plain')
  write('a.gz', gzipSync('packed'))
  const listing = new Listings().around(path('a'))
  expect(['a', 'a.gz'].map((name) => String(listing.at(path(name))?.head))).toEqual(['plain', 'packed'])
})

test('looks once at each directory, and finds nothing in one that is not there', () => {
  const { path, write } = folder(cleanups)
  const listings = new Listings()
  const listing = listings.around(path('a.log'))
  expect(listing.beside(path('a.log'))).toEqual([])
  write('a.log.1', '')
  expect(listings.around(path('b.log'))).toBe(listing)
  expect(listing.beside(path('a.log'))).toEqual([])
  expect(listings.around(path('none/a.log')).beside(path('none/a.log'))).toEqual([])
})

test('looks again as long as files come while it is looked for something, but not for ever', () => {
  const { root, path, write } = folder(cleanups)
  const listings = new Listings()
  const find = (come: (count: number) => void) => {
    let count = 0
    const found = listings.look(path('a.log'), (listing) => {
      const beside = listing.beside(path('a.log')).length
      come(++count)
      return beside
    })
    return { count, found }
  }
  const comes = (count: number) => {
    write(`a.log.${count}`, '')
    utimesSync(root, count, count) // The clock of files ticks slowly.
  }
  expect(find(() => undefined)).toEqual({ count: 1, found: 0 })
  expect(find((count) => count < 3 && comes(count))).toEqual({ count: 3, found: 2 })
  const { count, found } = find(comes)
  expect([count > 3, count < 1000, found]).toEqual([true, true, count - 1])
})

test('knows packed files by their names', () => {
  expect(['a.gz', 'a.log.1.xz', 'a.zst', 'a.log', 'gz'].map(packingOf)).toEqual([
    'gzip',
    'other',
    'other',
    'none',
    'none',
  ])
})
