/** The moment that a datum names, in whatever form a datum holds one. */
import { describeValue } from '../errors/index.js'
import { isoReader } from './iso-reader.js'

const FIRST_MS = -62_135_596_800_000 // 0001-01-01
const END_MS = 253_402_300_800_000 // 10000-01-01

const readIso = isoReader((localMs) => localMs)

/**
 * Ms since the Unix epoch of a number of them, a Date, or text in ISO 8601 (in UTC where it names no offset). What is
 * finer than a millisecond is cut off.
 *
 * @throws {TypeError} If it is something else.
 * @throws {RangeError} If it is no time of the years 1 to 9999.
 * @example
 * assert.equal(momentOf('2026-11-21T10:00:00Z'), 1_795_255_200_000)
 * assert.throws(() => momentOf('soon'), /a time must be ms since 1970, a Date or text in ISO 8601: it is "soon"/)
 */
export function momentOf(value: unknown): number {
  const ms = msOf(value)
  if (ms >= FIRST_MS && ms < END_MS) return Math.floor(ms) + 0 // + 0 makes a -0 an ordinary 0.
  if (Number.isNaN(ms)) {
    throw new TypeError(`a time must be ms since 1970, a Date or text in ISO 8601: it is ${describeValue(value)}`)
  }
  throw new RangeError(`a time must be of the years 1 to 9999: it is ${describeValue(value)}`)
}

function msOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return readIso(value)
  return Object.prototype.toString.call(value) === '[object Date]' ? (value as Date).getTime() : NaN
}
