/**
 * Paths and the keys that they have in the store: the path's depth in front, as SKA's configuration database writes
 * it, so that the direct children of a path lie side by side (specification kv, sections 2 and 3).
 */
import { InvalidPathError } from './errors.js'
import type { Key } from './engine/range.js'

/** Whether paths have to be clean: no empty segment, no NUL. */
export type PathRule = 'strict' | 'lenient'

const ODD = /\/\/|\0/
// eslint-disable-next-line no-control-regex -- bytes above are what is asked for
const IS_ASCII = /^[\x00-\x7f]*$/

/**
 * Check that a path can name a key.
 *
 * @throws {InvalidPathError} If it is empty, doesn't begin with `/`, ends with one, or isn't clean where it has to be.
 * @example
 * checkPath('/a/b')
 * assert.throws(() => checkPath('a'), /must start with/)
 * assert.throws(() => checkPath('/a/'), /trailing/)
 */
export function checkPath(path: string, rule: PathRule = 'lenient'): void {
  checkPrefix(path, rule)
  if (path.endsWith('/')) throw new InvalidPathError(path, 'has a trailing slash')
}

/**
 * Check that a path can be the beginning of keys: it may end with a slash.
 *
 * @throws {InvalidPathError} If it is empty, doesn't begin with `/`, has half of a surrogate pair, or isn't clean
 * where it has to be.
 */
export function checkPrefix(path: string, rule: PathRule = 'lenient'): void {
  if (typeof path !== 'string') throw new InvalidPathError(String(path), 'must be a string')
  if (!path.startsWith('/')) throw new InvalidPathError(path, 'must start with a slash')
  if (!path.isWellFormed()) throw new InvalidPathError(path, 'must have no half of a surrogate pair: UTF-8 has none')
  if (rule === 'strict' && ODD.test(path)) throw new InvalidPathError(path, 'must have no empty segment and no NUL')
}

/**
 * How many slashes a path has.
 *
 * @example
 * assert.deepEqual(['/', '/a', '/a/', '/a/b'].map(depthOf), [1, 1, 2, 2])
 */
export function depthOf(path: string): number {
  let depth = 0
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1
  return depth
}

/**
 * The key of a path, or the beginning of the keys that begin so, `level` levels below it.
 *
 * @example
 * assert.equal(keyOf('/a/b'), '2/a/b')
 * assert.equal(keyOf('/a/', 1), '3/a/')
 * assert.equal(keyOf('/é'), '1/\xc3\xa9')
 */
export function keyOf(path: string, level = 0): Key {
  const text = IS_ASCII.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1')
  return `${depthOf(path) + level}${text}`
}

/**
 * The path of a key; null for a key that isn't one of a path: no slash, a wrong depth, no UTF-8.
 *
 * @example
 * assert.deepEqual(['2/a/b', '1/a/b', 'txn/7', '1/\xe9'].map(pathOf), ['/a/b', null, null, null])
 */
export function pathOf(key: Key): string | null {
  const start = key.indexOf('/')
  if (start < 1) return null
  const bytes = key.slice(start)
  if (key.slice(0, start) !== String(depthOf(bytes))) return null
  if (IS_ASCII.test(bytes)) return bytes
  const path = Buffer.from(bytes, 'latin1').toString('utf8')
  return path.includes('\ufffd') && Buffer.from(path, 'utf8').toString('latin1') !== bytes ? null : path
}

/**
 * Order paths as their UTF-8 bytes, which is by code point; JavaScript's own order differs above U+FFFF.
 *
 * @example
 * assert.deepEqual(['/\u{1f600}', '/\ufffd', '/a'].sort(comparePaths), ['/a', '/\ufffd', '/\u{1f600}'])
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y)
  }
  return a.length - b.length
}

/** A code unit's place in the order of code points: those from U+E000 on come before what surrogates stand for. */
function aboveSurrogates(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
