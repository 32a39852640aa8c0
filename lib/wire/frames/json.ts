/** JSON as mKTL's daemons and clients write it: three tokens more than JSON has, and integers of any length. */
import { randomUUID } from 'node:crypto'
import { DEPTH_MAX, readExactJson } from './exact-json.js'

/** A number of sixteen digits or more, which may not fit into a double. */
const LONG_NUMBER = /\d{16}/

/** Nothing shorter can be nested too deeply. */
const SHALLOW = 2 * DEPTH_MAX

/**
 * A value from its JSON. `NaN`, `Infinity` and `-Infinity` are read as numbers, and integers that a double would
 * round as BigInt.
 *
 * @throws {SyntaxError} If the text is no JSON, nested more than 256 deep, or has an integer of more than 4,300 digits.
 * @example
 * assert.deepEqual(parseJson('[1, NaN, 12345678901234567890123]'), [1, NaN, 12345678901234567890123n])
 */
export function parseJson(text: string): unknown {
  if (LONG_NUMBER.test(text) || (text.length > SHALLOW && isPerhapsDeep(text))) return readExactJson(text)
  try {
    return JSON.parse(text)
  } catch {
    return readExactJson(text) // It knows the three tokens, or says where the fault is.
  }
}

function isPerhapsDeep(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) | 32 // [ and { differ in this bit only, and so do ] and }.
    if (code === 123 && ++depth > DEPTH_MAX) return true
    if (code === 125) depth -= 1
  }
  return false
}

/**
 * The JSON of a value: a BigInt is written as an integer, what is no number as null.
 *
 * @throws {TypeError} If the value contains itself.
 * @example
 * assert.equal(formatJson({ value: 12345678901234567890123n, other: NaN }), '{"value":12345678901234567890123,"other":null}')
 */
export function formatJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return formatLong(value) // A BigInt in it; if it is another fault, it comes again.
  }
}

function formatLong(value: unknown): string {
  const mark = randomUUID() // Nobody can have written it before.
  const text = JSON.stringify(value, (_key, one: unknown) => {
    return typeof one === 'bigint' ? `${mark}${one}` : one
  })
  return text.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1')
}
