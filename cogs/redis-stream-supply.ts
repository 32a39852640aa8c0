import {
  SourceError,
  Supply,
  codeOf,
  insert,
  requireAtLeast,
  setOwn,
  toError,
  type Binding,
  type MessageSetter,
  type Settings,
  type Ticket,
  type Winder,
} from '../lib/movement/index.js'
import { REDIS_DEFAULTS, openRedis, redisConfig, redisName, type Redis } from '../lib/net/redis.js'

/** Configuration insert: what an operator may set. */
export const redisStreamSupplyBaseConfig = insert({
  ...redisConfig,
  group: {
    doc: 'The consumer group, which is made if it is missing, from the beginning of the stream.',
    format: 'text',
  },
  consumer: {
    doc: 'The name of this consumer: the same over restarts, and nobody else in the group may have it.',
    format: 'text',
  },
  countMax: { doc: 'How many entries are read at once.', format: 'nat', min: 1, default: 100, live: true },
  claimMs: {
    doc: 'After how long entries are taken over that another consumer got and did not acknowledge.',
    format: 'duration',
    min: 1,
    default: '5m',
  },
  retryMs: {
    doc: 'After how long a failed command is repeated.',
    format: 'duration',
    min: 1,
    default: 1000,
    live: true,
  },
})

type RedisStreamSupplySettings = Settings<typeof redisStreamSupplyBaseConfig>

/** The fields of an entry. */
export type RedisEntry = Record<string, string>

/** The operator's settings, and where the id of the event goes. */
export interface RedisStreamSupplyOptions<Out> extends Partial<RedisStreamSupplySettings> {
  readonly stream: string
  readonly group: string
  readonly consumer: string
  /** Sets the event's id. */
  readonly idSetter?: MessageSetter<Out>
}

type Reply = readonly (readonly [id: string, fields: readonly string[] | null])[]

/**
 * Supply the entries of a stream of Redis, as a consumer of a group.
 *
 * Out: an object of the entry's fields, all of them texts. An entry is acknowledged once all that came of it is over. What
 * was not, this consumer gets again when it starts or connects again, and another's after `claimMs`: so each entry comes
 * at least once.
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {SourceError} From the start: without the package ioredis.
 * @example
 * const supply = new RedisStreamSupply(train, { stream: 'events', group: 'app', consumer: 'app-1' })
 * assert.equal(String(supply), 'RedisStreamSupply(127.0.0.1:6379, stream=events)')
 */
export class RedisStreamSupply<Out = RedisEntry> extends Supply<
  Out,
  RedisStreamSupplySettings & RedisStreamSupplyOptions<Out>,
  string
> {
  static readonly baseConfig = redisStreamSupplyBaseConfig
  /** One connection waits for entries, the other acknowledges them. */
  private reader: Redis | null = null
  private writer: Redis | null = null
  private reading: Promise<void> | null = null
  private readonly underWay = new Set<string>()
  private isFinished = false
  /** Whether this consumer may have got entries of which it doesn't know. */
  private hasToReview = true
  private claiming: Binding | null = null
  private wake: (() => void) | null = null

  constructor(train: Winder, options: RedisStreamSupplyOptions<Out>) {
    super(train, { ...REDIS_DEFAULTS, countMax: 100, claimMs: 300_000, retryMs: 1000, ...options })
    requireAtLeast(1, this.options, 'countMax', 'claimMs', 'retryMs')
  }

  async start(): Promise<void> {
    const { log, esc } = this.train
    try {
      this.reader = await openRedis(this.constructor.name, this.options, log, false)
      this.writer = await openRedis(this.constructor.name, this.options, log, true)
    } catch (thrown) {
      const error = toError(thrown)
      throw new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
    }
    this.reader.on('ready', () => (this.hasToReview = true))
    this.claiming = esc.every(this.options.claimMs, () => (this.hasToReview = true))
    this.reading = this.read(this.reader)
  }

  async finish(): Promise<void> {
    this.isFinished = true
    if (this.claiming !== null) this.train.esc.cancel(this.claiming)
    this.wake?.()
    this.reader?.disconnect()
    await this.reading
  }

  /** What is acknowledged by then is told to the server before the connection ends. */
  done(): void {
    const { writer } = this
    if (writer?.status === 'ready') writer.quit().catch(() => writer.disconnect())
    else writer?.disconnect()
  }

  override resume(): void {
    super.resume()
    this.wake?.()
  }

  override acknowledge({ origin: id }: Ticket<string>): void {
    const { stream, group } = this.options
    this.underWay.delete(id)
    this.writer?.xack(stream, group, id).catch((error: unknown) => {
      this.train.log.warn(
        { err: error, entry: id },
        `cannot acknowledge an entry, which will come again: ${toError(error).message}`,
      )
    })
  }

  override toString(): string {
    return `${this.constructor.name}(${redisName(this.options.url)}, stream=${this.options.stream})`
  }

  private async read(reader: Redis): Promise<void> {
    while (!this.hasFinished()) {
      try {
        if (this.paused) await new Promise<void>((resolve) => (this.wake = resolve))
        else if (this.hasToReview) await this.review(reader)
        else await this.next(reader)
      } catch (error) {
        if (!this.hasFinished()) await this.recover(toError(error))
      }
    }
  }

  /** A question of its own, for the answer changes while something is awaited. */
  private hasFinished(): boolean {
    return this.isFinished
  }

  private async next(reader: Redis): Promise<void> {
    const { group, consumer, countMax, stream } = this.options
    // BLOCK 0 waits for ever: nothing is asked while nothing comes.
    const reply = await reader.xreadgroup(
      'GROUP',
      group,
      consumer,
      'COUNT',
      countMax,
      'BLOCK',
      0,
      'STREAMS',
      stream,
      '>',
    )
    for (const [, entries] of (reply ?? []) as readonly [string, Reply][]) this.give(entries)
  }

  /** What this consumer got before, and what others got and have let lie. */
  private async review(reader: Redis): Promise<void> {
    const { stream, group, consumer, claimMs } = this.options
    this.hasToReview = false
    await reader.xgroup('CREATE', stream, group, '0', 'MKSTREAM').catch((error: unknown) => {
      if (!toError(error).message.startsWith('BUSYGROUP')) throw error
    })
    const [, claimed] = (await reader.xautoclaim(stream, group, consumer, claimMs, '0')) as [string, Reply]
    this.give(claimed)
    const reply = await reader.xreadgroup('GROUP', group, consumer, 'STREAMS', stream, '0')
    for (const [, entries] of (reply ?? []) as readonly [string, Reply][]) this.give(entries)
  }

  private async recover(error: Error): Promise<void> {
    this.hasToReview = true
    this.train.log.debug({ err: error }, `cannot read the stream: ${error.message}`)
    await new Promise<void>((resolve) => {
      this.wake = resolve
      this.train.esc.after(this.options.retryMs, resolve)
    })
  }

  private give(entries: Reply): void {
    for (const [id, fields] of entries) {
      if (this.underWay.has(id) || this.hasFinished()) continue
      this.underWay.add(id)
      const ticket = this.open(
        id,
        1,
        (fields ?? []).reduce((sum, { length }) => sum + length, 0),
      )
      this.begin(ticket)
      if (fields === null)
        this.skip() // It was deleted: to acknowledge it is all that is left.
      else this.put(this.dataOf(fields))
      this.end(ticket)
    }
  }

  private dataOf(fields: readonly string[]): Out {
    const data: RedisEntry = {}
    for (let i = 0; i + 1 < fields.length; i += 2) setOwn(data, fields[i] as string, fields[i + 1])
    return (this.options.idSetter?.(data, this.nextId()) ?? data) as Out
  }
}
