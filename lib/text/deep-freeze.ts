/** Values that many data share. */

/**
 * The same value, with nothing in it that could be written any more: what many data share, none may change.
 *
 * @example
 * const row = deepFreeze({ a: { b: 1 } })
 * assert.equal(Object.isFrozen(row.a), true)
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}
