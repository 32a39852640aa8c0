import { createRequire } from 'node:module'
import { LRUCache } from 'lru-cache'
import type { Reader, Response } from 'mmdb-lib'
import { ReloadedFile } from '../lib/files/reloaded-file.js'
import {
  Cog,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  requireOneOf,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { lookupForm } from '../lib/net/reverse-dns.js'
import { deepFreeze } from '../lib/text/deep-freeze.js'
import { fieldPath } from '../lib/text/field-path.js'

const ON_MISSING = ['pass', 'drop', 'fail'] as const

/** Configuration insert: what an operator may set. */
export const geoIpBaseConfig = insert({
  file: { doc: 'The database, a MaxMind DB file (`.mmdb`); read again when it changes.', format: 'path' },
  fields: {
    doc: 'What is taken of an entry: keys, or paths such as `/country/iso_code`; none: all of it.',
    format: 'strings',
    default: [],
  },
  onMissing: {
    doc: 'What is done with an address that is not in it: `pass` the datum as it is, `drop` it, or `fail`.',
    format: ON_MISSING,
    default: 'pass',
    live: true,
  },
  cacheMax: { doc: 'How many addresses are remembered.', format: 'nat', min: 1, default: 10_000 },
  bytesMax: { doc: 'The largest database.', format: 'size', min: 1, default: '1GiB' },
})

/** The operator's settings, where the address is, and where its entry goes. */
export interface GeoIpOptions<In, Out = In> extends Partial<Settings<typeof geoIpBaseConfig>> {
  readonly file: string
  /** Reads the address; by default the key `ip`. */
  readonly getter?: Getter<In, string | null | undefined>
  /** Puts the entry in; by default as the key `geo`. */
  readonly setter?: Setter<In, object, Out>
}

type Resolved<In, Out> = Required<GeoIpOptions<In, Out>>

const DEFAULTS = { fields: [], onMissing: 'pass', cacheMax: 10_000, bytesMax: 1024 ** 3 } as const

/** Nothing is known of an address: remembered like anything else. */
const NOTHING = Object.freeze({})

/**
 * Say where an address is, or whose: look it up in a database of MaxMind's format, such as GeoLite2.
 *
 * In: any datum with an address. Out: the same datum with its entry, or with the chosen fields of it. A mapped address is
 * looked up as its IPv4 address. The file is read when the train starts, and again when it changes; one that is wrong
 * then is told, and the database before stays. What is within an entry can't be written.
 *
 * @throws {RangeError} From the constructor: if a setting is none of its values. From a turn: if nothing is known of the
 * address and `onMissing` is `fail`.
 * @throws {ConfigError} From start(): if the file can't be read or is no database.
 * @throws {TypeError} From a turn: if it is no address. Of null and undefined nothing is known.
 * @example
 * const geo = new GeoIp(train, { file: '/var/lib/GeoIP/GeoLite2-City.mmdb', fields: ['/country/iso_code', '/location'] })
 * assert.equal(String(geo).startsWith('GeoIp('), true)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with an address
export class GeoIp<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = geoIpBaseConfig
  private readonly database: ReloadedFile<Reader<Response>>
  private readonly fields: readonly { get: (entry: object) => unknown; set: (to: object, piece: unknown) => object }[]
  private readonly entries: LRUCache<string, object>
  /** What the remembered entries came from. */
  private reader: Reader<Response> | null = null

  constructor(train: Winder, options: GeoIpOptions<In, Out>) {
    const accessors = { getter: itemGetter('ip'), setter: itemSetter('geo') }
    super(train, { ...DEFAULTS, ...accessors, ...options })
    requireAtLeast(1, this.options, 'cacheMax', 'bytesMax')
    const { file, fields, cacheMax, bytesMax } = this.options
    requireOneOf(ON_MISSING, this.options, 'onMissing')
    this.fields = fields.map((name) => ({ get: itemGetter(fieldPath(name)), set: itemSetter(fieldPath(name)) }))
    this.entries = new LRUCache({ max: cacheMax })
    const { esc, log } = this.train
    this.database = new ReloadedFile(esc, log, { setting: 'file', path: file, bytesMax, load: readerOf })
  }

  override start(): void {
    this.database.open()
  }

  turn(data: In): Turn<In | Out> {
    const { getter, setter, onMissing } = this.options
    const ip = getter(data)
    const entry = ip === null || ip === undefined ? NOTHING : this.entryOf(ip)
    if (entry !== NOTHING) return [setter(data, { ...entry })]
    if (onMissing === 'pass') return [data]
    if (onMissing === 'drop') return null
    throw new RangeError(`an address must be in ${this.options.file} (onMissing): ${describeValue(ip)} is not`)
  }

  /** Look whether the file has changed. */
  override reopen(): void {
    this.database.check()
  }

  override done(): void {
    this.database.close()
    this.entries.clear()
  }

  private entryOf(ip: string): object {
    const reader = this.database.value
    if (reader === null) throw new Error('cannot look up before start(), which reads the file')
    if (reader !== this.reader) this.entries.clear()
    this.reader = reader
    const known = this.entries.get(ip)
    if (known !== undefined) return known
    const address = typeof ip === 'string' ? lookupForm(ip) : null
    if (address === null) {
      throw new TypeError(`what is looked up must be an IPv4 or IPv6 address: it is ${describeValue(ip)}`)
    }
    const found = this.chosen(reader.get(address))
    this.entries.set(ip, found)
    return found
  }

  private chosen(entry: unknown): object {
    if (typeof entry !== 'object' || entry === null) return NOTHING
    if (this.fields.length === 0) return deepFreeze(entry)
    let found: object = NOTHING
    for (const { get, set } of this.fields) {
      const value = get(entry)
      if (value === undefined) continue
      if (found === NOTHING) found = {}
      set(found, value)
    }
    return deepFreeze(found)
  }
}

function readerOf(bytes: Buffer): Reader<Response> {
  // It comes with the first database: most apps have none.
  const { Reader: MmdbReader } = createRequire(import.meta.url)('mmdb-lib') as typeof import('mmdb-lib')
  const reader = new MmdbReader<Response>(bytes)
  reader.get('192.0.2.1') // What is cut off shows here, and not with the first datum.
  return reader
}
