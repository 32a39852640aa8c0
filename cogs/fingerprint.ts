import {
  Modifier,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  wholeGetter,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { decodeKey, readKeyFile } from '../lib/net/secret-key.js'
import { canonicalJson } from '../lib/text/canonical-json.js'
import { fieldPath } from '../lib/text/field-path.js'
import { hashOf } from '../lib/text/keyed-hash.js'

/** Configuration insert: what an operator may set. */
export const fingerprintBaseConfig = insert({
  fields: {
    doc: 'What is looked at: keys, or paths such as `/http/status`; none: the whole datum.',
    format: 'strings',
    default: [],
  },
  digits: { doc: 'How many hex digits of the hash are kept.', format: 'nat', min: 8, max: 64, default: 32 },
  key: {
    doc: 'A key in hex or base64, so that nobody else can try values out.',
    format: 'text',
    default: null,
    sensitive: true,
  },
  keyFile: { doc: 'A file with the key instead: hex, base64 or raw bytes.', format: 'path', default: null },
})

/** The operator's settings, what is looked at, and where the fingerprint goes. */
export interface FingerprintOptions<In, Out = In> extends Partial<Settings<typeof fingerprintBaseConfig>> {
  /** Reads what is looked at, instead of `fields`. */
  readonly getter?: Getter<In, unknown>
  /** Puts the fingerprint in; by default as the key `fingerprint`. */
  readonly setter?: Setter<In, string, Out>
}

type Resolved<In, Out> = Required<Omit<FingerprintOptions<In, Out>, 'key'>>

const DEFAULTS = { fields: [], digits: 32, keyFile: null }

/**
 * Give data a fingerprint: the same text for the same values, over restarts and on every machine.
 *
 * In: any datum. Out: the same datum with the first digits of the SHA-256, or of the HMAC-SHA-256 with a key, of the
 * chosen fields as JSON with sorted keys. A field that is missing counts as missing, not as null.
 *
 * @throws {RangeError} From the constructor: if `digits` is not 8 to 64, or both `key` and `keyFile` are given, or
 * `fields` and a getter.
 * @throws {ConfigError} From start(): if `keyFile` can't be read.
 * @throws {TypeError} From a turn: if there is no JSON for what is looked at.
 * @example
 * const print = new Fingerprint(train, { fields: ['user', 'ip'], digits: 16 })
 * const [{ fingerprint }] = print.turn({ ip: '192.0.2.1', user: 'anna', time: 1 })
 * assert.deepEqual(print.turn({ user: 'anna', ip: '192.0.2.1', time: 2 })[0].fingerprint, fingerprint)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object
export class Fingerprint<In = any, Out = In> extends Modifier<In, unknown, string, Out, Resolved<In, Out>> {
  static readonly baseConfig = fingerprintBaseConfig
  private key: Uint8Array | null

  constructor(train: Winder, options: FingerprintOptions<In, Out> = {}) {
    const { key = null, ...shown } = options // The key stays out of `options`, which a log line or a graph may show.
    const { fields = [], getter = getterOf<In>(fields) } = options
    super(train, { setter: itemSetter('fingerprint'), ...DEFAULTS, ...shown, getter } as Resolved<In, Out>)
    const { digits, keyFile } = this.options
    requireAtLeast(8, this.options, 'digits')
    if (digits > 64) throw new RangeError(`digits must be at most 64: it is ${digits}`)
    if (key !== null && keyFile !== null) throw new RangeError('either key or keyFile must be given: there are both')
    if (fields.length > 0 && options.getter !== undefined) {
      throw new RangeError('either fields or a getter must be given: there are both')
    }
    this.key = key === null ? null : decodeKey(key)
  }

  override start(): void {
    const { keyFile } = this.options
    if (keyFile !== null) this.key = readKeyFile(keyFile)
  }

  compute(piece: unknown): string {
    const { keyFile, digits } = this.options
    if (keyFile !== null && this.key === null) throw new Error('cannot hash before start(), which reads the keyFile')
    return hashOf(canonicalJson(piece), this.key, digits)
  }
}

function getterOf<In>(names: readonly string[]): Getter<In, unknown> {
  if (names.length === 0) return wholeGetter
  const fields = names.map((name) => [name, itemGetter(fieldPath(name))] as const)
  return (data) => {
    const found = fields.map(([name, get]) => [name, get(data)] as const)
    return Object.fromEntries(found.filter(([, value]) => value !== undefined))
  }
}
