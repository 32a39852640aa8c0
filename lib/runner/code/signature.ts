/**
 * Signatures of stored code: who may write below `/code` can make every node run anything, so that a node may demand
 * that somebody whom it knows has signed what it runs. Signed is what counts for running, with the path, so that a text
 * can't be put in the place of another; `info` isn't. To put back an older text that was signed once is not prevented.
 */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { toError } from '../../errors/index.js'
import { formatJson } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import { sourceName } from './hosted-code.js'

/** Who has signed, and what proves it. */
export interface Signature {
  /** The public key: ed25519, its 32 bytes in base64url. */
  readonly signer: string
  /** The signature, in base64url. */
  readonly value: string
}

/** What can be signed: code or a module. */
export interface Signed {
  readonly code: string
  readonly signature?: Signature
}

// In front of the 32 bytes of an ed25519 key in SPKI (RFC 8410).
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * Sign code or a module at its path.
 *
 * @param key an ed25519 key in PEM (PKCS 8), as `openssl genpkey -algorithm ed25519` writes it.
 * @throws {RunnerError} ERR_CODE_SIGNATURE, if it is no such key.
 */
export function signatureOf(kind: 'code' | 'module', path: string, entry: Signed, key: string | Buffer): Signature {
  const own = privateKey(key)
  const value = sign(null, signedText(kind, path, entry), own).toString('base64url')
  return { signer: publicOf(own), value }
}

/**
 * The public key of a private one, as signatures and `signers` have it.
 *
 * @throws {RunnerError} ERR_CODE_SIGNATURE, if it is no ed25519 key.
 */
export function signerOf(key: string | Buffer): string {
  return publicOf(privateKey(key))
}

/**
 * Check that one of some people has signed code or a module.
 *
 * @param signers public keys, as `signerOf` gives them.
 * @throws {RunnerError} ERR_CODE_SIGNATURE, if nobody has signed it, somebody else, or another text.
 */
export function checkSignature(kind: 'code' | 'module', path: string, entry: Signed, signers: readonly string[]): void {
  const { signature } = entry
  const refuse = (why: string): never => {
    throw new RunnerError(
      'ERR_CODE_SIGNATURE',
      `${kind} ${path} ${why}: this node runs only what was signed by one of its signers`,
    )
  }
  if (signature === undefined) return refuse('has no signature')
  if (!signers.includes(signature.signer)) return refuse(`was signed by ${signature.signer}`)
  if (!isRight(signedText(kind, path, entry), signature)) refuse('was changed after it was signed')
}

function isRight(text: Buffer, { signer, value }: Signature): boolean {
  try {
    const spki = Buffer.concat([SPKI_HEAD, Buffer.from(signer, 'base64url')])
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    return verify(null, text, key, Buffer.from(value, 'base64url'))
  } catch {
    return false // A signer or a value that is no such thing proves nothing.
  }
}

/** What is signed, to the byte. */
function signedText(kind: 'code' | 'module', path: string, entry: Signed): Buffer {
  const { signature: _, ...signed } = { ...entry, info: undefined }
  return Buffer.from(`deadbeat stored code 1\n${sourceName(kind, path)}\n${formatJson(signed)}`, 'utf8')
}

function publicOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? ''
}

function privateKey(pem: string | Buffer): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
    throw new TypeError(`it is ${String(key.asymmetricKeyType)}`)
  } catch (error) {
    const rule = 'the key must be ed25519 in PEM (openssl genpkey -algorithm ed25519)'
    throw new RunnerError('ERR_CODE_SIGNATURE', `${rule}: ${toError(error).message}`, { cause: error })
  }
}
