import { expect, test } from '@jest/globals'
import { momentOf } from '../../lib/time/moment.js'

test('numbers, Dates and text in ISO 8601 name moments; what is finer than a millisecond is cut off', () => {
  const ms = Date.UTC(2026, 10, 21, 10)
  const forms = [
    ms,
    ms + 0.9,
    new Date(ms),
    '2026-11-21T10:00:00.000Z',
    '2026-11-21 11:00:00+01:00',
    '2026-11-21T10:00:00',
  ]
  expect(forms.map(momentOf)).toEqual(forms.map(() => ms))
  expect(momentOf(-0.5)).toBe(-1)
  expect(Object.is(momentOf(-0), 0)).toBe(true)
})

test('anything else is refused, with what it is', () => {
  const rule = 'a time must be ms since 1970, a Date or text in ISO 8601: it is '
  expect(() => momentOf('yesterday')).toThrow(`${rule}"yesterday"`)
  for (const bad of [undefined, null, {}, NaN, 7n, new Date(NaN)]) expect(() => momentOf(bad)).toThrow(rule)
  for (const far of [Infinity, -1e15, 1e15])
    expect(() => momentOf(far)).toThrow('a time must be of the years 1 to 9999')
})
