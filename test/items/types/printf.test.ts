import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compilePrintf, printf } from '../../../lib/items/types/printf.js'

test.each([
  ['%f', 0.0, '0.000000'],
  ['%f', -3.14159, '-3.141590'],
  ['%f', 1e21, '1000000000000000000000.000000'],
  ['%.0f', 0.5, '0'],
  ['%.0f', 1.5, '2'],
  ['%.0f', 2.5, '2'],
  ['%.0f', -0.5, '-0'],
  ['%.2f', 0.125, '0.12'],
  ['%.2f', 0.375, '0.38'],
  ['%.2f', 2.675, '2.67'],
  ['%.2f', 9.995, '9.99'],
  ['%8.3f', 12345.678, '12345.678'],
  ['%8.3f', -1.0, '  -1.000'],
  ['%-8.2f|', 1.0, '1.00    |'],
  ['%+.1f', 0.25, '+0.2'],
  ['%+.1f', -0.04, '-0.0'],
  ['% .1f', 2.0, ' 2.0'],
  ['%08.2f', -3.14159, '-0003.14'],
  ['%#.0f', 2.0, '2.'],
  ['%.0e', 2.5, '2e+00'],
  ['%.0e', 3.5, '4e+00'],
  ['%.3e', 0.0, '0.000e+00'],
  ['%.3e', 1e-5, '1.000e-05'],
  ['%.3e', 1.0005e22, '1.001e+22'],
  ['%+.2E', 123456.0, '+1.23E+05'],
  ['%12.4e', 1e100, ' 1.0000e+100'],
  ['%g', 0.0, '0'],
  ['%g', 0.0001, '0.0001'],
  ['%g', 1e-5, '1e-05'],
  ['%g', 123456.0, '123456'],
  ['%g', 1234567.0, '1.23457e+06'],
  ['%g', 8.76943e-20, '8.76943e-20'],
  ['%g', 1e20, '1e+20'],
  ['%.3g', 99.95, '100'],
  ['%.3g', 1e300, '1e+300'],
  ['%#.3g', 1.0, '1.00'],
  ['%G', 67420500000.0, '6.74205E+10'],
  ['%010g', -1.5, '-0000001.5'],
  ['%5.1f', NaN, '  nan'],
  ['%5.1f', -Infinity, ' -inf'],
  ['%05f', Infinity, '  inf'],
  ['%d', 0, '0'],
  ['%d', -7, '-7'],
  ['%5d', 255, '  255'],
  ['%-5d|', 255, '255  |'],
  ['%05d', -255, '-0255'],
  ['%+d', 1, '+1'],
  ['% d', 1, ' 1'],
  ['%8.3d', 7, '     007'],
  ['%08.3d', -7, '    -007'],
  ['%u', 7, '7'],
  ['%i', 7, '7'],
  ['%x', 255, 'ff'],
  ['%x', -255, '-ff'],
  ['%X', 255, 'FF'],
  ['%#x', 255, '0xff'],
  ['%#06x', 255, '0x00ff'],
  ['%o', 8, '10'],
  ['%.4x', 255, '00ff'],
  ['%c', 65, 'A'],
  ['%c', 8364, '€'],
  ['%s', 7, '7'],
  ['%-5s|', 7, '7    |'],
  ['%.2s', 12345, '12'],
  ['%#o', 8, '010'],
  ['%#x', 0, '0'],
  ['%d', 12345678901234567890123n, '12345678901234567890123'],
  ['%x', -255n, '-ff'],
  ['%d', 1.6, '2'],
  ['%d', -1.6, '-2'],
  ['%ld', 7, '7'],
  ['%c', 'on', 'o'],
  ['%d %%', 7, '7 %'],
  ['%.1f V', 7, '7.0 V'],
  ['plain', 7, 'plain'],
])('%s of %p is %p', (format, value, text) => {
  expect(printf(format, value)).toBe(text)
})

test.each(['%', '%y', '%*d', '%.101f', '%1001d', 'a %!'])('%s is no format', (format) => {
  expect(() => compilePrintf(format)).toThrow(RangeError)
})

test('a number with all its digits is read as the same number again', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(Number(printf('%.17g', number))).toBe(number)
      expect(Number(printf('%.16e', number))).toBe(number)
    }),
  )
})

test('what is rounded is off by half a digit at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(8), fc.nat(6), (whole, shift, digits) => {
      const number = whole / 2 ** shift
      expect(Math.abs(Number(printf(`%.${digits}f`, number)) - number)).toBeLessThanOrEqual(0.501 * 10 ** -digits)
    }),
  )
})
