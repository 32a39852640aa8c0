/**
 * How a request says whose it is.
 *
 * ZeroMQ lets nobody in who isn't on the list, but tells a server that uses zeromq.js not which key a message came by: the
 * identity in a message is chosen by the client, and nothing in ZAP or in a socket's events ties it to a key (measured,
 * docs/design/0021-rights.md). So each request proves it itself, with a code that only the holders of two secret keys can
 * make: the client's and the server's. Their Diffie-Hellman secret, through HKDF, keys an HMAC over the request's id, type
 * and target. Nobody else sees it, for it travels under CURVE; who would send it again would have to be listed, have it
 * from one of both, and could only ask the same thing once more. It depends on no connection and no state.
 */
import { createHmac, diffieHellman, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto'
import { anonymous, type Principal } from '../../rights/index.js'
import { publicKeyObject, type KeyPair } from './key-pair.js'

/** What of a request is proved. */
export interface Proved {
  readonly id: string
  readonly type: string
  readonly target: string
}

/** The keys of a client, and the one of the server that it means. */
export interface ClientCurve {
  readonly keys: KeyPair
  /** The server's public key, in Z85: who has no other half of it gets no connection. */
  readonly serverKey: string
}

/** The keys of a server, and whom it lets in. */
export interface ServerCurve {
  readonly keys: KeyPair
  /** The name of a client's public key (Z85); null: it isn't let in. Asked each time. */
  nameOf(publicKey: string): string | null
  /** What keeps clients out that somebody listed, such as a file that can't be read. */
  faults?(): readonly string[]
}

const INFO = 'deadbeat wire proof 1'
const KEY_CHARACTERS = 40
const PROOF_CHARACTERS = KEY_CHARACTERS + 43

/**
 * The client's side.
 *
 * @example
 * const [anna, heater] = [KeyPair.make(), KeyPair.make()]
 * const request = { id: '00000001', type: 'GET', target: 'heater.temperature' }
 * const proof = new Prover({ keys: anna, serverKey: heater.publicKey }).proofOf(request)
 * const identification = new Identification({ keys: heater, nameOf: (key) => (key === anna.publicKey ? 'anna' : null) })
 * assert.deepEqual(identification.principalOf(proof, request), { kind: 'key', id: anna.publicKey, name: 'anna' })
 * assert.deepEqual(identification.principalOf(proof, { ...request, type: 'SET' }), { kind: 'anonymous' })
 */
export class Prover {
  readonly #publicKey: string
  readonly #secret: Buffer

  /** @throws {TypeError} If the server's key is none. */
  constructor({ keys, serverKey }: ClientCurve) {
    this.#publicKey = keys.publicKey
    this.#secret = secretOf(keys.key, serverKey, keys.publicKey + serverKey)
  }

  /** The `_auth` of a request. */
  proofOf(request: Proved): string {
    return this.#publicKey + codeOf(this.#secret, request).toString('base64url')
  }
}

/** The server's side. */
export class Identification {
  readonly #curve: ServerCurve
  readonly #secrets = new Map<string, Buffer>()

  constructor(curve: ServerCurve) {
    this.#curve = curve
  }

  /** Whose request it is: by its `_auth`, which may be anything. Anonymous if that proves nothing, or the key isn't listed. */
  principalOf(auth: unknown, request: Proved): Principal {
    if (typeof auth !== 'string' || auth.length !== PROOF_CHARACTERS) return anonymous
    const publicKey = auth.slice(0, KEY_CHARACTERS)
    const name = this.#curve.nameOf(publicKey)
    if (name === null) {
      this.#secrets.delete(publicKey) // There are no more of them than listed keys.
      return anonymous
    }
    const code = Buffer.from(auth.slice(KEY_CHARACTERS), 'base64url')
    const expected = codeOf(this.#secretWith(publicKey), request)
    if (code.length !== expected.length || !timingSafeEqual(code, expected)) return anonymous
    return { kind: 'key', id: publicKey, name }
  }

  #secretWith(publicKey: string): Buffer {
    let secret = this.#secrets.get(publicKey)
    if (secret === undefined) {
      const { keys } = this.#curve
      secret = secretOf(keys.key, publicKey, publicKey + keys.publicKey)
      this.#secrets.set(publicKey, secret)
    }
    return secret
  }
}

function secretOf(secretKey: KeyObject, publicKey: string, both: string): Buffer {
  const shared = diffieHellman({ privateKey: secretKey, publicKey: publicKeyObject(publicKey) })
  return Buffer.from(hkdfSync('sha256', shared, '', INFO + both, 32))
}

function codeOf(secret: Buffer, { id, type, target }: Proved): Buffer {
  // As JSON, so that no other three texts make the same one.
  return createHmac('sha256', secret)
    .update(JSON.stringify([id, type, target]))
    .digest()
}
