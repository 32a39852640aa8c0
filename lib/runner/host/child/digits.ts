/** Rounding for people, as running code gets it under the name `_digits`. */

/**
 * A number with so many significant digits.
 *
 * @throws {RangeError} If `digits` is not from 1 to 100.
 * @example
 * assert.deepEqual([digits(123.456789), digits(0.00123456789, 3), digits(0), digits(NaN)], [123.457, 0.00123, 0, NaN])
 */
export function digits(n: number, count = 6): number {
  return Number(n.toPrecision(count))
}
