/** Pairs of CURVE keys: curve25519, the public half computed from the secret one. */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyText, requireKey } from './z85.js'

/** What stands before the 32 bytes of a secret key of X25519 in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

/**
 * Both halves of a key. The secret one is shown by nothing that prints objects.
 *
 * @example
 * const keys = KeyPair.make()
 * assert.equal(new KeyPair(keys.secretKey).publicKey, keys.publicKey)
 * assert.equal(JSON.stringify(keys).includes(keys.secretKey), false)
 */
export class KeyPair {
  /** In Z85. */
  readonly publicKey: string
  readonly #secretKey: string
  readonly #key: KeyObject

  /** @throws {TypeError} If it is no key. */
  constructor(secretKey: string) {
    const bytes = requireKey(secretKey, 'a secret key')
    this.#secretKey = secretKey
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: 'der', type: 'pkcs8' })
    this.publicKey = keyText(rawOf(createPublicKey(this.#key), 'x'))
  }

  /** A new pair. */
  static make(): KeyPair {
    return new KeyPair(keyText(rawOf(generateKeyPairSync('x25519').privateKey, 'd')))
  }

  /** In Z85. */
  get secretKey(): string {
    return this.#secretKey
  }

  /** The secret half, for Node's cryptography. */
  get key(): KeyObject {
    return this.#key
  }
}

/**
 * A public key for Node's cryptography.
 *
 * @throws {TypeError} If it is no key, or one of the few with which everybody has the same secret.
 * @example
 * assert.throws(() => publicKeyObject('0'.repeat(40)), /must be a public key of curve25519/)
 */
export function publicKeyObject(publicKey: string): KeyObject {
  const x = requireKey(publicKey, 'a public key').toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x } })
  try {
    diffieHellman({ privateKey: (trial ??= KeyPair.make()).key, publicKey: key })
  } catch (cause) {
    // OpenSSL refuses points of low order, as RFC 7748 asks.
    throw new TypeError(`${publicKey} must be a public key of curve25519: it is a point of low order`, { cause })
  }
  return key
}

let trial: KeyPair | undefined

function rawOf(key: KeyObject, part: 'x' | 'd'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[part] ?? '', 'base64url')
}
