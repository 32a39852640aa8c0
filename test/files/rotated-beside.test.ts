import { afterEach, expect, test } from '@jest/globals'
import { basename } from 'node:path'
import { Listings } from '../../lib/files/listing.js'
import { olderFirst, rotatedBeside, stemOf } from '../../lib/files/rotated-beside.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function rotated(files: Record<string, number>): string[] {
  const { path, write } = folder(cleanups)
  for (const [name, mtime] of Object.entries(files)) write(name, name, mtime)
  return rotatedBeside(path('a.log'), new Listings().around(path('a.log'))).map((entry) => basename(entry.path))
}

test('has the file first that was last written to longest ago', () => {
  expect(rotated({ 'a.log.1': 3, 'a.log.2': 1, 'a.log.3': 2 })).toEqual(['a.log.2', 'a.log.3', 'a.log.1'])
})

test('goes by numbers where the times are the same: shifted ones grow with age, dates and serial numbers do not', () => {
  const same = (...names: string[]) => rotated(Object.fromEntries(names.map((name) => [name, 7])))
  expect(same('a.log.1', 'a.log.2.gz', 'a.log.10')).toEqual(['a.log.10', 'a.log.2.gz', 'a.log.1'])
  expect(same('a.log-20260102', 'a.log-20260101.gz')).toEqual(['a.log-20260101.gz', 'a.log-20260102'])
  expect(same('a.log.00010', 'a.log.00009')).toEqual(['a.log.00009', 'a.log.00010'])
  expect(same('a.log.copy-10', 'a.log.copy-9')).toEqual(['a.log.copy-9', 'a.log.copy-10'])
})

test('leaves alone what was never that file', () => {
  const strangers = { 'a.log.err': 1, 'a.log.err.1': 1, 'a.log-new': 1, 'a.log.bz2': 1 }
  expect(rotated({ ...strangers, 'a.log.old': 2, 'a.log.error.1': 3 })).toEqual(['a.log.old', 'a.log.error.1'])
})

test('takes a file that is just being compressed as it was', () => {
  expect(rotated({ 'a.log.1': 1, 'a.log.1.gz': 2, 'a.log.2.gz': 3 })).toEqual(['a.log.1', 'a.log.2.gz'])
})

test('knows the name that a rotated file had', () => {
  const names = [
    '/x/a.log',
    '/x/a.log.1',
    '/x/a.log-20260101.gz',
    '/x/a.log.2026-01-01_10:00',
    '/x/a.old',
    '/x/.1',
    '/x/a1.log',
  ]
  expect(names.map(stemOf)).toEqual(['/x/a.log', '/x/a.log', '/x/a.log', '/x/a.log', '/x/a', '/x/.1', '/x/a1.log'])
})

test('compares two files', () => {
  const { path, write } = folder(cleanups)
  write('a.1', '', 2)
  write('a.2', '', 1)
  const [one, two] = new Listings().around(path('a')).beside(path('a'))
  if (one === undefined || two === undefined) throw new Error('there should be two')
  expect([olderFirst(path('a'))(one, two), olderFirst(path('a'))(two, one)]).toEqual([1, -1])
})
