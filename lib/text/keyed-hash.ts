/** Hashes in hex: under a key nobody can try values out, without one everybody can. */
import { createRequire } from 'node:module'
import type * as Crypto from 'node:crypto'

let crypto: typeof Crypto | null = null

/** With the first hash: node:crypto would keep every start waiting. */
function load(): typeof Crypto {
  crypto ??= createRequire(import.meta.url)('node:crypto') as typeof Crypto
  return crypto
}

/**
 * The first digits of a text's hash in hex: HMAC-SHA-256 under the key, SHA-256 without one.
 *
 * @example
 * assert.equal(hashOf('abc', null, 16), 'ba7816bf8f01cfea')
 * assert.equal(hashOf('abc', Buffer.from('key'), 8), '9c196e32')
 */
export function hashOf(text: string, key: Uint8Array | null, digits: number): string {
  const { createHash, createHmac } = load()
  const hash = key === null ? createHash('sha256') : createHmac('sha256', key)
  return hash.update(text).digest('hex').slice(0, digits)
}
