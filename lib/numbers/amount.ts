/** Numbers that come with data. */
import { describeValue } from '../errors/index.js'

/**
 * A number that a datum carries.
 *
 * @throws {TypeError} If it is no finite number.
 * @example
 * assert.equal(requireNumber(2.5, 'an amount'), 2.5)
 * assert.throws(() => requireNumber('2', 'an amount'), /an amount must be a finite number: it is "2"/)
 */
export function requireNumber(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`${name} must be a finite number: it is ${describeValue(value)}`)
}

/**
 * A sum with one more amount.
 *
 * @throws {TypeError} If the amount is no finite number.
 * @throws {RangeError} If the sum would be larger than any number.
 * @example
 * assert.equal(plusAmount(40, 2), 42)
 */
export function plusAmount(sum: number, amount: unknown): number {
  const next = sum + requireNumber(amount, 'an amount')
  if (Number.isFinite(next)) return next
  throw new RangeError(`a sum must be at most ${Number.MAX_VALUE}: ${sum} and ${describeValue(amount)} are more`)
}
