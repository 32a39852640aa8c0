import { gzipSync } from 'node:zlib'
import {
  SendingDrain,
  describeValue,
  insert,
  requireAtLeast,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { jsonText } from '../lib/files/json-text.js'
import { BATCH_DEFAULTS, BatchSender, Refused, TooLarge, TryLater, batchConfig } from '../lib/net/batch-sender.js'
import { HttpClient, retryAfterMs, type HttpAnswer } from '../lib/net/http-client.js'
import {
  TLS_CLIENT_DEFAULTS,
  tlsClientConfig,
  tlsClientOptions,
  type TlsClientSettings,
} from '../lib/net/tls-options.js'

/** Configuration insert: what an operator may set. */
export const httpDrainBaseConfig = insert({
  url: { doc: 'Where batches are sent: http or https.', format: 'url' },
  method: { doc: 'How: POST or PUT.', format: ['POST', 'PUT'], default: 'POST' },
  body: {
    doc: 'What a batch is: lines (each datum one) or json (a list).',
    format: ['lines', 'json'],
    default: 'lines',
  },
  contentType: { doc: 'The type of a batch; not set: by `body`.', format: 'text', default: null },
  gzip: { doc: 'Whether batches are compressed.', format: 'boolean', default: false },
  token: { doc: 'A secret for the header Authorization, as Bearer.', format: 'text', default: null, sensitive: true },
  headers: { doc: 'Other headers, by their names.', format: 'object', default: {}, sensitive: true },
  timeoutMs: { doc: 'How long an answer may take.', format: 'duration', min: 1, default: '30s', live: true },
  ...batchConfig,
  tls: {
    ca: tlsClientConfig.ca,
    cert: tlsClientConfig.cert,
    key: tlsClientConfig.key,
    serverName: tlsClientConfig.serverName,
  },
})

type HttpDrainSettings = Settings<typeof httpDrainBaseConfig>

/** The operator's settings, all but `url` with defaults, and what an answer says of single data. */
export interface HttpDrainOptions extends Partial<Omit<HttpDrainSettings, 'tls'>> {
  readonly url: string
  readonly tls?: Partial<Omit<TlsClientSettings, 'on'>>
  /** Reads from a good answer which data of the batch were refused all the same, by their places. */
  readonly refusedGetter?: (answer: HttpAnswer, count: number) => readonly number[]
}

const DEFAULTS = {
  method: 'POST',
  body: 'lines',
  contentType: null,
  gzip: false,
  token: null,
  headers: {},
  timeoutMs: 30_000,
  ...BATCH_DEFAULTS,
} as const

const TYPES = { lines: 'application/x-ndjson', json: 'application/json' }
/** Answers after which another try makes sense; so do all from 500 on. */
const PASSING = new Set([408, 425, 429])

/**
 * Send data to an HTTP server in batches.
 *
 * In: strings for `body: lines`; for `json` anything that JSON can say, strings being values. A batch goes with `batchMax`
 * data, `batchBytes` characters, or `batchAgeMs` after its first datum; one at a time, in order.
 *
 * A datum is over once the server has answered 2xx for its batch. What gets no answer, 408, 425, 429 or 5xx is sent again,
 * later each time and not before Retry-After: so a batch may come twice. With 413 it is halved. Any other answer refuses it
 * for good: the train stops, or it is dropped, told and counted (`whenRefused`).
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {TypeError} If the URL is none of http or https.
 * @example
 * const drain = new HttpDrain(train, { url: 'https://logs.example/in', gzip: true, token: 'secret' })
 * assert.equal(String(drain), 'HttpDrain(https://logs.example/in)')
 */
export class HttpDrain extends SendingDrain<unknown, HttpDrainSettings & Pick<HttpDrainOptions, 'refusedGetter'>> {
  static readonly baseConfig = httpDrainBaseConfig
  protected readonly sender: BatchSender<string>
  private readonly name: string
  private client: HttpClient | null = null

  constructor(train: Winder, { tls, ...options }: HttpDrainOptions) {
    super(train, { ...DEFAULTS, ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } })
    const numbers = ['bufferMax', 'retryMs', 'retryMaxMs', 'timeoutMs', 'batchMax', 'batchBytes'] as const
    requireAtLeast(1, this.options, ...numbers)
    const { protocol, host, pathname } = new URL(this.options.url)
    if (!/^https?:$/.test(protocol))
      throw new TypeError(`url must be one of http or https: it is ${describeValue(protocol)}`)
    this.name = `${protocol}//${host}${pathname}` // Without a password or a key.
    const { esc, log } = this.train
    const channel = {
      name: this.name,
      send: (batch: readonly string[]) => this.send(batch),
      close: () => this.client?.close(),
    }
    this.sender = new BatchSender(esc, log, this.options, channel, this.target)
  }

  override start(): void | Promise<void> {
    const { url, tls } = this.options
    this.client = new HttpClient(this.train.esc, url, tlsClientOptions({ ...tls, on: true }))
    return super.start()
  }

  /** @throws {TypeError} If it is no string, or nothing that JSON can say. */
  take(data: unknown): void {
    const isText = this.options.body === 'lines'
    if (isText && typeof data !== 'string') throw new TypeError(`a line must be a string: it is ${describeValue(data)}`)
    const text = isText ? (data as string) : jsonText(data)
    this.sender.append(text, text.length)
  }

  /** How many data were refused and dropped. */
  progress(): { readonly refused: number } {
    return { refused: this.sender.refused }
  }

  override toString(): string {
    return `${this.constructor.name}(${this.name})`
  }

  private async send(batch: readonly string[]): Promise<void> {
    const { method, body, timeoutMs, gzip, refusedGetter } = this.options
    const text = Buffer.from(body === 'lines' ? `${batch.join('\n')}\n` : `[${batch.join(',')}]`)
    const packed = gzip ? gzipSync(text) : text
    const answer = await this.opened.ask({ method, headers: this.headers(), body: packed, timeoutMs })
    const { status } = answer
    const message = `it answered ${status}${answer.text === '' ? '' : `: ${describeValue(answer.text)}`}`
    if (status >= 200 && status < 300) {
      const places = refusedGetter?.(answer, batch.length) ?? []
      if (places.length > 0) throw new Refused(message, { places })
    } else if (PASSING.has(status) || status >= 500)
      throw new TryLater(message, retryAfterMs(answer.headers['retry-after'], this.train.esc.wall()))
    else throw status === 413 ? new TooLarge(message) : new Refused(message)
  }

  private get opened(): HttpClient {
    if (this.client === null) throw new Error('send before start')
    return this.client
  }

  private headers(): Record<string, string> {
    const { contentType, body, gzip, token, headers } = this.options
    return {
      'content-type': contentType ?? TYPES[body],
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(headers as Record<string, string>),
    }
  }
}
