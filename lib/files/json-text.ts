/** Data as JSON text, if they come back from it as they went in. */
import { describeValue } from '../errors/index.js'

const DEPTH_MAX = 1000 // A circle, or close to the end of the stack.

/**
 * A datum as JSON text. Keys whose value is undefined are left out.
 *
 * @throws {TypeError} If it isn't null, a boolean, a finite number, a string, a list or a plain object of these. The
 * message says what isn't, and where.
 * @example
 * assert.equal(jsonText({ ip: '192.0.2.1', host: undefined }), '{"ip":"192.0.2.1"}')
 * assert.throws(() => jsonText({ at: new Date(0) }), /a datum must be JSON to be kept: its "at" is a Date/)
 */
export function jsonText(data: unknown): string {
  if (typeof data !== 'string') check(data, [], 0)
  return JSON.stringify(data)
}

/**
 * Any datum as one line of text, for a dead letter: as it is, as JSON, or, where that can't tell of it, a description.
 *
 * @example
 * assert.deepEqual(['a', 'a\nb', 1n].map(lineOfDatum), ['a', '"a\\nb"', '1n'])
 */
export function lineOfDatum(data: unknown): string {
  if (typeof data === 'string' && !data.includes('\n')) return data
  try {
    const text: unknown = JSON.stringify(data)
    return typeof text === 'string' ? text : describeValue(data)
  } catch {
    return describeValue(data)
  }
}

/** @throws {TypeError} As above. `path` leads to the value. */
function check(value: unknown, path: (string | number)[], depth: number): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notJson(value, path)
    return
  }
  if (typeof value !== 'object') throw notJson(value, path)
  if (depth > DEPTH_MAX) throw new TypeError(`a datum must be JSON to be kept: it goes deeper than ${DEPTH_MAX} levels`)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkPart(value[i], i, path, depth)
    return
  }
  if (!isPlain(value)) throw notJson(value, path)
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key]
    if (part !== undefined) checkPart(part, key, path, depth)
  }
}

function checkPart(part: unknown, key: string | number, path: (string | number)[], depth: number): void {
  if (typeof part === 'string') return
  path.push(key)
  check(part, path, depth + 1)
  path.pop()
}

/** Whether it is an object without a class that doesn't say itself how it is written. */
function isPlain(value: object): boolean {
  return classOf(value) === null && !('toJSON' in value) && Object.getOwnPropertySymbols(value).length === 0
}

/** The class of an object; null if it has none, in whichever realm. */
function classOf(value: object): { readonly name: string } | null {
  const prototype = Object.getPrototypeOf(value) as { constructor: { readonly name: string } } | null
  return prototype === null || Object.getPrototypeOf(prototype) === null ? null : prototype.constructor
}

function notJson(value: unknown, path: readonly (string | number)[]): TypeError {
  const where = path.length === 0 ? 'it' : `its ${path.map((key) => JSON.stringify(key)).join('.')}`
  return new TypeError(`a datum must be JSON to be kept: ${where} is ${what(value)}`)
}

function what(value: unknown): string {
  if (typeof value === 'function') return `a function (${value.name})`
  if (typeof value !== 'object' || value === null) return describeValue(value)
  const type = classOf(value)
  return type === null ? 'an object with a toJSON method or with symbols' : `a ${type.name}`
}
