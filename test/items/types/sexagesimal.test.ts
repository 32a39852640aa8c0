import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compileSexagesimal, formatSexagesimal, parseSexagesimal } from '../../../lib/items/types/sexagesimal.js'

test.each([
  [1.034166667, '%2d:%02d:%04.1f', ' 1:02:03.0'],
  [-0.5, '%d:%02d:%02d', '-0:30:00'],
  [-0.5, '%3d:%02d', ' -0:30'],
  [1.5, '%+03d:%02d', '+01:30'],
  [0.9999999999, '%d:%02d:%04.1f', '1:00:00.0'],
  [59.99999 / 3600, '%2d:%02d:%04.1f', ' 0:01:00.0'],
  [-1e-9, '%d:%02d:%02d', '0:00:00'],
  [0, '%d:%02d:%05.2f', '0:00:00.00'],
  [12.582438888888889, '%02d:%02d:%06.3f', '12:34:56.780'],
  [NaN, '%d:%02d', 'NaN'],
])('%p by %s is %p', (number, format, text) => {
  expect(formatSexagesimal(number, compileSexagesimal(format))).toBe(text)
})

test.each(['%d:%f:%d', '%d:x', '%d:%02d:', '%x:%02d', 'a%d:%02d', '%s:%s'])(
  '%s is no format in sixtieths',
  (format) => {
    expect(() => compileSexagesimal(format)).toThrow(/format must be like %d:%02d:%04.1f/)
  },
)

test.each([
  ['1:02:03', 1 + 2 / 60 + 3 / 3600],
  ['-0:30:00', -0.5],
  ['- 1:30', -1.5],
  ['+1:30', 1.5],
  [' 1:02.5', 1 + 2.5 / 60],
  ['7', 7],
])('%p is read as %p', (text, number) => {
  expect(parseSexagesimal(text)).toBeCloseTo(number, 12)
})

test.each(['', '1:-2:3', '1:60', '1:00:60.5', '1:2.5:3', '1:2:3:4', 'one:two', '1:', '1.5:30'])(
  '%p is refused',
  (text) => {
    expect(() => parseSexagesimal(text)).toThrow(/must be like 1:02:03.5, with a sign only in front/)
  },
)

test('what is shown is read as the same, within half of the last digit', () => {
  const fields = compileSexagesimal('%3d:%02d:%05.2f')
  fc.assert(
    fc.property(fc.double({ min: -360, max: 360, noNaN: true }), (number) => {
      const text = formatSexagesimal(number, fields)
      expect(text).toMatch(/^ *-?\d+:[0-5]\d:[0-5]\d\.\d\d$/)
      expect(Math.abs(parseSexagesimal(text) - number)).toBeLessThan(0.0050001 / 3600)
      expect(formatSexagesimal(parseSexagesimal(text), fields)).toBe(text)
    }),
  )
})
