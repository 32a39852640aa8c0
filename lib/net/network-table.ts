/** Networks with a value each, and the longest of them that an address is in. */
import { formatAddress, isIpv4, maskAddress, parseAddress, unmapAddress, type Address } from './address.js'

/** A network: an address whose bits behind the first `bits` count nothing. */
export interface Network {
  readonly address: Address
  readonly bits: number
}

/**
 * A network from its text: an address with a prefix length, or an address alone, which is a network of its own. Null if
 * it is none. A mapped network (`::ffff:192.0.2.0/120`) is its IPv4 network.
 *
 * @example
 * assert.equal(parseNetwork('192.0.2.0/24').bits, 24)
 * assert.equal(parseNetwork('2001:db8::1').bits, 128)
 * assert.equal(parseNetwork('192.0.2.0/33'), null)
 */
export function parseNetwork(text: string): Network | null {
  const [, name = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const written = parseAddress(name)
  if (written === null) return null
  const bitsMax = 8 * written.bytes.length
  const bits = length === undefined ? bitsMax : Number(length)
  if (bits > bitsMax) return null
  const address = bits >= bitsMax - 32 ? unmapAddress(written) : written
  return { address, bits: bits - (bitsMax - 8 * address.bytes.length) }
}

/**
 * A table of networks. A look-up costs one access to a map for each prefix length that occurs, however many networks
 * there are.
 *
 * @example
 * const table = new NetworkTable()
 * table.set(parseNetwork('192.0.2.0/24'), 'office')
 * table.set(parseNetwork('192.0.2.128/25'), 'guests')
 * assert.deepEqual(['192.0.2.1', '192.0.2.200', '::ffff:192.0.2.1', '198.51.100.1'].map((ip) => table.get(ip)),
 *   ['office', 'guests', 'office', undefined])
 */
export class NetworkTable<V> {
  /** By prefix length, the longest first: the values by their masked address. */
  private four: (readonly [mask: number, values: Map<number, V>])[] = []
  private six: (readonly [bits: number, values: Map<string, V>])[] = []
  private count = 0

  /** How many networks are in it. */
  get size(): number {
    return this.count
  }

  /** Put a network in; the value of the same one before is replaced. */
  set({ address, bits }: Network, value: V): void {
    if (address.family === 4) {
      const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0
      this.add(
        this.mapOf(this.four, mask, (a, b) => b - a),
        (numberOf(address.bytes) & mask) >>> 0,
        value,
      )
    } else {
      this.add(
        this.mapOf(this.six, bits, (a, b) => b - a),
        keyOf(maskAddress(address, bits).bytes),
        value,
      )
    }
  }

  /** The value of the longest network that an address is in; undefined if it is in none, or is no address. */
  get(text: string): V | undefined {
    if (isIpv4(text)) return this.getFour(numberOfText(text))
    const parsed = parseAddress(text)
    if (parsed === null) return undefined
    const address = unmapAddress(parsed)
    if (address.family === 4) return this.getFour(numberOf(address.bytes))
    for (const [bits, values] of this.six) {
      const value = values.get(keyOf(maskAddress(address, bits).bytes))
      if (value !== undefined) return value
    }
    return undefined
  }

  private getFour(address: number): V | undefined {
    for (const [mask, values] of this.four) {
      const value = values.get((address & mask) >>> 0)
      if (value !== undefined) return value
    }
    return undefined
  }

  private add<K>(values: Map<K, V>, key: K, value: V): void {
    if (!values.has(key)) this.count += 1
    values.set(key, value)
  }

  private mapOf<K>(
    maps: (readonly [number, Map<K, V>])[],
    length: number,
    order: (a: number, b: number) => number,
  ): Map<K, V> {
    const known = maps.find(([other]) => other === length)?.[1]
    if (known !== undefined) return known
    const made = new Map<K, V>()
    maps.push([length, made])
    maps.sort(([a], [b]) => order(a, b))
    return made
  }
}

/**
 * A network as it is usually written: without what is behind its bits.
 *
 * @example
 * assert.equal(formatNetwork(parseNetwork('192.0.2.7/24')), '192.0.2.0/24')
 */
export function formatNetwork({ address, bits }: Network): string {
  return `${formatAddress(maskAddress(address, bits))}/${bits}`
}

function numberOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
}

function numberOfText(text: string): number {
  let number = 0
  let octet = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) {
      number = number * 256 + octet
      octet = 0
    } else octet = octet * 10 + code - 48
  }
  return number * 256 + octet
}

/** 16 bytes as a text of 8 characters, which maps compare faster than anything else. */
function keyOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  return String.fromCharCode(...Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i)))
}
