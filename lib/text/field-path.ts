/** How an operator names a field: by its key, or by a path that begins with a slash. */
import { describeValue } from '../errors/index.js'

/**
 * The keys that lead to a field. A name that begins with a slash is a JSON Pointer (RFC 6901): `/http/status` is the key
 * `status` within `http`, `~1` stands for a slash and `~0` for a tilde. Any other name is a key as it is, with dots
 * and all.
 *
 * @throws {TypeError} If it is no text, or empty.
 * @example
 * assert.deepEqual(fieldPath('id.orig_h'), ['id.orig_h'])
 * assert.deepEqual(fieldPath('/http/status'), ['http', 'status'])
 * assert.deepEqual(fieldPath('/a~1b'), ['a/b'])
 */
export function fieldPath(name: string): readonly [string, ...string[]] {
  if (typeof (name as unknown) !== 'string' || name === '') {
    throw new TypeError(`a field must be named by text: it is ${describeValue(name)}`)
  }
  if (!name.startsWith('/')) return [name]
  const [first = '', ...rest] = name
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return [first, ...rest]
}
