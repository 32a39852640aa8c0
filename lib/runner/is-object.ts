/** Whether a value of JSON is an object, and no list. */
import type { JsonObject } from '../kv/index.js'

/**
 * Whether it is one.
 *
 * @example
 * assert.deepEqual([{}, [], null, 'x'].map(isObject), [true, false, false, false])
 */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
