/** One text for equal values, whatever order their keys are in. */

/**
 * A value as JSON with the keys of each object in order.
 *
 * @throws {TypeError} If there is no JSON for it, as JSON.stringify says.
 * @example
 * assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: 'x' }), '{"a":"x","b":[{"c":2,"d":1}]}')
 */
export function canonicalJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (isObject(part) ? sorted(part) : part)) as
    string | undefined
  if (text === undefined) throw new TypeError(`there is no JSON for this: it is ${typeof value}`)
  return text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same parts in the order of their names. From entries, so that `__proto__` is a name as any other. */
function sorted(parts: Record<string, unknown>): object {
  const names = Object.keys(parts).sort()
  return Object.fromEntries(names.map((name) => [name, parts[name]]))
}
