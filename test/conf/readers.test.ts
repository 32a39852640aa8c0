import { expect, test } from '@jest/globals'
import { duration, endpoint, size, textNumber } from '../../lib/conf/readers.js'

test('durations add their parts, bare numbers are milliseconds', () => {
  expect(['250', '5s', '1.5m', '1d2h', '7ms'].map(duration)).toEqual([250, 5000, 90_000, 93_600_000, 7])
  expect(['5x', 's', '1h-2m', ''].map(duration)).toEqual([undefined, undefined, undefined, undefined])
})

test('sizes go by coreutils: k and KiB are 1024, kB is 1000', () => {
  expect(['64k', '64K', '64KiB', '64kB', '1.5M', '10', '10B'].map(size)).toEqual([
    65_536, 65_536, 65_536, 64_000, 1_572_864, 10, 10,
  ])
})

test('what is larger than a number can count is none', () => {
  const digits = '9'.repeat(400)
  expect([duration(digits), duration(`${digits}w`), size(digits), size('99999999999T')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(textNumber(digits)).toBe(Infinity) // Which no format takes.
})

test('an IPv6 address with a port stands in brackets', () => {
  expect(endpoint('[2001:db8::1]:514')).toEqual({ host: '2001:db8::1', port: 514 })
  expect(endpoint('2001:db8::1:514')).toBeUndefined()
})
