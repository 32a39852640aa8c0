/**
 * The text of a saved value: JSON, `{"value":3,"time":1795294140.4}`; of an array of numbers that travels as bytes,
 * `{"shape":[2],"dtype":"int16","bulk":"AQACAA==","time":1795294140.4}`.
 */
import { describeValue, toError } from '../../errors/index.js'
import { Bulk } from '../../wire/frames/bulk.js'
import { formatJson, parseJson } from '../../wire/frames/json.js'
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
  if (value instanceof Bulk) {
    const { shape, dtype } = value
    return JSON.stringify({ shape, dtype, bulk: Buffer.from(value.bytes()).toString('base64'), time })
  }
  requireFit('value', value, 0)
  return formatJson({ value, time })
}

/**
 * Read one.
 *
 * @throws {TypeError} If the text is none.
 */
export function decodeReading(text: string): Reading {
  const { value, time, shape, dtype, bulk } = parsed(text)
  if (typeof time !== 'number' || !Number.isFinite(time)) {
    throw new TypeError(`a saved value must have the time when it was taken: it is ${describeValue(text)}`)
  }
  if (typeof bulk === 'string') return { value: Bulk.read(Buffer.from(bulk, 'base64'), shape, dtype), time }
  if (value === undefined) throw new TypeError(`a saved value must have a value: it is ${describeValue(text)}`)
  requireFit('value', value, 0)
  return { value, time }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return (parseJson(text) ?? {}) as Readonly<Record<string, unknown>>
  } catch (cause) {
    const why = toError(cause).message
    throw new TypeError(`a saved value must be JSON: ${why}; it is ${describeValue(text)}`, { cause })
  }
}

/** So many lists and objects may be within each other: more is not read again. */
const DEPTH_MAX = 200

function requireFit(name: string, value: unknown, depth: number): void {
  if (value === null || ['string', 'boolean', 'bigint'].includes(typeof value) || Number.isFinite(value)) return
  if (depth >= DEPTH_MAX) throw new TypeError(`${name}: what is nested more than ${DEPTH_MAX} deep can't be saved`)
  if (Array.isArray(value)) for (const [i, one] of value.entries()) requireFit(`${name}.${i}`, one, depth + 1)
  else if (isPlain(value)) for (const [key, one] of Object.entries(value)) requireFit(`${name}.${key}`, one, depth + 1)
  else
    throw new TypeError(
      `${name}: ${describeValue(value)} can't be saved: JSON has nothing that it would come back from`,
    )
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || typeof (value as { toJSON?: unknown }).toJSON === 'function')
    return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
