/** Which file a datum came from: read from where a setter would have written it. */
import type { TextSetter } from '../../files/dress.js'

/** No file has this name. */
const PROBE = '\0'
const DEPTH_MAX = 10

/**
 * The name of the file that a `filenameSetter` once set in a datum; null where it isn't there any more.
 *
 * @example
 * assert.equal(filenameIn((data, name) => ({ ...data, file: name }), { line: 'x', file: '/a.log' }), '/a.log')
 * assert.equal(filenameIn((data, name) => ({ ...data, file: name }), 'x'), null)
 */
export function filenameIn(setter: TextSetter<unknown>, data: unknown): string | null {
  let sample: unknown
  try {
    sample = setter({}, PROBE)
  } catch {
    return null // It can't do without the rest of the datum.
  }
  const path = pathOf(sample, PROBE)
  let at = data
  for (const key of path ?? []) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null
    at = (at as Record<string, unknown>)[key]
  }
  return path !== null && typeof at === 'string' ? at : null
}

/** Where a value stands in nested data. */
function pathOf(data: unknown, value: string, depth = 0): string[] | null {
  if (data === value) return []
  if (typeof data !== 'object' || data === null || depth > DEPTH_MAX) return null
  for (const [key, child] of Object.entries(data)) {
    const path = pathOf(child, value, depth + 1)
    if (path !== null) return [key, ...path]
  }
  return null
}
