/**
 * Crypto-PAn: addresses made anonymous so that two which share their first n bits still do, and no more.
 *
 * After J. Xu, J. Fan, M. Ammar and S. Moon, "Prefix-Preserving IP Address Anonymization" (ICNP 2002), with AES-128 as
 * in their reference implementation; IPv6 as its later implementations have it, with all 128 bits.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** How many bytes its key has: the first half enciphers, the second half becomes the padding. */
export const CRYPTO_PAN_KEY_BYTES = 32

const BLOCK = 16

/**
 * The mapping under a key: bytes of an address in, as many bytes out.
 *
 * @throws {RangeError} If the key has not 32 bytes.
 * @example
 * const anonymous = cryptoPan(Buffer.from('32-char-str-for-AES-key-and-pad.'))
 * assert.deepEqual([...anonymous(Uint8Array.of(192, 0, 2, 1))], [192, 0, 125, 244])
 */
export function cryptoPan(key: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  if (key.length !== CRYPTO_PAN_KEY_BYTES) {
    throw new RangeError(`a key of Crypto-PAn must have ${CRYPTO_PAN_KEY_BYTES} bytes: it has ${key.length}`)
  }
  const { createCipheriv } = require('node:crypto') as typeof import('node:crypto') // Other anonymisers start without it.
  // ECB carries nothing from block to block, so one cipher serves for ever.
  const cipher = createCipheriv('aes-128-ecb', key.subarray(0, BLOCK), null).setAutoPadding(false)
  const padding = cipher.update(key.subarray(BLOCK))
  const blocks = Buffer.alloc(128 * BLOCK)
  const block = Buffer.alloc(BLOCK)

  return (bytes) => {
    const bits = bytes.length * 8
    // Block n is the address's first n bits, then the padding's. All go through the cipher in one call.
    padding.copy(block)
    for (let n = 0; n < bits; n++) {
      block.copy(blocks, n * BLOCK)
      const at = n >> 3
      const mask = 0x80 >> (n & 7)
      block[at] = ((block[at] ?? 0) & ~mask) | ((bytes[at] ?? 0) & mask)
    }
    const enciphered = cipher.update(blocks.subarray(0, bits * BLOCK))
    const out = Uint8Array.from(bytes)
    // The highest bit of block n says whether bit n flips.
    for (let n = 0; n < bits; n++) {
      out[n >> 3] = (out[n >> 3] ?? 0) ^ (((enciphered[n * BLOCK] ?? 0) >> 7) << (7 - (n & 7)))
    }
    return out
  }
}
