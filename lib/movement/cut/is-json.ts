/** Whether a value comes back from JSON as it went in. */
import type { Json } from '../cog/cog.js'

const DEPTH_MAX = 1000 // A circle, or close to the end of the stack.

/**
 * Whether a value is JSON through and through: null, booleans, finite numbers but -0, strings, lists without gaps, and
 * plain objects of these.
 *
 * @example
 * assert.deepEqual([isJson({ a: [1, null] }), isJson(new Date(0)), isJson({ a: undefined })], [true, false, false])
 */
export function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || depth > DEPTH_MAX) return false
  if (Array.isArray(value)) return Array.from(value).every((item) => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false
  if ('toJSON' in value || Object.getOwnPropertySymbols(value).length > 0) return false
  return Object.values(value).every((item) => isJson(item, depth + 1))
}
