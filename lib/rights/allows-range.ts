/** Rules about many paths of kv at once. */
import { prefixRange, type Range } from '../kv/engine/range.js'
import type { Principal } from './principal.js'
import type { Right, Rule } from './rule.js'

/**
 * The path of a key in a store, whose depth stands before it where a `Backend` has written it; null: it is no path.
 *
 * @example
 * assert.deepEqual(['2/a/b', '/a/b', 'a', '\xff'].map(pathOfKey), ['/a/b', '/a/b', null, null])
 */
export function pathOfKey(key: string): string | null {
  const path = key.replace(/^\d{1,5}(?=\/)/, '')
  return path.startsWith('/') ? Buffer.from(path, 'latin1').toString() : null
}

/**
 * Whether a rule allows it for all keys of a range: one of its patterns must be a path with a star at its end, and nothing else in
 * it that stands for others.
 *
 * @example
 * const rule = { who: [() => true], may: new Set(['read']), on: ['/lab/*'] }
 * assert.equal(allowsRange(rule, { kind: 'anonymous' }, 'read', { key: '2/lab/', end: '2/lab0' }), true)
 * assert.equal(allowsRange(rule, { kind: 'anonymous' }, 'read', { key: '1/', end: '10' }), false)
 */
export function allowsRange(
  { who, may, on }: Rule,
  principal: Principal,
  right: Right,
  range: Required<Range>,
): boolean {
  if (!may.has(right)) return false
  const depth = /^\d{0,5}(?=\/)/.exec(range.key)?.[0] ?? ''
  return on.some((pattern) => holds(pattern, depth, range)) && who.some((one) => one(principal))
}

function holds(pattern: string, depth: string, { key, end }: Required<Range>): boolean {
  const [, path] = /^(\/[^*?]*)\*$/.exec(pattern) ?? []
  if (path === undefined) return false
  const allowed = prefixRange(depth + Buffer.from(path).toString('latin1'))
  // An end that means none is the lowest of all ends.
  return key >= allowed.key && end > key && end <= allowed.end
}
