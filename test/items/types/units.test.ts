import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { convert, isAngle } from '../../../lib/items/types/units.js'

test.each([
  [Math.PI, 'rad', 'deg', 180],
  [Math.PI, 'radians', 'hours', 12],
  [1, 'deg', 'arcmin', 60],
  [1, 'Degree', 'arcsec', 3600],
  [1, 'h', 'min', 60],
  [1500, 'ms', 's', 1.5],
  [0, 'C', 'K', 273.15],
  [212, 'F', 'degC', 100],
  [1013.25, 'hPa', 'atm', 1],
  [2, 'mm', 'microns', 2000],
  [50, '%', 'fraction', 0.5],
  [1, 'MHz', 'Hz', 1e6],
])('%p %s are so many %s: %p', (value, from, into, expected) => {
  expect(convert(value, from, into)).toBeCloseTo(expected, 9)
})

test.each([
  ['m', 's'],
  ['rad', 'furlong'],
  ['mhz', 'Hz'],
  ['__proto__', 'constructor'],
])('%s and %s measure different things, or are not known', (from, into) => {
  expect(convert(1, from, into)).toBeNull()
})

test('degrees and hours are divided into sixtieths, other angles and times are not', () => {
  expect(['deg', 'degrees', 'h', 'hours', 'rad', 'arcmin', 's', 'x'].map(isAngle)).toEqual([
    ...[true, true, true, true, false, false, false, false],
  ])
})

test('there and back is the same', () => {
  const pairs = fc.constantFrom(['rad', 'deg'], ['C', 'F'], ['s', 'day'], ['psi', 'bar'])
  fc.assert(
    fc.property(pairs, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from = '', into = ''], value) => {
      expect(convert(convert(value, from, into) ?? NaN, into, from)).toBeCloseTo(value, 6)
    }),
  )
})
