/** What is said on the control socket as JSON, whatever values items have. */
import { types } from 'node:util'
import { bulkType } from '../items/types/bulk.js'

/**
 * The JSON of an answer. What JSON doesn't have is shown as text: whole numbers beyond 2^53, what is no number, arrays of numbers
 * as bytes by how they begin.
 *
 * @example
 * assert.equal(plainJson({ value: [1n, NaN, Int16Array.of(1, 2)] }), '{"value":["1","NaN","int16 [2]: 1, 2"]}')
 */
export function plainJson(answer: object): string {
  return JSON.stringify(answer, (_, value: unknown) => {
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value)
    return isBulk(value) ? bulkType.format(value, {}) : value
  })
}

function isBulk(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return types.isTypedArray(value) || ('data' in value && types.isTypedArray(value.data))
}
