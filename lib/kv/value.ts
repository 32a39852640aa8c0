/** Values: text as people write it, bytes as stores keep it. */
import { describeValue } from '../errors/index.js'

/** What can be written: a text, stored as UTF-8, or bytes as they are. */
export type Value = string | Uint8Array

/**
 * A value as it is stored. Bytes are copied: to change them afterwards changes nothing.
 *
 * @throws {TypeError} If it is neither text nor bytes, or a text with half of a surrogate pair, which UTF-8 can't hold.
 * @example
 * assert.equal(decodeValue(encodeValue('ü')), 'ü')
 * assert.throws(() => encodeValue(5), /a value must be a string or a Uint8Array: it is 5/)
 */
export function encodeValue(value: Value): Uint8Array {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError(`a value must be well-formed text: it is ${describeValue(value)}`)
    return Buffer.from(value, 'utf8')
  }
  if (value instanceof Uint8Array) return Buffer.from(value)
  throw new TypeError(`a value must be a string or a Uint8Array: it is ${describeValue(value)}`)
}

/** A stored value as text. Bytes that are no UTF-8 become U+FFFD. */
export function decodeValue(bytes: Uint8Array): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('utf8')
}
