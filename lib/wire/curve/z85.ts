/** Z85: keys as ZeroMQ writes them, four bytes in five characters (ZeroMQ RFC 32). */
import { describeValue } from '../../errors/index.js'

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
const KEY_CHARACTERS = 40

/**
 * A key of 32 bytes as text.
 *
 * @example
 * assert.equal(keyText(new Uint8Array(32)), '0'.repeat(40))
 */
export function keyText(bytes: Uint8Array): string {
  let text = ''
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    let word = ''
    for (let rest = words.getUint32(at), k = 0; k < 5; k++, rest = Math.floor(rest / 85))
      word = DIGITS.charAt(rest % 85) + word
    text += word
  }
  return text
}

/**
 * The 32 bytes of a key; null if the text is none.
 *
 * @example
 * assert.equal(keyBytes('0'.repeat(40)).length, 32)
 * assert.equal(keyBytes('#'.repeat(40)), null) // More than four bytes can hold.
 */
export function keyBytes(text: string): Buffer | null {
  if (text.length !== KEY_CHARACTERS) return null
  const bytes = Buffer.alloc(32)
  for (let word = 0; word < 8; word++) {
    let value = 0
    for (let k = 0; k < 5; k++) {
      const digit = DIGITS.indexOf(text.charAt(5 * word + k))
      if (digit < 0) return null
      value = 85 * value + digit
    }
    if (value > 0xffff_ffff) return null
    bytes.writeUInt32BE(value, 4 * word)
  }
  return bytes
}

/**
 * The 32 bytes of a key that somebody gave.
 *
 * @throws {TypeError} If it is none. It isn't shown: it may be a secret one.
 */
export function requireKey(text: unknown, what: string): Buffer {
  const bytes = typeof text === 'string' ? keyBytes(text) : null
  if (bytes !== null) return bytes
  const is = typeof text === 'string' ? `one of ${text.length} characters` : describeValue(typeof text)
  throw new TypeError(`${what} must be a key of 40 characters of Z85: it is ${is}`)
}
