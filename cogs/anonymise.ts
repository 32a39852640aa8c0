import { LRUCache } from 'lru-cache'
import {
  Modifier,
  describeValue,
  insert,
  itemGetter,
  requireOneOf,
  setterLike,
  requireAtLeast,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { lastDotOfIpv4 } from '../lib/net/address.js'
import { ANONYMISER_MODES, makeAnonymiser, requireAnonymity } from '../lib/net/anonymiser.js'
import { decodeKey, readKeyFile } from '../lib/net/secret-key.js'

const ON_INVALID = ['fail', 'pass', 'blank'] as const

/** Configuration insert: what an operator may set. */
export const anonymiseBaseConfig = insert({
  mode: {
    doc: 'How: `prefix` zeroes the last bits, `crypto-pan` keeps which addresses share a network, `hash` only which are equal.',
    format: ANONYMISER_MODES,
    default: 'prefix',
  },
  ipv4Bits: { doc: 'How many bits of an IPv4 address `prefix` keeps.', format: 'nat', max: 32, default: 24 },
  ipv6Bits: { doc: 'How many bits of an IPv6 address `prefix` keeps.', format: 'nat', max: 128, default: 48 },
  key: {
    doc: 'The key in hex or base64: 32 bytes for `crypto-pan`, at least 16 for `hash`.',
    format: 'text',
    default: null,
    sensitive: true,
  },
  keyFile: { doc: 'A file with the key instead: hex, base64 or raw bytes.', format: 'path', default: null },
  hashDigits: { doc: 'How many hex digits of a hash are kept.', format: 'nat', min: 8, max: 64, default: 32 },
  cacheMax: { doc: 'How many results are remembered.', format: 'nat', min: 1, default: 10_000 },
  onInvalid: {
    doc: 'What is done with a text that is no address: `fail`, `pass` it as it is, or `blank` it.',
    format: ON_INVALID,
    default: 'fail',
    live: true,
  },
})

/** The operator's settings, where the address is, and where the anonymous one goes. */
export interface AnonymiseOptions<In, Out = In> extends Partial<Settings<typeof anonymiseBaseConfig>> {
  /** Reads the address; by default the key `ip`. */
  readonly getter?: Getter<In, string>
  /** Puts the anonymous address in; by default in the place where the getter reads. */
  readonly setter?: Setter<In, string, Out>
}

type Resolved<In, Out> = Required<Omit<AnonymiseOptions<In, Out>, 'key'>>

const DEFAULTS = {
  mode: 'prefix',
  ipv4Bits: 24,
  ipv6Bits: 48,
  keyFile: null,
  hashDigits: 32,
  cacheMax: 10_000,
  onInvalid: 'fail',
} as const

/**
 * Make an IP address anonymous.
 *
 * In: any datum with an address. Out: the same datum with another address, or with a hash in hex. An IPv4-mapped
 * address (`::ffff:192.0.2.1`) is treated as its IPv4 address and stays mapped; a zone goes. A hash is the beginning of
 * HMAC-SHA256 under the key over the canonical text (RFC 5952), a mapped address's being that of its IPv4 address.
 * The mapping of `crypto-pan` is the published one, so that data of other tools under the same key agree.
 *
 * @throws {RangeError} If a number of bits or digits is out of its range, or if the key is missing or short.
 * @throws {ConfigError} From start(): if `keyFile` cannot be read.
 * @throws {TypeError} From a turn: if it is no address, unless `onInvalid` says otherwise; `blank` sets an empty text.
 * @example
 * assert.deepEqual(new Anonymise(train).turn({ ip: '192.0.2.133' }), [{ ip: '192.0.2.0' }])
 * const hash = new Anonymise(train, { mode: 'hash', key: '000102030405060708090a0b0c0d0e0f', hashDigits: 8 })
 * assert.deepEqual(hash.turn({ ip: '192.0.2.133' }), [{ ip: '0e5fada8' }])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with an address
export class Anonymise<In = any, Out = In> extends Modifier<In, string, string, Out, Resolved<In, Out>> {
  static readonly baseConfig = anonymiseBaseConfig
  private anonymise: ((text: string) => string | null) | null = null
  private readonly results: LRUCache<string, string>
  private readonly cutsLastByte: boolean

  constructor(train: Winder, options: AnonymiseOptions<In, Out> = {}) {
    const { key = null, ...shown } = options // The key stays out of `options`, which a log line or a graph may show.
    // A getter alone says where the address is; to write elsewhere would leave it there in the clear.
    const { getter = itemGetter<In, string>('ip'), setter = setterLike(getter) } = options
    super(train, { ...DEFAULTS, ...shown, getter, setter })
    const { mode, ipv4Bits, keyFile, cacheMax } = this.options
    requireAnonymity(this.options)
    requireAtLeast(1, this.options, 'cacheMax')
    requireOneOf(ON_INVALID, this.options, 'onInvalid')
    if (mode !== 'prefix' && (key === null) === (keyFile === null)) {
      throw new RangeError(`mode ${mode} must have either key or keyFile: it has ${key === null ? 'neither' : 'both'}`)
    }
    this.cutsLastByte = mode === 'prefix' && ipv4Bits === 24
    this.results = new LRUCache({ max: cacheMax })
    if (key !== null || mode === 'prefix') {
      this.anonymise = makeAnonymiser(this.options, key === null ? null : decodeKey(key))
    }
  }

  override start(): void {
    const { keyFile } = this.options
    if (keyFile !== null) this.anonymise ??= makeAnonymiser(this.options, readKeyFile(keyFile))
  }

  compute(piece: string): string {
    if (this.cutsLastByte && typeof piece === 'string') {
      const dot = lastDotOfIpv4(piece)
      if (dot > 0) return piece.slice(0, dot + 1) + '0'
    }
    return this.results.get(piece) ?? this.computeAnew(piece)
  }

  private computeAnew(piece: string): string {
    if (this.anonymise === null) throw new Error('cannot anonymise before start(), which reads the keyFile')
    const result = typeof piece === 'string' ? this.anonymise(piece) : null
    if (result === null) return this.invalid(piece)
    this.results.set(piece, result)
    return result
  }

  private invalid(piece: string): string {
    const { onInvalid } = this.options
    if (onInvalid === 'fail') {
      throw new TypeError(`cannot anonymise: must be an IPv4 or IPv6 address: it is ${describeValue(piece)}`)
    }
    return onInvalid === 'blank' ? '' : piece
  }
}
