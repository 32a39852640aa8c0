/** Numbers in sixtieths: degrees or hours, minutes, seconds. */
import { describeValue } from '../../errors/index.js'
import { compilePrintf, formatField, type Field } from './printf.js'
import { refusal } from './value-rules.js'

const BASE = 60

/**
 * A format with colons as its fields.
 *
 * @throws {RangeError} If it is none: a field each between colons, a fraction only in the last.
 */
export function compileSexagesimal(format: string): readonly Field[] {
  const fields = format.split(':').map((part) => compilePrintf(part))
  const isOne = fields.every(([field, ...more], i) => {
    const kinds = i === fields.length - 1 ? 'diuf' : 'diu'
    return typeof field === 'object' && kinds.includes(field.conversion) && more.length === 0
  })
  if (!isOne)
    throw new RangeError(`format must be like %d:%02d:%04.1f where it has colons: it is ${describeValue(format)}`)
  return fields.map(([field]) => field as Field)
}

/**
 * A number of degrees or hours in sixtieths, rounded as a whole, so that no field reaches 60; the sign stands in front also
 * of a zero.
 *
 * @example
 * const fields = compileSexagesimal('%d:%02d:%04.1f')
 * assert.deepEqual([1.034166, -0.5, 0.99999999].map((number) => formatSexagesimal(number, fields)), ['1:02:03.0', '-0:30:00.0', '1:00:00.0'])
 */
export function formatSexagesimal(value: number, fields: readonly Field[]): string {
  if (!Number.isFinite(value)) return String(value)
  const last = fields.at(-1) as Field
  const digits = last.conversion === 'f' ? (last.precision ?? 6) : 0
  const scale = 10 ** digits
  // All in units of the last digit: they are whole, so that the split is exact.
  let rest = Math.round(Math.abs(value) * BASE ** (fields.length - 1) * scale)
  const isNegative = value < 0 && rest > 0
  const parts: number[] = []
  for (let i = 0; i < fields.length; i++) {
    const unit = BASE ** (fields.length - 1 - i) * scale
    const part = i === fields.length - 1 ? rest / scale : Math.floor(rest / unit)
    parts.push(part)
    rest -= part * unit
  }
  return fields.map((field, i) => formatField(field, parts[i], i === 0 && isNegative)).join(':')
}

/**
 * The number that a text in sixtieths is. A sign stands in front of the whole; minutes and seconds are below 60.
 *
 * @throws {RangeError} If it is none.
 * @example
 * assert.equal(parseSexagesimal('-0:30:00'), -0.5)
 */
export function parseSexagesimal(text: string): number {
  const [, sign, first = '', more = ''] = /^\s*([+-]?)\s*(\d+)((?::\s*\d+(?:\.\d*)?){0,2})\s*$/.exec(text) ?? []
  const parts = more.split(':').slice(1)
  const isWhole = parts.slice(0, -1).every((part) => /^\d+$/.test(part))
  if (first === '' || !isWhole || parts.some((part) => Number(part) >= BASE))
    throw refusal('be like 1:02:03.5, with a sign only in front and minutes and seconds below 60', text)
  const size = [first, ...parts].reduce((sum, part, i) => sum + Number(part) / BASE ** i, 0)
  return sign === '-' ? -size : size
}
