import { LRUCache } from 'lru-cache'
import {
  Cog,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  requireOneOf,
  toError,
  type Getter,
  type Hold,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { JointLookup } from '../lib/net/joint-lookup.js'
import { firstName, isNoName, lookupForm, reverseResolver, type ReverseResolver } from '../lib/net/reverse-dns.js'

const ON_ERROR = ['pass', 'fail'] as const
const WARN_EVERY_MS = 60_000

/** Configuration insert: what an operator may set. */
export const resolveBaseConfig = insert({
  servers: {
    doc: "The DNS servers, each an address with an optional port; none: the system's.",
    format: 'strings',
    default: [],
  },
  timeoutMs: { doc: 'How long the first try for an answer lasts, in ms.', format: 'duration', min: 1, default: '2s' },
  tries: { doc: 'How often each server is asked before a look-up fails.', format: 'nat', min: 1, default: 2 },
  concurrencyMax: { doc: 'How many look-ups may be under way.', format: 'nat', min: 1, default: 64 },
  cacheMax: { doc: 'How many addresses are remembered.', format: 'nat', min: 1, default: 10_000 },
  ttlMs: { doc: 'How long a name is remembered, in ms.', format: 'duration', min: 1, default: '1h', live: true },
  negativeTtlMs: {
    doc: 'How long it is remembered that an address has no name, in ms.',
    format: 'duration',
    min: 1,
    default: '5m',
    live: true,
  },
  errorTtlMs: {
    doc: 'How long an address whose look-up failed passes without another, in ms.',
    format: 'duration',
    min: 1,
    default: '10s',
    live: true,
  },
  finishMs: {
    doc: 'How long the end waits for names, in ms; then data go on without.',
    format: 'duration',
    default: '5s',
    live: true,
  },
  onError: {
    doc: 'What is done if no server answers: `pass` the datum without a name, or `fail`.',
    format: ON_ERROR,
    default: 'pass',
    live: true,
  },
})

/** The operator's settings, where the address is, where the name goes, and who looks it up. */
export interface ResolveHostnamesOptions<In, Out = In> extends Partial<Settings<typeof resolveBaseConfig>> {
  /** Reads the address; by default the key `ip`. */
  readonly getter?: Getter<In, string | null | undefined>
  /** Puts the name in; by default as the key `host`. */
  readonly setter?: Setter<In, string, Out>
  /** Looks names up instead of `servers`. */
  readonly resolver?: ReverseResolver
}

type Resolved<In, Out> = Required<Omit<ResolveHostnamesOptions<In, Out>, 'resolver'>>

const DEFAULTS = {
  servers: [],
  timeoutMs: 2000,
  tries: 2,
  concurrencyMax: 64,
  cacheMax: 10_000,
  ttlMs: 3_600_000,
  negativeTtlMs: 300_000,
  errorTtlMs: 10_000,
  finishMs: 5000,
  onError: 'pass',
} as const

/**
 * Look up the host name of an IP address in the DNS.
 *
 * In: any datum with an address, null or undefined. Out: the same datum with the name of the address; where it has no
 * name, or there is no address, the setter isn't called. Data whose name is not remembered wait for the answer, and
 * others overtake them; data with the same address wait for the same answer. At the end of the train they wait no
 * longer than `finishMs`.
 *
 * @throws {RangeError} If a limit is below 1, or `servers` or `onError` can't be used.
 * @throws {TypeError} From a turn: if the text is no address.
 * @throws {Error} For the datum, later: if no server answered and `onError` is `fail`.
 * @example
 * const resolver = { reverse: async () => ['mx.example'] }
 * const resolve = new ResolveHostnames(train, { resolver })
 * assert.deepEqual(resolve.turn({ ip: null }), [{ ip: null }])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with an address
export class ResolveHostnames<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = resolveBaseConfig
  private readonly resolver: ReverseResolver
  private readonly lookup: JointLookup<string, Hold<In>>
  /** Names by address, an empty text for none. */
  private readonly names: LRUCache<string, string>
  private failures = 0
  private silentUntilMs = -Infinity
  private onIdle: (() => void) | null = null

  constructor(train: Winder, options: ResolveHostnamesOptions<In, Out> = {}) {
    const { resolver, ...rest } = options
    const accessors = { getter: itemGetter('ip'), setter: itemSetter('host') }
    super(train, { ...DEFAULTS, ...accessors, ...rest })
    requireAtLeast(
      1,
      this.options,
      'timeoutMs',
      'tries',
      'concurrencyMax',
      'cacheMax',
      'ttlMs',
      'negativeTtlMs',
      'errorTtlMs',
    )
    requireAtLeast(0, this.options, 'finishMs')
    const { cacheMax } = this.options
    requireOneOf(ON_ERROR, this.options, 'onError')
    this.resolver = resolver ?? reverseResolver(this.options)
    this.lookup = new JointLookup({
      concurrencyMax: this.options.concurrencyMax,
      lookUp: async (address) => firstName(await this.resolver.reverse(address)),
      answered: (address, name, holds) => this.answered(address, name, holds),
      failed: (address, error, holds) => this.failed(address, error, holds),
    })
    // With a resolution the cache would set timers of its own.
    this.names = new LRUCache({ max: cacheMax, ttl: 1, ttlResolution: 0, perf: { now: () => this.train.esc.now() } })
  }

  turn(data: In): Turn<In | Out> {
    const ip = this.options.getter(data)
    if (ip === null || ip === undefined) return [data]
    const name = this.names.get(ip)
    return name === undefined ? this.ask(data, ip) : [this.withName(data, name)]
  }

  override finish(): Promise<void> | undefined {
    if (this.lookup.size === 0) return undefined
    return new Promise((resolve) => {
      const { esc } = this.train
      const timer = esc.after(this.options.finishMs, () => this.giveUp())
      this.onIdle = () => {
        esc.cancel(timer)
        resolve()
      }
    })
  }

  override done(): void {
    this.resolver.cancel?.()
    this.names.clear()
  }

  private ask(data: In, ip: string): Turn<In | Out> {
    const address = typeof ip === 'string' ? lookupForm(ip) : null
    if (address === null) {
      throw new TypeError(`cannot look up a name: must be an IPv4 or IPv6 address: it is ${describeValue(ip)}`)
    }
    const name = this.names.get(address)
    if (name !== undefined) return [this.withName(data, name)]
    this.lookup.ask(address, this.train.hold(data))
    return null
  }

  private answered(address: string, name: string, holds: readonly Hold<In>[], ttlMs = this.ttlMsOf(name)): void {
    this.names.set(address, name, { ttl: ttlMs })
    for (const hold of holds) {
      let out: In | Out
      try {
        out = this.withName(hold.data, name)
      } catch (error) {
        this.train.reject(hold, error)
        continue
      }
      this.train.resume(hold, [out])
    }
    if (this.lookup.size === 0) this.onIdle?.()
  }

  private failed(address: string, error: unknown, holds: readonly Hold<In>[]): void {
    const { onError, errorTtlMs } = this.options
    if (isNoName(error)) {
      this.answered(address, '', holds)
      return
    }
    this.warn(address, error)
    if (onError === 'pass') {
      this.answered(address, '', holds, errorTtlMs)
      return
    }
    const failure = new Error(`cannot look up the name of ${address}: ${toError(error).message}`, { cause: error })
    for (const hold of holds) this.train.reject(hold, failure)
    if (this.lookup.size === 0) this.onIdle?.()
  }

  private giveUp(): void {
    const { finishMs } = this.options
    const holds = this.lookup.takeBack()
    this.train.log.warn(
      { data: holds.length },
      `names didn't come within finishMs (${finishMs} ms): data go on without`,
    )
    for (const hold of holds) this.train.resume(hold, [hold.data])
    this.resolver.cancel?.()
    this.onIdle?.()
  }

  private ttlMsOf(name: string): number {
    return name === '' ? this.options.negativeTtlMs : this.options.ttlMs
  }

  private withName(data: In, name: string): In | Out {
    return name === '' ? data : this.options.setter(data, name)
  }

  /** A server that is away fails every look-up: one line a minute says so. */
  private warn(address: string, error: unknown): void {
    const nowMs = this.train.esc.now()
    this.failures++
    if (nowMs < this.silentUntilMs) return
    this.train.log.warn({ address, err: error, failures: this.failures }, 'cannot look up host names')
    this.failures = 0
    this.silentUntilMs = nowMs + WARN_EVERY_MS
  }
}
