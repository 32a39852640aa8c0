/**
 * Keys and ranges of keys. A key is bytes; here it is a *byte string*, one character of U+0000 to U+00FF a byte, so
 * that `<` orders keys as etcd does and a Map finds them. For an ASCII key that is its text.
 */

/** A key: its bytes, one a character. */
export type Key = string

/** A key, or all keys from `key` up to but without `end`. */
export interface Range {
  readonly key: Key
  /** Not there: `key` alone. `'\0'`: no upper bound. As in etcd's `range_end`. */
  readonly end?: Key
}

/** The `end` of a range that has no upper bound. */
export const NO_END: Key = '\0'

/**
 * All keys that begin so.
 *
 * @example
 * assert.deepEqual(prefixRange('2/a/'), { key: '2/a/', end: '2/a0' })
 * assert.deepEqual(prefixRange('a\xff'), { key: 'a\xff', end: 'b' })
 * assert.deepEqual(prefixRange('\xff'), { key: '\xff', end: '\0' })
 */
export function prefixRange(prefix: Key): Required<Range> {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const byte = prefix.charCodeAt(last)
    if (byte < 0xff) return { key: prefix, end: prefix.slice(0, last) + String.fromCharCode(byte + 1) }
  }
  return { key: prefix, end: NO_END }
}

/**
 * Whether a range holds a key.
 *
 * @example
 * assert.deepEqual(['a', 'ab', 'b'].map((key) => isWithin(prefixRange('a'), key)), [true, true, false])
 * assert.equal(isWithin({ key: 'a' }, 'ab'), false)
 */
export function isWithin(range: Range, key: Key): boolean {
  const { key: first, end } = range
  if (end === undefined) return key === first
  return key >= first && (end === NO_END || key < end)
}
