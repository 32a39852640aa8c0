/**
 * Objects as the configuration layer of SKA writes them: JSON with sorted keys, two spaces a level, other scripts as they
 * are. So the same object is the same text, whoever wrote it, and two objects are equal if their texts are.
 */
import { describeValue } from '../../errors/index.js'
import { comparePaths } from '../path.js'

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** How deep objects and lists may lie in each other; a circle is deeper. */
const DEPTH_MAX = 200

/**
 * The text of an object.
 *
 * @throws {TypeError} If it is no object, or something in it can't be said in JSON: NaN, a function, a circle. Properties
 * that are undefined are left out.
 * @example
 * assert.equal(formatJson({ b: ['é'], a: {} }), '{\n  "a": {},\n  "b": [\n    "é"\n  ]\n}')
 * assert.throws(() => formatJson({ a: { b: NaN } }), /a.b can't be said in JSON: it is NaN/)
 */
export function formatJson(value: unknown): string {
  if (!isObject(value)) throw new TypeError(`a value must be an object: it is ${describeValue(value)}`)
  return format(value, '', [])
}

/**
 * The object of a text. Names such as `__proto__` are properties like others.
 *
 * @throws {SyntaxError} If it isn't JSON.
 * @throws {TypeError} If it is no object.
 */
export function parseJson(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new TypeError(`a value must be an object: it is ${describeValue(value)}`)
  return value as JsonObject
}

/**
 * Whether two objects say the same in JSON.
 *
 * @example
 * assert.equal(isSameJson({ a: 1, b: [2] }, { b: [2], a: 1, c: undefined }), true)
 * assert.equal(isSameJson({ a: [1, 2] }, { a: [2, 1] }), false)
 */
export function isSameJson(a: object, b: object): boolean {
  return formatJson(a) === formatJson(b)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `place` is where the value lies, from the outside in. */
function format(value: unknown, indent: string, place: readonly string[]): string {
  if (place.length > DEPTH_MAX)
    throw new TypeError(`a value must not be nested deeper than ${DEPTH_MAX}, or in a circle`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value !== 'object') {
    throw new TypeError(`${place.join('.')} can't be said in JSON: it is ${describeValue(value)}`)
  }
  if (hasOwnText(value)) return format(value.toJSON(), indent, place)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const items = isList
    ? Array.from(value as unknown[], (item, i) => format(item, inner, [...place, String(i)])) // Of a hole, too.
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => comparePaths(a, b))
        .map(([name, item]) => `${JSON.stringify(name)}: ${format(item, inner, [...place, name])}`)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (items.length === 0) return open + close
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`
}

/** A date and its like say themselves what they are in JSON. */
function hasOwnText(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}
