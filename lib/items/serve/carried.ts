/** Values as the wire carries them. */
import { types } from 'node:util'
import { Bulk, type TypedArray } from '../../wire/index.js'

/**
 * A value of an item as it is sent: numbers in a typed array go as bytes, what is missing as null.
 *
 * @example
 * assert.deepEqual(carried(Int16Array.of(1, 2)).shape, [2])
 * assert.equal(carried(undefined), null)
 */
export function carried(value: unknown): unknown {
  if (value === undefined) return null
  return types.isTypedArray(value) ? Bulk.of(value as TypedArray) : value
}
