/** When two values of an item are the same, and how one is kept. */
import { isDeepStrictEqual, types } from 'node:util'

/**
 * Whether two values are the same: by what they hold, however deep. NaN is NaN, and a zero has no sign. Typed arrays of
 * different types, or what has another shape, differ.
 *
 * @example
 * assert.equal(isSameValue({ a: [1, NaN] }, { a: [1, NaN] }), true)
 * assert.equal(isSameValue(Float32Array.of(1, 3), Float32Array.of(1, 2)), false)
 * assert.equal(isSameValue(0, null), false)
 */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Number.isNaN(one) && Number.isNaN(other)
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  if (isNumbers(one)) return isSameList(one, other as NumberArray)
  if (Array.isArray(one)) return isSameList(one as unknown[], other as unknown[])
  if (isPlain(one) || hasData(one)) return isSameObject(one, other)
  return isDeepStrictEqual(one, other)
}

/**
 * A copy that nobody outside can change: lists and plain objects frozen, the numbers of a typed array copied. Everything
 * else is kept as it is.
 *
 * @example
 * const list = [1, 2]
 * const kept = keptValue(list)
 * list.push(3)
 * assert.deepEqual(kept, [1, 2])
 */
export function keptValue<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (isNumbers(value)) return value.slice() as T
  if (Array.isArray(value)) return Object.freeze(value.map(keptValue)) as T
  if (hasData(value)) {
    const copy = Object.create(
      Object.getPrototypeOf(value) as object,
      Object.getOwnPropertyDescriptors(value),
    ) as object
    Object.defineProperty(copy, 'data', { value: value.data.slice(), enumerable: true })
    return Object.freeze(copy) as T
  }
  if (!isPlain(value)) return value
  // By entries: a key `__proto__` stays one.
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, keptValue(part)]))) as T
}

type NumberArray = Float64Array | BigInt64Array

function isNumbers(value: object): value is NumberArray {
  return types.isTypedArray(value)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** Numbers with a shape: the bulk of the wire. */
function hasData(value: object): value is { readonly data: NumberArray } {
  return (
    'data' in value && !isPlain(value) && typeof value.data === 'object' && value.data !== null && isNumbers(value.data)
  )
}

function isSameList(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (!isSameValue(one[i], other[i])) return false
  return true
}

function isSameObject(one: object, other: object): boolean {
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && isSameValue(one[key as keyof typeof one], other[key as keyof typeof other]),
    )
  )
}
