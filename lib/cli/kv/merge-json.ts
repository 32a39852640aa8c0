/** Two changes of one value of JSON brought together. */
import { isDeepStrictEqual } from 'node:util'

/** A field that isn't there. */
const NONE = Symbol('none')

/**
 * The value with both changes; undefined if they contradict each other. Objects are merged field by field; a list is one
 * thing.
 *
 * @example
 * assert.deepEqual(mergeJson({ a: 1, b: 2 }, { b: 2 }, { a: 1, b: 3, c: 4 }), { b: 3, c: 4 })
 * assert.equal(mergeJson({ a: 1 }, { a: 2 }, { a: 3 }), undefined)
 */
export function mergeJson(base: unknown, mine: unknown, theirs: unknown): unknown {
  const merged = merge(base, mine, theirs)
  return merged === NONE ? undefined : merged
}

/** Undefined where they contradict each other, NONE where the field is gone. */
function merge(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (isDeepStrictEqual(mine, theirs)) return mine
  if (isDeepStrictEqual(base, mine)) return theirs
  if (isDeepStrictEqual(base, theirs)) return mine
  if (!isObject(base) || !isObject(mine) || !isObject(theirs)) return undefined
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  const fields: [string, unknown][] = []
  for (const name of names) {
    const merged = merge(fieldOf(base, name), fieldOf(mine, name), fieldOf(theirs, name))
    if (merged === undefined) return undefined
    if (merged !== NONE) fields.push([name, merged])
  }
  return Object.fromEntries(fields)
}

function fieldOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : NONE
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
