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
import { parseAddress } from '../lib/net/address.js'
import { NetworkTable, formatNetwork, parseNetwork } from '../lib/net/network-table.js'

const ON_MISSING = ['pass', 'drop', 'fail'] as const

/** Configuration insert: what an operator may set. */
export const matchNetworksBaseConfig = insert({
  networks: {
    doc: 'Networks or addresses, each with an optional name behind it: `192.0.2.0/24 office`.',
    format: 'strings',
    default: [],
  },
  files: {
    doc: 'Files with such lines, in which # begins a comment; read again when they change.',
    format: 'paths',
    default: [],
  },
  onMissing: {
    doc: 'What is done with an address that is in none: `pass` the datum without one, `drop` it, or `fail`.',
    format: ON_MISSING,
    default: 'pass',
    live: true,
  },
  bytesMax: { doc: 'The largest file.', format: 'size', min: 1, default: '64MiB' },
})

/** The operator's settings, where the address is, and where the name of its network goes. */
export interface MatchNetworksOptions<In, Out = In> extends Partial<Settings<typeof matchNetworksBaseConfig>> {
  /** Reads the address; by default the key `ip`. */
  readonly getter?: Getter<In, string | null | undefined>
  /** Puts the name in, or the network where it has none; by default as the key `network`. */
  readonly setter?: Setter<In, string, Out>
}

type Resolved<In, Out> = Required<MatchNetworksOptions<In, Out>>

const DEFAULTS = { networks: [], files: [], onMissing: 'pass', bytesMax: 64 * 1024 * 1024 } as const

type Entries = readonly (readonly [network: string, name: string])[]

/**
 * Find the network that an address is in, of lists of networks.
 *
 * In: any datum with an address. Out: the same datum with the name of the longest network that it is in (`192.0.2.0/24`
 * itself where it has no name). A mapped address counts as its IPv4 address. With `onMissing: drop` it lets only those
 * through that are in one. Files are read again when they change; one that is wrong then is told, and the list before
 * stays. Where a network stands several times, the last counts: in the settings, then in the files, in their order.
 *
 * @throws {RangeError} From the constructor: if a network is none, or there are neither networks nor files. From a turn:
 * if the address is in none and `onMissing` is `fail`.
 * @throws {ConfigError} From start(): if a file can't be read, or a line of it is no network.
 * @throws {TypeError} From a turn: if it is no address. Null and undefined are in none.
 * @example
 * const match = new MatchNetworks(train, { networks: ['192.0.2.0/24 office', '192.0.2.128/25 guests', '2001:db8::/32'] })
 * assert.deepEqual(match.turn({ ip: '192.0.2.200' }), [{ ip: '192.0.2.200', network: 'guests' }])
 * assert.deepEqual(match.turn({ ip: '2001:db8::7' }), [{ ip: '2001:db8::7', network: '2001:db8::/32' }])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with an address
export class MatchNetworks<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = matchNetworksBaseConfig
  private readonly own: Entries
  private readonly files: readonly ReloadedFile<Entries>[]
  private table: NetworkTable<string> | null = null
  /** The lists that the table was made of. */
  private sources: readonly (Entries | null)[] = []

  constructor(train: Winder, options: MatchNetworksOptions<In, Out> = {}) {
    const accessors = { getter: itemGetter('ip'), setter: itemSetter('network') }
    super(train, { ...DEFAULTS, ...accessors, ...options })
    const { networks, files, bytesMax } = this.options
    requireAtLeast(1, this.options, 'bytesMax')
    requireOneOf(ON_MISSING, this.options, 'onMissing')
    if (networks.length === 0 && files.length === 0) {
      throw new RangeError('there must be networks or files of them: there are neither')
    }
    this.own = networks.map((line) => entryOf(line, 'networks must be'))
    this.files = files.map(
      (path) => new ReloadedFile(this.train.esc, this.train.log, { setting: 'files', path, bytesMax, load: entriesOf }),
    )
  }

  override start(): void {
    for (const file of this.files) file.open()
  }

  turn(data: In): Turn<In | Out> {
    const { getter, setter } = this.options
    const ip = getter(data)
    const found = ip === null || ip === undefined ? undefined : this.tableNow().get(ip)
    if (found !== undefined) return [setter(data, found)]
    if (ip !== null && ip !== undefined && (typeof ip !== 'string' || parseAddress(ip) === null)) {
      throw new TypeError(`what is looked up must be an IPv4 or IPv6 address: it is ${describeValue(ip)}`)
    }
    const { onMissing } = this.options
    if (onMissing === 'pass') return [data]
    if (onMissing === 'drop') return null
    throw new RangeError(`an address must be in one of the networks (onMissing): ${describeValue(ip)} is in none`)
  }

  /** Look whether the files have changed. */
  override reopen(): void {
    for (const file of this.files) file.check()
  }

  override done(): void {
    for (const file of this.files) file.close()
  }

  /** The table of what the files hold now: made anew once one of them was read anew. */
  private tableNow(): NetworkTable<string> {
    const isSame = this.table !== null && this.files.every((file, i) => file.value === this.sources[i])
    if (this.table !== null && isSame) return this.table
    this.sources = this.files.map((file) => file.value)
    if (this.sources.includes(null)) throw new Error('cannot match before start(), which reads the files')
    const table = new NetworkTable<string>()
    for (const entries of [this.own, ...this.sources]) {
      for (const [text, name] of entries ?? []) {
        const network = parseNetwork(text)
        if (network !== null) table.set(network, name)
      }
    }
    this.table = table
    return table
  }
}

function entriesOf(bytes: Buffer): Entries {
  return String(bytes)
    .split(/\r?\n/)
    .flatMap((line, i) => {
      const bare = line.replace(/#.*/, '').trim()
      return bare === '' ? [] : [entryOf(bare, `line ${i + 1} must be`)]
    })
}

function entryOf(line: string, rule: string): Entries[number] {
  const [, text = '', name = ''] = /^\s*([^\s,;]+)[\s,;]*(.*?)\s*$/.exec(line) ?? []
  const network = parseNetwork(text)
  if (network === null) throw new RangeError(`${rule} a network or an address: it is ${describeValue(line)}`)
  return [text, name === '' ? formatNetwork(network) : name]
}
