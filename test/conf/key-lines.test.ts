import { expect, test } from '@jest/globals'
import { Cursor, KeyLines } from '../../lib/conf/key-lines.js'

test('a key that is not known has the line of the group around it', () => {
  const lines = new KeyLines()
  lines.note(['a'], 2)
  lines.note(['a', 'b.c'], 3)
  expect([['a', 'b.c'], ['a', 'b', 'c'], ['b']].map((keys) => lines.lineOf(keys))).toEqual([3, 2, null])
  expect([lines.has(['a']), lines.has(['a', 'b'])]).toEqual([true, false])
})

test('a key that comes again keeps its first line', () => {
  const lines = new KeyLines()
  lines.note(['a'], 1)
  lines.note(['a'], 5)
  expect([lines.lineOf(['a']), lines.twice]).toEqual([1, [{ keys: ['a'], first: 1, again: 5 }]])
})

test('a cursor takes what matches where it is, and counts the lines it went past', () => {
  const cursor = new Cursor('ab\n\nc')
  expect([cursor.take(/b/y), cursor.take(/[ab]+/y), cursor.here, cursor.line]).toEqual(['', 'ab', '\n', 1])
  expect([cursor.take(/\s+/y), cursor.startsWith('c'), cursor.line]).toEqual(['\n\n', true, 3])
})
