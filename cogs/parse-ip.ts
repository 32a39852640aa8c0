import {
  Modifier,
  describeValue,
  insert,
  itemGetter,
  setterLike,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { formatAddress, isIpv4, parseAddress, unmapAddress } from '../lib/net/address.js'

/** Configuration insert: what an operator may set. */
export const parseIpBaseConfig = insert({
  unmap: { doc: 'Whether `::ffff:192.0.2.1` becomes 192.0.2.1.', default: true, live: true },
  zone: { doc: 'Whether the zone of an IPv6 address stays (`%eth0` in `fe80::1%eth0`).', default: true, live: true },
})

/** An address with its family. */
export interface ParsedIp {
  readonly address: string
  readonly family: 4 | 6
}

/** The operator's settings, where the address is, and what of it goes where. */
export interface ParseIpOptions<In, Out = In> extends Partial<Settings<typeof parseIpBaseConfig>> {
  /** Whether the result is the canonical text, the default, or a `ParsedIp`. */
  readonly result?: 'text' | 'object'
  /** Reads the text; by default the key `ip`. */
  readonly getter?: Getter<In, string>
  /** Puts the result in; by default in the place where the getter reads. */
  readonly setter?: Setter<In, string | ParsedIp, Out>
}

type Resolved<In, Out> = Required<ParseIpOptions<In, Out>>

const DEFAULTS = { unmap: true, zone: true, result: 'text' } as const

/**
 * Check an IP address and write it in its canonical form (RFC 5952), so that equal addresses are equal texts.
 *
 * In: any datum with an address. Out: the same datum with its canonical text, or with `{ address, family }`.
 *
 * @throws {TypeError} From a turn: if it is no address. Brackets, ports, prefix lengths and leading zeros don't count.
 * @throws {RangeError} If `result` is neither `text` nor `object`.
 * @example
 * assert.deepEqual(new ParseIp(train).turn({ ip: '2001:DB8:0::0:1' }), [{ ip: '2001:db8::1' }])
 * const parse = new ParseIp(train, { result: 'object', setter: (data, { address, family }) => `IPv${family} ${address}` })
 * assert.deepEqual(parse.turn({ ip: '::ffff:192.0.2.1' }), ['IPv4 192.0.2.1'])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with an address
export class ParseIp<In = any, Out = In> extends Modifier<In, string, string | ParsedIp, Out, Resolved<In, Out>> {
  static readonly baseConfig = parseIpBaseConfig

  constructor(train: Winder, options: ParseIpOptions<In, Out> = {}) {
    const { getter = itemGetter<In, string>('ip'), setter = setterLike(getter) } = options
    super(train, { ...DEFAULTS, ...options, getter, setter })
    const { result } = this.options
    if (!['text', 'object'].includes(result)) {
      throw new RangeError(`result must be text or object: it is ${describeValue(result)}`)
    }
  }

  compute(piece: string): string | ParsedIp {
    const { unmap, zone, result } = this.options
    const isText = result === 'text'
    if (typeof piece === 'string' && isIpv4(piece)) return isText ? piece : { address: piece, family: 4 }
    const address = typeof piece === 'string' ? parseAddress(piece) : null
    if (address === null) {
      throw new TypeError(`cannot parse: must be an IPv4 or IPv6 address: it is ${describeValue(piece)}`)
    }
    const plain = unmap ? unmapAddress(address) : address
    const text = formatAddress(zone ? plain : { ...plain, zone: '' })
    return isText ? text : { address: text, family: plain.family }
  }
}
