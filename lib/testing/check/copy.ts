/** Copies of data: each run of a check gets its own, for cogs may change what they get. */
import { types } from 'node:util'

/**
 * A deep copy. Plain objects and lists are copied part by part, dates, maps, sets, expressions and bytes as a whole;
 * functions are the same.
 *
 * @throws {TypeError} If an object of another class is in it: nobody knows how to copy that.
 * @example
 * const data = { list: [1, { a: 'b' }] }
 * assert.deepEqual(copyOf(data), data)
 * assert.notEqual(copyOf(data).list, data.list)
 */
export function copyOf<T>(data: T): T {
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map((item: unknown) => copyOf(item)) as T
  if (Buffer.isBuffer(data)) return Buffer.from(data) as T
  const { isDate, isMap, isSet, isRegExp } = types
  if (ArrayBuffer.isView(data) || [isDate, isMap, isSet, isRegExp].some((is) => is(data))) return structuredClone(data)
  const prototype = Object.getPrototypeOf(data) as object | null
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const { name } = data.constructor
    throw new TypeError(
      `data must be plain to be copied: there is one of the class ${name}; give a function that makes them`,
    )
  }
  const copy = Object.create(prototype) as Record<string, unknown>
  for (const [key, value] of Object.entries(data)) {
    const part = { value: copyOf<unknown>(value), writable: true, enumerable: true, configurable: true }
    Object.defineProperty(copy, key, part) // Whatever it is called.
  }
  return copy as T
}
