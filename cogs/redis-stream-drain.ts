import {
  SendingDrain,
  describeValue,
  insert,
  requireAtLeast,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { BATCH_DEFAULTS, BatchSender, batchConfig } from '../lib/net/batch-sender.js'
import { REDIS_DEFAULTS, openRedis, redisConfig, redisName, type Redis } from '../lib/net/redis.js'

/** Configuration insert: what an operator may set. */
export const redisStreamDrainBaseConfig = insert({
  ...redisConfig,
  field: { doc: 'The field of an entry that a text goes to.', format: 'text', default: 'line' },
  lengthMax: {
    doc: 'About how many entries the stream keeps; the oldest go first. Not set: all.',
    format: 'nat',
    default: null,
    live: true,
  },
  ...batchConfig,
  batchAgeMs: { ...batchConfig.batchAgeMs, default: 0 },
})

type RedisStreamDrainSettings = Settings<typeof redisStreamDrainBaseConfig>

/** The operator's settings; all but `stream` have defaults. */
export type RedisStreamDrainOptions = Partial<RedisStreamDrainSettings> & { readonly stream: string }

/**
 * Add entries to a stream of Redis.
 *
 * In: texts, each an entry with one field, or objects of texts and numbers, each an entry with their fields. An entry is over
 * once the server has answered (how safe it is then, its `appendfsync` says). What got no answer is sent again, so that
 * each comes at least once.
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {DeadbeatError} From the start: without the package ioredis.
 * @example
 * const drain = new RedisStreamDrain(train, { stream: 'events', lengthMax: 1_000_000 })
 * assert.equal(String(drain), 'RedisStreamDrain(127.0.0.1:6379, stream=events)')
 */
export class RedisStreamDrain extends SendingDrain<string | object, RedisStreamDrainSettings> {
  static readonly baseConfig = redisStreamDrainBaseConfig
  protected readonly sender: BatchSender<readonly string[]>
  private client: Redis | null = null

  constructor(train: Winder, options: RedisStreamDrainOptions) {
    super(train, { ...REDIS_DEFAULTS, field: 'line', lengthMax: null, ...BATCH_DEFAULTS, batchAgeMs: 0, ...options })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'batchMax')
    const { esc, log } = this.train
    const send = (batch: readonly (readonly string[])[]): Promise<void> => this.send(batch)
    const channel = { name: redisName(this.options.url), send, close: () => this.client?.disconnect() }
    this.sender = new BatchSender(esc, log, this.options, channel, this.target)
  }

  override async start(): Promise<void> {
    this.client = await openRedis(this.constructor.name, this.options, this.train.log, false)
    await super.start()
  }

  /** @throws {TypeError} If it is no text and no object of texts and numbers, or has no field. */
  take(data: string | object): void {
    const pairs: readonly [string, unknown][] =
      typeof data === 'string' ? [[this.options.field, data]] : Object.entries((data as object | null) ?? {})
    const wrong = pairs.find(([, value]) => typeof value !== 'string' && typeof value !== 'number')
    if (wrong !== undefined || pairs.length === 0)
      throw new TypeError(`an entry must be a text, or an object of texts and numbers: it is ${describeValue(data)}`)
    const fields = pairs.flatMap(([name, value]) => [name, String(value)])
    this.sender.append(
      fields,
      fields.reduce((sum, { length }) => sum + length, 0),
    )
  }

  override toString(): string {
    return `${this.constructor.name}(${redisName(this.options.url)}, stream=${this.options.stream})`
  }

  private async send(batch: readonly (readonly string[])[]): Promise<void> {
    const { stream, lengthMax } = this.options
    const pipeline = (this.client as Redis).multi()
    for (const fields of batch) {
      if (lengthMax === null) pipeline.xadd(stream, '*', ...fields)
      else pipeline.xadd(stream, 'MAXLEN', '~', lengthMax, '*', ...fields)
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error
  }
}
