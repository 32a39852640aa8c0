import {
  Cog,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireOneOf,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { formatAddress, parseAddress, unmapAddress } from '../lib/net/address.js'
import { findAddress, findAddresses, type FoundAddress } from '../lib/net/find-address.js'

const ON_MISSING = ['pass', 'drop', 'fail'] as const

/** Configuration insert: what an operator may set. */
export const extractIpBaseConfig = insert({
  all: { doc: 'Whether all addresses are wanted, as a list, or the first one.', default: false, live: true },
  unmap: { doc: 'Whether `::ffff:192.0.2.1` becomes 192.0.2.1.', default: true, live: true },
  zone: { doc: 'Whether the zone of an IPv6 address stays (`%eth0` in `fe80::1%eth0`).', default: true, live: true },
  onMissing: {
    doc: 'What is done with a line without an address: `pass` it without one, `drop` it, or `fail`.',
    format: ON_MISSING,
    default: 'pass',
    live: true,
  },
})

/** The operator's settings, where the line is, and where the address goes. */
export interface ExtractIpOptions<In, Out = In> extends Partial<Settings<typeof extractIpBaseConfig>> {
  /** Reads the line of text; by default the key `line`. */
  readonly getter?: Getter<In, string>
  /** Puts the address in, or the list if `all` is set; by default as the key `ip`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a text or a list of them, as `all` says
  readonly setter?: Setter<In, any, Out>
}

type Resolved<In, Out> = Required<ExtractIpOptions<In, Out>>

const DEFAULTS = { all: false, unmap: true, zone: true, onMissing: 'pass' } as const

/**
 * Find the IP address in a line of text, or all of them.
 *
 * In: any datum with a line. Out: the same datum with the canonical text (RFC 5952) of the first address, IPv4 or
 * IPv6, also in brackets or with a port; with `all`, with the list of them in the order of the line. Where there is
 * none, the datum goes on untouched and the setter isn't called, unless `onMissing` says otherwise. Versions (`1.2.3`,
 * `Chrome/120.0.0.0`), times, hardware addresses, names of hosts and the bare `::` are no addresses here.
 *
 * @throws {TypeError} From a turn: if the getter finds no text.
 * @throws {Error} From a turn: if there is no address and `onMissing` is `fail`.
 * @throws {RangeError} If `onMissing` is none of its values.
 * @example
 * const extract = new ExtractIp(train)
 * const line = 'Nov 21 10:00:00 mx1 sshd[7]: Connection closed by ::ffff:192.0.2.7 port 50022'
 * assert.deepEqual(extract.turn({ line }), [{ line, ip: '192.0.2.7' }])
 * assert.deepEqual(extract.turn({ line: 'nginx/1.27.3' }), [{ line: 'nginx/1.27.3' }])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with a line
export class ExtractIp<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = extractIpBaseConfig

  constructor(train: Winder, options: ExtractIpOptions<In, Out> = {}) {
    const accessors = { getter: itemGetter('line'), setter: itemSetter('ip') }
    super(train, { ...DEFAULTS, ...accessors, ...options })
    requireOneOf(ON_MISSING, this.options, 'onMissing')
  }

  turn(data: In): Turn<In | Out> {
    const { getter, setter, all } = this.options
    const line = getter(data)
    if (typeof line !== 'string') throw new TypeError(`the line must be text: it is ${describeValue(line)}`)
    if (all) {
      const found = findAddresses(line)
      if (found.length === 0) return this.missing(data, line)
      return [
        setter(
          data,
          found.map((address) => this.textOf(address)),
        ),
      ]
    }
    const found = findAddress(line)
    return found === null ? this.missing(data, line) : [setter(data, this.textOf(found))]
  }

  private textOf({ text, family }: FoundAddress): string {
    const { unmap, zone } = this.options
    const address = family === 4 ? null : parseAddress(text)
    if (address === null) return text
    const plain = unmap ? unmapAddress(address) : address
    return formatAddress(zone ? plain : { ...plain, zone: '' })
  }

  private missing(data: In, line: string): Turn<In> {
    const { onMissing } = this.options
    if (onMissing === 'pass') return [data]
    if (onMissing === 'drop') return null
    throw new Error(`the line must have an IP address (onMissing): it is ${describeValue(line)}`)
  }
}
