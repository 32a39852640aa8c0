/** Secret keys, as operators write them. No message ever holds one. */
import { readFileSync } from 'node:fs'
import { ConfigError, describeValue } from '../errors/index.js'

const FILE_BYTES_MAX = 4096

/**
 * A key from its text in hex or base64. What can be read as hex is hex.
 *
 * @throws {RangeError} If it is neither.
 * @example
 * assert.deepEqual([...decodeKey('00ff')], [0, 255])
 * assert.deepEqual([...decodeKey('AP8=')], [0, 255])
 */
export function decodeKey(text: string): Buffer {
  if (/^(?:[\da-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex')
  if (/^[\w+/-]+={0,2}$/.test(text)) return Buffer.from(text, 'base64')
  throw new RangeError('a key must be written in hex or base64: it is neither')
}

/**
 * A key from a file of text in hex or base64, or of raw bytes.
 *
 * @throws {ConfigError} If the file cannot be read, is empty or has more than 4096 bytes.
 */
export function readKeyFile(path: string): Buffer {
  let raw: Buffer
  try {
    raw = readFileSync(path)
  } catch (error) {
    throw new ConfigError([`keyFile must be a readable file: cannot read ${describeValue(path)}`], { cause: error })
  }
  if (raw.length === 0 || raw.length > FILE_BYTES_MAX) {
    throw new ConfigError([`keyFile must have 1 to ${FILE_BYTES_MAX} bytes: ${describeValue(path)} has ${raw.length}`])
  }
  const text = raw.toString('latin1').trim()
  return /^[\w+/=-]+$/.test(text) ? decodeKey(text) : raw
}
