/**
 * IP addresses: strict reading, one canonical text, bytes. A leaf, and the only file that imports ipaddr.js.
 *
 * ipaddr.js writes them and doesn't read them, for it reads too much: `1.2.3` is 1.2.0.3 to it, `010.0.0.1` is octal,
 * and `::192.0.2.1` becomes the mapped `::ffff:192.0.2.1`. A tight loop decides what is IPv4, node:net what is IPv6.
 */
import { createRequire } from 'node:module'
import { isIPv6 } from 'node:net'

const require = createRequire(import.meta.url)

/** An IP address. */
export interface Address {
  readonly family: 4 | 6
  /** 4 or 16 bytes in network order. */
  readonly bytes: Uint8Array
  /** The zone of an IPv6 address (`eth0` in `fe80::1%eth0`); empty if it has none. */
  readonly zone: string
}

const ZERO = 48
const DOT = 46 ^ ZERO
/** No UTF-16 code unit. */
const END = 0x10000
const MAPPED_BYTES = 12

/**
 * Where the last dot of an IPv4 address stands, which is where its last byte begins; -1 if the text is none.
 * Exactly four decimal numbers up to 255 without leading zeros count.
 *
 * @example
 * assert.equal(lastDotOfIpv4('192.0.2.1'), 7)
 * assert.equal(lastDotOfIpv4('192.0.2'), -1)
 * assert.equal(lastDotOfIpv4('192.0.2.01'), -1)
 */
export function lastDotOfIpv4(text: string): number {
  const { length } = text
  if (length < 7 || length > 15) return -1
  let last = -1
  let i = 0
  for (let part = 0; part < 4; part++) {
    // Exclusive or with '0' leaves 0 to 9 of the digits only. They are written out, which is a quarter cheaper than
    // a loop over characters, and this is on the path of every address.
    let octet = text.charCodeAt(i++) ^ ZERO
    if (octet > 9) return -1
    let next = i < length ? text.charCodeAt(i) ^ ZERO : END
    if (next <= 9) {
      if (octet === 0) return -1
      octet = octet * 10 + next
      next = ++i < length ? text.charCodeAt(i) ^ ZERO : END
      if (next <= 9) {
        if (octet * 10 + next > 255) return -1
        next = ++i < length ? text.charCodeAt(i) ^ ZERO : END
      }
    }
    if (part === 3) return next === END ? last : -1
    if (next !== DOT || i === length - 1) return -1
    last = i++
  }
  return -1
}

/**
 * Whether a text is an IPv4 address in dotted decimal.
 *
 * @example
 * assert.equal(isIpv4('192.0.2.1'), true)
 * assert.equal(isIpv4('256.0.0.1'), false)
 */
export function isIpv4(text: string): boolean {
  return lastDotOfIpv4(text) > 0
}

/**
 * An address from its text, strictly; null if it is none. No brackets, ports, blanks or prefix lengths.
 *
 * @example
 * assert.deepEqual(parseAddress('192.0.2.1'), { family: 4, bytes: Uint8Array.of(192, 0, 2, 1), zone: '' })
 * assert.equal(parseAddress('fe80::1%eth0').zone, 'eth0')
 * assert.equal(parseAddress('1.2.3'), null)
 */
export function parseAddress(text: string): Address | null {
  if (isIpv4(text)) return { family: 4, bytes: bytesOfIpv4(text), zone: '' }
  if (!isIPv6(text)) return null
  const percent = text.indexOf('%')
  const bare = percent < 0 ? text : text.slice(0, percent)
  return { family: 6, bytes: bytesOfIpv6(bare), zone: percent < 0 ? '' : text.slice(percent + 1) }
}

/**
 * The canonical text of an address after RFC 5952; an IPv4-mapped one ends in dotted decimal (its section 5).
 *
 * @example
 * assert.equal(formatAddress({ family: 4, bytes: Uint8Array.of(192, 0, 2, 1), zone: '' }), '192.0.2.1')
 * assert.equal(formatAddress(parseAddress('2001:DB8:0:0:0::1')), '2001:db8::1')
 * assert.equal(formatAddress(parseAddress('::ffff:c000:201')), '::ffff:192.0.2.1')
 */
export function formatAddress({ family, bytes, zone }: Address): string {
  if (family === 4) return textOfIpv4(bytes)
  const text = isMapped(bytes) ? `::ffff:${textOfIpv4(bytes.subarray(MAPPED_BYTES))}` : textOfIpv6(bytes)
  return zone === '' ? text : `${text}%${zone}`
}

/**
 * The canonical text of an address given as text; null if it is none.
 *
 * @example
 * assert.equal(canonicalAddress('2001:0DB8::0:1'), '2001:db8::1')
 * assert.equal(canonicalAddress('10:00:00'), null)
 */
export function canonicalAddress(text: string): string | null {
  if (isIpv4(text)) return text
  const address = parseAddress(text)
  return address === null ? null : formatAddress(address)
}

/**
 * The IPv4 address that an IPv4-mapped one (`::ffff:192.0.2.1`, as sockets of both families log it) stands for;
 * any other address itself.
 *
 * @example
 * assert.equal(formatAddress(unmapAddress(parseAddress('::ffff:192.0.2.1'))), '192.0.2.1')
 */
export function unmapAddress(address: Address): Address {
  if (address.family === 4 || !isMapped(address.bytes)) return address
  return { family: 4, bytes: address.bytes.slice(MAPPED_BYTES), zone: '' }
}

/**
 * An address with all but its first `bits` bits zero, and without its zone.
 *
 * @example
 * assert.equal(formatAddress(maskAddress(parseAddress('2001:db8:1:2::3'), 48)), '2001:db8:1::')
 */
export function maskAddress({ family, bytes }: Address, bits: number): Address {
  const kept = Uint8Array.from(bytes)
  for (let i = bits >> 3; i < kept.length; i++) kept[i] = (kept[i] ?? 0) & (0xff00 >> Math.max(bits - 8 * i, 0))
  return { family, bytes: kept, zone: '' }
}

function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false
  return bytes[10] === 0xff && bytes[11] === 0xff
}

function bytesOfIpv4(text: string): Uint8Array {
  const bytes = new Uint8Array(4)
  let at = 0
  for (let i = 0; i < 4; i++) {
    const end = i < 3 ? text.indexOf('.', at) : text.length
    bytes[i] = Number(text.slice(at, end))
    at = end + 1
  }
  return bytes
}

function textOfIpv4(bytes: Uint8Array): string {
  return `${bytes[0] ?? 0}.${bytes[1] ?? 0}.${bytes[2] ?? 0}.${bytes[3] ?? 0}`
}

let ipaddr: typeof import('ipaddr.js') | null = null

function textOfIpv6(bytes: Uint8Array): string {
  ipaddr ??= require('ipaddr.js') as typeof import('ipaddr.js') // Where only IPv4 passes, nobody waits for it.
  return new ipaddr.IPv6(wordsOf(bytes)).toRFC5952String()
}

function wordsOf(bytes: Uint8Array): number[] {
  const words: number[] = []
  for (let i = 0; i < bytes.length; i += 2) words.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  return words
}

/** The bytes of what node:net takes for IPv6: what stands behind the gap moves to the end. */
function bytesOfIpv6(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  let at = 0
  let gap = -1
  let start = 0
  while (start < text.length) {
    const colon = text.indexOf(':', start)
    const end = colon < 0 ? text.length : colon
    const group = text.slice(start, end)
    if (group === '') gap = at
    else if (group.includes('.')) {
      bytes.set(bytesOfIpv4(group), at)
      at += 4
    } else {
      const word = Number.parseInt(group, 16)
      bytes[at++] = word >> 8
      bytes[at++] = word
    }
    start = end + 1
  }
  if (gap < 0) return bytes
  const target = bytes.length - (at - gap)
  return bytes.copyWithin(target, gap, at).fill(0, gap, target)
}
