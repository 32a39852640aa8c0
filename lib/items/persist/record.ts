/** The text of a saved value: JSON, `{"value":3,"time":1795294140.4}`. */
import { describeValue } from '../../errors/index.js'
import type { Reading } from '../model/reading.js'

/**
 * Write one. What comes out again is what went in: a value that JSON would change or leave out is refused.
 *
 * @throws {TypeError} If the value, or something in it, is no finite number, text, boolean, null, list or plain object.
 * @example
 * assert.equal(encodeReading({ value: [1, 2], time: 5.5 }), '{"value":[1,2],"time":5.5}')
 * assert.throws(() => encodeReading({ value: { a: NaN }, time: 5 }), /a: NaN can't be saved/)
 */
export function encodeReading({ value, time }: Reading): string {
  return JSON.stringify({ value, time }, refuse)
}

/**
 * Read one.
 *
 * @throws {TypeError} If the text is none.
 */
export function decodeReading(text: string): Reading {
  const told = parsed(text) as Partial<Reading> | null
  const { value, time } = told ?? {}
  if (value === undefined) throw new TypeError(`a saved value must have a value: it is ${describeValue(text)}`)
  if (typeof time !== 'number' || !Number.isFinite(time)) {
    throw new TypeError(`a saved value must have the time when it was taken: it is ${describeValue(text)}`)
  }
  return { value, time }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError(`a saved value must be JSON: it is ${describeValue(text)}`, { cause })
  }
}

/** What JSON.stringify asks about each part: `this` has it as it was. */
function refuse(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const isFit =
    value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value) || isPlain(value)
  if (isFit && this[key] === value) return value
  throw new TypeError(
    `${key}: ${describeValue(this[key])} can't be saved: JSON has nothing that it would come back from`,
  )
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value) as null)
}
