import {
  Mapper,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  setOwn,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { decodeKey, readKeyFile } from '../lib/net/secret-key.js'
import { fieldPath } from '../lib/text/field-path.js'
import { hashOf } from '../lib/text/keyed-hash.js'
import { SECRET_KINDS, type SecretKind } from '../lib/text/secrets.js'

/** Configuration insert: what an operator may set. */
export const redactBaseConfig = insert({
  fields: {
    doc: 'Where it is looked for: keys, or paths such as `/http/url`; none: in every text of the datum.',
    format: 'strings',
    default: [],
  },
  kinds: {
    doc: `What is looked for: ${Object.keys(SECRET_KINDS).join(', ')}.`,
    format: 'strings',
    default: ['card', 'email', 'iban', 'jwt', 'bearer', 'url-password', 'aws-key', 'private-key'],
  },
  patterns: { doc: 'Regular expressions of your own for what is looked for.', format: 'strings', default: [] },
  names: {
    doc: 'A regular expression for the names of fields whose whole value goes: `/passw|token/i`.',
    format: 'regexp',
    default: null,
  },
  replacement: { doc: 'What stands in its place; `%k` is its kind.', default: '[%k]' },
  hash: { doc: 'Whether a hash under the key stands in its place, so that equal values stay equal.', default: false },
  key: {
    doc: 'The key of the hash in hex or base64, at least 16 bytes.',
    format: 'text',
    default: null,
    sensitive: true,
  },
  keyFile: { doc: 'A file with the key instead: hex, base64 or raw bytes.', format: 'path', default: null },
  digits: { doc: 'How many hex digits of a hash are kept.', format: 'nat', min: 8, max: 64, default: 16 },
  depthMax: { doc: 'How deeply a datum may be nested.', format: 'nat', min: 1, default: 100 },
})

/** The operator's settings. */
export type RedactOptions = Partial<Omit<Settings<typeof redactBaseConfig>, 'patterns'>> & {
  /** Regular expressions of your own; a text is the source of one. */
  readonly patterns?: readonly (RegExp | string)[]
}

type Resolved = Required<Omit<RedactOptions, 'key'>>

const DEFAULTS: Resolved = {
  fields: [],
  kinds: Object.keys(SECRET_KINDS),
  patterns: [],
  names: null,
  replacement: '[%k]',
  hash: false,
  keyFile: null,
  digits: 16,
  depthMax: 100,
}

const KEY_BYTES_MIN = 16

/**
 * Take secrets out of text: card numbers, mail addresses, tokens, and whatever your patterns find.
 *
 * In: a text, or an object or a list with texts in it, at any depth. Out: the same with `[card]`, `[email]` … in the place
 * of what was found, or with a hash under a key, by which equal values stay equal; objects and lists that hold some are
 * copied. Card numbers and IBANs count only with the right check digits. A field whose name `names` matches loses its
 * whole value.
 *
 * @throws {RangeError} From the constructor: if a kind is unknown, there is nothing to look for, or the key of a hash is
 * missing or short. From a turn: if the datum is nested deeper than `depthMax`.
 * @throws {ConfigError} From start(): if `keyFile` can't be read.
 * @throws {SyntaxError} From the constructor: if a pattern is no regular expression.
 * @example
 * const redact = new Redact(train, { names: /password/i })
 * const data = { text: 'anna@example.org paid with 4111 1111 1111 1111', password: 'x', n: 7 }
 * assert.deepEqual(redact.turn(data), [{ text: '[email] paid with [card]', password: '[name]', n: 7 }])
 */
export class Redact<T> extends Mapper<T, T, Resolved> {
  static readonly baseConfig = redactBaseConfig
  private readonly kinds: readonly (readonly [kind: string, secret: SecretKind])[]
  private readonly fields: readonly { get: (data: T) => unknown; set: (data: T, piece: unknown) => T }[]
  private readonly names: RegExp | null
  private key: Uint8Array | null

  constructor(train: Winder, options: RedactOptions = {}) {
    const { key = null, ...shown } = options // The key stays out of `options`, which a log line or a graph may show.
    super(train, { ...DEFAULTS, ...shown })
    const { kinds, patterns, fields, names, hash, keyFile } = this.options
    requireAtLeast(8, this.options, 'digits')
    requireAtLeast(1, this.options, 'depthMax')
    this.kinds = [
      ...kinds.map(knownKind),
      ...patterns.map((pattern) => ['pattern', { pattern: everywhere(pattern) }] as const),
    ]
    if (this.kinds.length === 0 && names === null)
      throw new RangeError('there must be something to look for: kinds, patterns and names are empty')
    this.fields = fields.map((name) => ({
      get: itemGetter<T>(fieldPath(name)),
      set: itemSetter<T>(fieldPath(name), { copy: true }),
    }))
    this.names = names === null ? null : new RegExp(names.source, names.flags.replace(/[gy]/g, ''))
    if (hash && (key === null) === (keyFile === null)) {
      throw new RangeError(`hash must have either key or keyFile: it has ${key === null ? 'neither' : 'both'}`)
    }
    this.key = key === null ? null : longEnough(decodeKey(key))
  }

  override start(): void {
    const { keyFile, hash } = this.options
    if (hash && keyFile !== null) this.key = longEnough(readKeyFile(keyFile))
  }

  one(data: T): T {
    if (this.options.hash && this.key === null) throw new Error('cannot hash before start(), which reads the keyFile')
    if (this.fields.length === 0) return this.clean(data, 0) as T
    let cleaned = data
    for (const { get, set } of this.fields) {
      const piece = get(data)
      const clean = this.clean(piece, 0)
      if (clean !== piece) cleaned = set(cleaned, clean)
    }
    return cleaned
  }

  /** The same value where there is nothing to take out. */
  private clean(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.cleanText(value)
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    const { depthMax } = this.options
    if (depth >= depthMax)
      throw new RangeError(`a datum must be nested at most ${depthMax} deep (depthMax): it is deeper`)
    return Array.isArray(value) ? this.cleanList(value, depth) : this.cleanParts(value, depth)
  }

  private cleanList(list: readonly unknown[], depth: number): readonly unknown[] {
    const cleaned = list.map((item) => this.clean(item, depth + 1))
    return cleaned.some((item, i) => item !== list[i]) ? cleaned : list
  }

  private cleanParts(parts: object, depth: number): object {
    let cleaned: object | null = null
    for (const [name, value] of Object.entries(parts)) {
      if (value === undefined) continue
      const clean = this.names?.test(name) === true ? this.hide('name', asText(value)) : this.clean(value, depth + 1)
      if (clean === value) continue
      cleaned ??= { ...parts }
      setOwn(cleaned, name, clean)
    }
    return cleaned ?? parts
  }

  private cleanText(text: string): string {
    let cleaned = text
    for (const [kind, { pattern, isOne, keeps }] of this.kinds) {
      cleaned = cleaned.replace(pattern, (found: string) => {
        if (found === '' || isOne?.(found) === false) return found
        const kept = keeps?.(found) ?? 0
        return found.slice(0, kept) + this.hide(kind, found.slice(kept))
      })
    }
    return cleaned
  }

  private hide(kind: string, secret: string): string {
    const { hash, digits, replacement } = this.options
    return hash ? hashOf(secret, this.key, digits) : replacement.replaceAll('%k', kind)
  }
}

function knownKind(kind: string): readonly [string, SecretKind] {
  const known = Object.hasOwn(SECRET_KINDS, kind) ? SECRET_KINDS[kind] : undefined
  if (known === undefined) {
    throw new RangeError(`kinds must be of ${Object.keys(SECRET_KINDS).join(', ')}: one is ${describeValue(kind)}`)
  }
  return [kind, known]
}

function everywhere(pattern: RegExp | string): RegExp {
  const { source, flags } = new RegExp(pattern)
  return new RegExp(source, `${flags.replace(/[gy]/g, '')}g`)
}

function longEnough(key: Buffer): Buffer {
  if (key.length < KEY_BYTES_MIN) {
    throw new RangeError(`the key of a hash must have at least ${KEY_BYTES_MIN} bytes: it has ${key.length}`)
  }
  return key
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Dates, bytes and what has a class are no texts, and nobody can tell what they hold. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null
}
