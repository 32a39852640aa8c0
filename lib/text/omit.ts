/** Leaving fields out of an object. */

/** What to leave out: a key to null for all of it, or to what is left out within it. */
export type Omission = ReadonlyMap<string, Omission | null>

/**
 * What to leave out, from the paths that lead there.
 *
 * @example
 * assert.equal(omissionOf([['a'], ['b', 'c']]).get('a'), null)
 */
export function omissionOf(paths: readonly (readonly string[])[]): Omission {
  const tree = new Map<string, Map<string, unknown> | null>()
  for (const path of paths) {
    let at = tree
    path.forEach((key, i) => {
      const below = at.get(key)
      if (below === null) return // All of it goes.
      if (i === path.length - 1) at.set(key, null)
      else {
        const next = (below ?? new Map<string, unknown>()) as typeof tree
        at.set(key, next)
        at = next
      }
    })
  }
  return tree as Omission
}

/**
 * An object without some of its fields: a new one, and so is each object within it that something is left out of. The
 * rest is shared. Items of lists are left alone.
 *
 * @example
 * const data = { a: 1, b: { c: 2, d: 3 } }
 * assert.deepEqual(omit(data, omissionOf([['a'], ['b', 'c']])), { b: { d: 3 } })
 * assert.deepEqual(data, { a: 1, b: { c: 2, d: 3 } })
 */
export function omit(data: object, omission: Omission): object {
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(data)) {
    const below = omission.get(key)
    if (below === null) continue
    const value = (data as Record<string, unknown>)[key]
    const part = below !== undefined && isPlain(value) ? omit(value, below) : value
    if (key !== '__proto__') kept[key] = part
    else Object.defineProperty(kept, key, { value: part, writable: true, enumerable: true, configurable: true })
  }
  return kept
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
