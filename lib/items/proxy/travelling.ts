/** What can go over the wire as a value: JSON, and numbers in bulk. */
import { types } from 'node:util'
import { describeValue } from '../../errors/index.js'
import { Bulk, type TypedArray } from '../../wire/index.js'

/** How deep a value may be nested: what is deeper was rather nested by a mistake, or by a loop. */
const DEPTH_MAX = 100

/**
 * A value as it travels: a copy of plain JSON, with dates as text, what has a `toJSON` as that says, and undefined as null;
 * an array of numbers in bulk stays one, and is copied.
 *
 * @param what Names the value in messages, as `the result of motor.read`.
 * @throws {TypeError} If something in it can't travel: the message says where it lies, and what it is.
 * @example
 * assert.deepEqual(travelling({ at: new Date(0), missing: undefined }, 'it'), { at: '1970-01-01T00:00:00.000Z', missing: null })
 * assert.throws(() => travelling({ run() {} }, 'the result of jobs'), /the result of jobs\.run .* a function/)
 */
export function travelling(value: unknown, what: string): unknown {
  if (value instanceof Bulk) return Bulk.read(value.bytes(), value.shape, value.dtype)
  if (types.isTypedArray(value)) return Bulk.of((value as TypedArray).slice())
  return plain(value, what, [])
}

function plain(value: unknown, what: string, within: readonly object[]): unknown {
  switch (typeof value) {
    case 'undefined':
      return null
    case 'string':
    case 'boolean':
    case 'bigint':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      throw refusal(what, `is ${value}, which JSON has no number for: use null, or a text`)
    case 'object':
      return value === null ? null : plainObject(value, what, within)
    default:
      throw refusal(what, `is a ${typeof value}: only values travel, and no code`)
  }
}

function plainObject(value: object, what: string, within: readonly object[]): unknown {
  if (within.includes(value)) throw refusal(what, 'contains itself')
  if (within.length === DEPTH_MAX) throw refusal(what, `is nested more than ${DEPTH_MAX} levels deep`)
  const inner = [...within, value]
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return plain((value as { toJSON(): unknown }).toJSON(), what, inner)
  }
  if (Array.isArray(value)) return value.map((element, i) => plain(element, `${what}[${i}]`, inner))
  if (types.isTypedArray(value) || value instanceof Bulk) {
    throw refusal(what, 'is an array of numbers in bulk, which travels only as a whole value: use a plain list there')
  }
  if (!isPlain(value)) throw refusal(what, `is ${kindOf(value)}: give a plain object, or give it a toJSON`)
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field, `${what}.${key}`, inner)]))
}

/** Of any realm: its prototype is none, or one that has none. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function kindOf(value: object): string {
  const { constructor } = value
  return typeof constructor === 'function' && constructor.name !== '' ? `a ${constructor.name}` : describeValue(value)
}

function refusal(what: string, rule: string): TypeError {
  return new TypeError(`${what} cannot travel: it ${rule}`)
}
