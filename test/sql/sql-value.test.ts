import { expect, test } from '@jest/globals'
import { sqlSize, sqlValue } from '../../lib/sql/sql-value.js'

test('a value becomes what every driver takes', () => {
  const date = new Date(0)
  expect([null, undefined, '', 0, -1.5, true, 2n ** 70n, date, { a: [1] }].map(sqlValue)).toEqual([
    ...[null, null, '', 0, -1.5, true, '1180591620717411303424', date, '{"a":[1]}'],
  ])
  expect(sqlValue(new Uint8Array([0, 1, 2]).subarray(1))).toEqual(Buffer.from([1, 2]))
})

test('what can be none is refused', () => {
  for (const value of [NaN, -Infinity, new Date(NaN), () => 1, Symbol('a')])
    expect(() => sqlValue(value)).toThrow('a column must be text, a finite number, true, false, a Date, bytes')
})

test('sizes are those of text and bytes', () => {
  expect(['abc', Buffer.alloc(5), 1, null].map(sqlSize)).toEqual([3, 5, 8, 8])
})
