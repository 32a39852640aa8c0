import { Resolver } from 'node:dns/promises'
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
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { isNoName, lookupForm, reverseName } from '../lib/net/reverse-dns.js'

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const
const ON_ERROR = ['pass', 'fail'] as const
const WARN_EVERY_MS = 60_000

/** Configuration insert: what an operator may set. */
export const lookupDnsBaseConfig = insert({
  type: { doc: 'Which records are looked up; PTR takes an address.', format: TYPES, default: 'A' },
  servers: {
    doc: "The DNS servers, each an address with an optional port; none: the system's.",
    format: 'strings',
    default: [],
  },
  timeoutMs: { doc: 'How long the first try for an answer lasts, in ms.', format: 'duration', min: 1, default: '2s' },
  tries: { doc: 'How often each server is asked before a look-up fails.', format: 'nat', min: 1, default: 2 },
  concurrencyMax: { doc: 'How many look-ups may be under way.', format: 'nat', min: 1, default: 64 },
  cacheMax: { doc: 'How many names are remembered.', format: 'nat', min: 1, default: 10_000 },
  ttlMs: { doc: 'How long an answer is remembered, in ms.', format: 'duration', min: 1, default: '5m' },
  negativeTtlMs: {
    doc: 'How long it is remembered that a name has no such records, in ms.',
    format: 'duration',
    min: 1,
    default: '1m',
  },
  errorTtlMs: {
    doc: 'How long a name whose look-up failed passes without another, in ms.',
    format: 'duration',
    min: 1,
    default: '10s',
  },
  finishMs: {
    doc: 'How long the end waits for answers, in ms; then data go on without.',
    format: 'duration',
    default: '5s',
  },
  onError: {
    doc: 'What is done if no server answers: `pass` the datum without records, or `fail`.',
    format: ON_ERROR,
    default: 'pass',
    live: true,
  },
})

/** What looks names up. */
export interface DnsResolver {
  /** The records of a name. Fails with the code `ENOTFOUND` or `ENODATA` if it has none. */
  resolve(name: string, type: string): Promise<unknown>
  /** Give up what is under way. */
  cancel?(): void
}

/** The operator's settings, where the name is, where its records go, and who looks them up. */
export interface LookupDnsOptions<In, Out = In> extends Partial<Settings<typeof lookupDnsBaseConfig>> {
  /** Reads the name, or for PTR the address; by default the key `host`. */
  readonly getter?: Getter<In, string | null | undefined>
  /** Puts the list of records in; by default as the key `dns`. */
  readonly setter?: Setter<In, readonly unknown[], Out>
  /** Looks names up instead of `servers`. */
  readonly resolver?: DnsResolver
}

type Resolved<In, Out> = Required<Omit<LookupDnsOptions<In, Out>, 'resolver'>>

const DEFAULTS = {
  type: 'A',
  servers: [],
  timeoutMs: 2000,
  tries: 2,
  concurrencyMax: 64,
  cacheMax: 10_000,
  ttlMs: 300_000,
  negativeTtlMs: 60_000,
  errorTtlMs: 10_000,
  finishMs: 5000,
  onError: 'pass',
} as const

/** What is known of a name. */
type Answer = readonly unknown[]
const NONE: Answer = Object.freeze([])

/**
 * Look up what the DNS knows of a name: addresses, mail servers, texts.
 *
 * In: any datum with a name, or for PTR with an address; null or undefined pass. Out: the same datum with the list of its
 * records: texts, for MX `{ priority, exchange }` with the best first, for SRV and SOA what node:dns gives. Where there
 * are none, the setter isn't called. Data wait for their answer while others overtake them; those with the same name
 * wait for the same one. At the end of the train they wait no longer than `finishMs`.
 *
 * @throws {RangeError} If a limit is below 1, or `type`, `servers` or `onError` can't be used.
 * @throws {TypeError} From a turn: if it is no name that can be looked up.
 * @throws {Error} For the datum, later: if no server answered and `onError` is `fail`.
 * @example
 * const { pass, train: own } = testTrain()
 * const resolver = { resolve: async () => [{ priority: 20, exchange: 'b.example' }, { priority: 10, exchange: 'a.example' }] }
 * const [out] = await pass([new LookupDns(own, { type: 'MX', resolver })], [{ host: 'example.org' }])
 * assert.equal(out.dns[0].exchange, 'a.example')
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with a name
export class LookupDns<In = any, Out = In> extends Cog<In, In | Out, Resolved<In, Out>> {
  static readonly baseConfig = lookupDnsBaseConfig
  override readonly ordered = false
  override readonly concurrencyMax: number
  private readonly resolver: DnsResolver
  private readonly answers: LRUCache<string, Answer>
  private readonly underWay = new Map<string, Promise<Answer>>()
  private failures = 0
  private silentUntilMs = -Infinity

  constructor(train: Winder, options: LookupDnsOptions<In, Out> = {}) {
    const { resolver, ...rest } = options
    const accessors = { getter: itemGetter('host'), setter: itemSetter('dns') }
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
    const { concurrencyMax, cacheMax } = this.options
    requireOneOf(TYPES, this.options, 'type')
    requireOneOf(ON_ERROR, this.options, 'onError')
    this.concurrencyMax = concurrencyMax
    this.resolver = resolver ?? resolverOf(this.options)
    // With a resolution the cache would set timers of its own.
    this.answers = new LRUCache({ max: cacheMax, ttl: 1, ttlResolution: 0, perf: { now: () => this.train.esc.now() } })
  }

  turn(data: In): Turn<In | Out> {
    const name = this.options.getter(data)
    if (name === null || name === undefined) return [data]
    const key = this.keyOf(name)
    const known = this.answers.get(key)
    if (known !== undefined) return [this.withAnswer(data, known)]
    return this.ask(key).then((answer) => [this.withAnswer(data, answer)])
  }

  override finish(): Promise<void> | undefined {
    if (this.underWay.size === 0) return undefined
    const { esc, log } = this.train
    const { finishMs } = this.options
    return new Promise((resolve) => {
      const timer = esc.after(finishMs, () => {
        log.warn(
          { names: this.underWay.size },
          `answers didn't come within finishMs (${finishMs} ms): data go on without`,
        )
        this.resolver.cancel?.()
        resolve()
      })
      void Promise.allSettled(this.underWay.values()).then(() => {
        esc.cancel(timer)
        resolve()
      })
    })
  }

  override done(): void {
    this.resolver.cancel?.()
    this.answers.clear()
  }

  /** The name under which it is looked up: in lower case, since the DNS knows no other. */
  private keyOf(name: string): string {
    if (this.options.type === 'PTR') {
      const address = typeof name === 'string' ? lookupForm(name) : null
      if (address !== null) return reverseName(address)
      throw new TypeError(`what is looked up must be an IPv4 or IPv6 address: it is ${describeValue(name)}`)
    }
    const bare = typeof name === 'string' ? name.toLowerCase().replace(/\.$/, '') : ''
    if (/^[!-~]{1,253}$/.test(bare) && bare.split('.').every((label) => /^.{1,63}$/.test(label))) return bare
    throw new TypeError(`what is looked up must be the name of a host: it is ${describeValue(name)}`)
  }

  private ask(key: string): Promise<Answer> {
    const before = this.underWay.get(key)
    if (before !== undefined) return before
    const asked = this.answerOf(key).finally(() => this.underWay.delete(key))
    this.underWay.set(key, asked)
    return asked
  }

  private async answerOf(key: string): Promise<Answer> {
    const { type, ttlMs, negativeTtlMs, errorTtlMs, onError } = this.options
    let found: unknown
    try {
      found = await this.resolver.resolve(key, type)
    } catch (error) {
      if (isNoName(error)) return this.remember(key, NONE, negativeTtlMs)
      this.warn(key, error)
      if (onError === 'pass') return this.remember(key, NONE, errorTtlMs)
      throw new Error(`cannot look up ${type} of ${key}: ${toError(error).message}`, { cause: error })
    }
    const answer = recordsOf(found)
    return this.remember(key, answer, answer.length > 0 ? ttlMs : negativeTtlMs)
  }

  private remember(key: string, answer: Answer, ttl: number): Answer {
    this.answers.set(key, answer, { ttl })
    return answer
  }

  private withAnswer(data: In, answer: Answer): In | Out {
    return answer.length === 0 ? data : this.options.setter(data, answer.map(copyOf))
  }

  /** A server that is away fails every look-up: one line a minute says so. */
  private warn(name: string, error: unknown): void {
    const nowMs = this.train.esc.now()
    this.failures++
    if (nowMs < this.silentUntilMs) return
    this.train.log.warn({ name, err: error, failures: this.failures }, 'cannot look up names in the DNS')
    this.failures = 0
    this.silentUntilMs = nowMs + WARN_EVERY_MS
  }
}

/** Records as a list: texts in one piece, mail servers with the best first. */
function recordsOf(found: unknown): Answer {
  const list = (Array.isArray(found) ? found : [found]) as readonly unknown[]
  const records = list.map((record) => (Array.isArray(record) ? record.join('') : record))
  const priority = (record: unknown): number =>
    typeof record === 'object' && record !== null && 'priority' in record ? Number(record.priority) : 0
  return records.sort((a, b) => priority(a) - priority(b))
}

/** Each datum gets its own. */
function copyOf(record: unknown): unknown {
  return typeof record === 'object' && record !== null ? { ...record } : record
}

function resolverOf({
  servers,
  timeoutMs,
  tries,
}: {
  servers: readonly string[]
  timeoutMs: number
  tries: number
}): DnsResolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries })
  try {
    if (servers.length > 0) resolver.setServers(servers)
  } catch (error) {
    const rule = 'servers must be addresses, each with an optional port'
    throw new RangeError(`${rule}: they are ${describeValue(servers)}: ${toError(error).message}`, { cause: error })
  }
  return resolver
}
