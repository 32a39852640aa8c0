/** The ways to make an address anonymous. */
import { createRequire } from 'node:module'
import { describeValue, requireOneOf } from '../errors/index.js'
import { formatAddress, maskAddress, parseAddress, unmapAddress, type Address } from './address.js'
import { cryptoPan } from './crypto-pan.js'

const require = createRequire(import.meta.url)

/** The ways by their names. */
export const ANONYMISER_MODES = ['prefix', 'crypto-pan', 'hash'] as const

/** Which way, and how much of the address or of its hash remains. */
export interface Anonymity {
  readonly mode: (typeof ANONYMISER_MODES)[number]
  readonly ipv4Bits: number
  readonly ipv6Bits: number
  readonly hashDigits: number
}

/** The fewest bytes that the key of a hash may have. */
export const HASH_KEY_BYTES_MIN = 16

const RANGES = [
  ['ipv4Bits', 0, 32],
  ['ipv6Bits', 0, 128],
  ['hashDigits', 8, 64],
] as const

/**
 * A function from an address to its anonymous text; it answers null to what is no address. Mode `prefix` needs no key.
 * An IPv4-mapped address is treated as its IPv4 address and, unless hashed, stays mapped. A zone goes.
 *
 * @throws {RangeError} If the key is too short, or for Crypto-PAn of another length than 32 bytes.
 * @example
 * const anonymise = makeAnonymiser({ mode: 'prefix', ipv4Bits: 16, ipv6Bits: 32, hashDigits: 32 }, null)
 * assert.equal(anonymise('192.0.2.1'), '192.0.0.0')
 * assert.equal(anonymise('::ffff:192.0.2.1'), '::ffff:192.0.0.0')
 * assert.equal(anonymise('1.2.3'), null)
 */
export function makeAnonymiser(anonymity: Anonymity, key: Uint8Array | null): (text: string) => string | null {
  const change = makeChange(anonymity, key ?? new Uint8Array())
  return (text) => {
    const address = parseAddress(text)
    if (address === null) return null
    const plain = unmapAddress(address)
    const result = change(plain)
    return plain === address || anonymity.mode === 'hash' ? result : `::ffff:${result}`
  }
}

/**
 * Check which way was asked for, and how much is to remain.
 *
 * @throws {RangeError} If the mode is none, or a number is out of its range.
 * @example
 * const anonymity = { mode: 'prefix', ipv4Bits: 33, ipv6Bits: 48, hashDigits: 32 }
 * assert.throws(() => requireAnonymity(anonymity), /ipv4Bits must be a whole number from 0 to 32: it is 33/)
 */
export function requireAnonymity(anonymity: Anonymity): void {
  requireOneOf(ANONYMISER_MODES, anonymity, 'mode')
  for (const [name, least, most] of RANGES) {
    const value = anonymity[name]
    if (!(Number.isInteger(value) && value >= least && value <= most)) {
      throw new RangeError(`${name} must be a whole number from ${least} to ${most}: it is ${describeValue(value)}`)
    }
  }
}

function makeChange({ mode, ...much }: Anonymity, key: Uint8Array): (address: Address) => string {
  if (mode === 'prefix') {
    return (address) => formatAddress(maskAddress(address, address.family === 4 ? much.ipv4Bits : much.ipv6Bits))
  }
  if (mode === 'crypto-pan') {
    const map = cryptoPan(key)
    return ({ family, bytes }) => formatAddress({ family, bytes: map(bytes), zone: '' })
  }
  if (key.length < HASH_KEY_BYTES_MIN) {
    throw new RangeError(`the key of a hash must have at least ${HASH_KEY_BYTES_MIN} bytes: it has ${key.length}`)
  }
  const { createHmac } = require('node:crypto') as typeof import('node:crypto') // The other ways start without it.
  return (address) => {
    const text = formatAddress({ ...address, zone: '' })
    return createHmac('sha256', key).update(text).digest('hex').slice(0, much.hashDigits)
  }
}
