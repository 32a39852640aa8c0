import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatNumber, parseNumber } from '../../../lib/items/types/number-text.js'
import { readNumber } from '../../../lib/items/types/numeric.js'
import type { ValueRules } from '../../../lib/items/types/value-rules.js'

const degrees = { '': 'rad', formatted: 'deg' }
const parse = (text: string, rules: ValueRules) => parseNumber(text, rules, readNumber)

test.each<[number | bigint, ValueRules, string]>([
  [1.5, {}, '1.5'],
  [12345678901234567890123n, { units: 'counts' }, '12345678901234567890123'],
  [Math.PI, { units: degrees, format: '%.2f' }, '180.00'],
  [0.018049613347708025, { units: degrees, format: '%2d:%02d:%04.1f' }, ' 1:02:03.0'],
  [0.01745329, { units: degrees, format: '%2d:%02d:%04.1f' }, ' 1:00:00.0'],
  [Math.PI / 12, { units: { '': 'rad', formatted: 'hours' }, format: '%d:%02d' }, '1:00'],
  [1.5, { units: { '': 'deg', formatted: 'deg' }, format: '%d:%02d' }, '1:30'],
  [5, { units: 's', format: '%d:%d' }, '5:5'],
  [255, { format: '0x%04x' }, '0x00ff'],
])('%p by %p is %p', (value, rules, text) => {
  expect(formatNumber(value, rules)).toBe(text)
})

test.each<[string, ValueRules, number | null]>([
  ['', { format: '%d' }, null],
  ['180', { units: degrees }, Math.PI],
  ['-0:30:00', { units: { '': 'deg', formatted: 'deg' }, format: '%d:%02d:%02d' }, -0.5],
  ['1.5', { units: { '': 'deg', formatted: 'deg' }, format: '%d:%02d:%02d' }, 1.5],
  ['12.5 V', { format: '%.1f V' }, 12.5],
  ['12.5', { format: '%.1f V' }, 12.5],
  ['0x00ff', { format: '0x%04x' }, 255],
  ['-ff', { format: '%x' }, -255],
  ['17', { format: '%o' }, 15],
  ['A', { format: '%c' }, 65],
])('%p by %p is read as %p', (text, rules, number) => {
  const read = parse(text, rules)
  if (number === null) expect(read).toBeNull()
  else expect(read).toBeCloseTo(number, 12)
})

test('what can not be read, or be converted, says so', () => {
  expect(() => parse('much', {})).toThrow('must be a number: it is "much"')
  expect(() => parse('8', { format: '%o' })).not.toThrow() // Bare decimal numbers are read all the same.
  expect(() => formatNumber(1, { units: { '': 'rad', formatted: 'furlong' } })).toThrow(
    'must have units that can be converted into furlong: it is "rad"',
  )
})

test('what is shown is read as what is shown the same', () => {
  const rules = fc.constantFrom<ValueRules>(
    { format: '%.3f' },
    { format: '%+08.2f mm' },
    { format: '%.4e' },
    { format: '%g' },
    { format: '%.1f', units: degrees },
    { format: '%3d:%02d:%05.2f', units: degrees },
    { format: '%d' },
    { units: { '': 'C', formatted: 'F' }, format: '%.2f' },
  )
  fc.assert(
    fc.property(rules, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (one, number) => {
      const text = formatNumber(number, one)
      const again = formatNumber(parse(text, one) ?? NaN, one)
      // A zero that was rounded to loses its sign.
      if (/[1-9]/.test(text)) expect(again).toBe(text)
      else expect(again.replace(/[-+ ]/g, '')).toBe(text.replace(/[-+ ]/g, ''))
    }),
  )
})
