/** What of a datum a database can take. */
import { describeValue } from '../errors/index.js'
import { jsonText } from '../files/json-text.js'

/**
 * A value as every driver takes it: null (also for undefined), text, a finite number, true, false, a Date or a Buffer. A
 * bigint becomes its digits, a list or an object its JSON.
 *
 * @throws {TypeError} If it is a number that isn't finite, a Date that is none, a function or a symbol.
 * @example
 * assert.deepEqual([undefined, 7n, [1]].map(sqlValue), [null, '7', '[1]'])
 */
export function sqlValue(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (typeof value === 'object' && !(value instanceof Date)) return jsonText(value)
  throw new TypeError(
    `a column must be text, a finite number, true, false, a Date, bytes or what JSON can say: it is ${describeValue(value)}`,
  )
}

/** About how large it is, in characters. */
export function sqlSize(value: unknown): number {
  if (typeof value === 'string') return value.length
  return value instanceof Uint8Array ? value.byteLength : 8
}
