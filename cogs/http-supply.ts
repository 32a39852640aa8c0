import {
  SourceError,
  Supply,
  codeOf,
  insert,
  requireAtLeast,
  toError,
  type MessageSetters,
  type Settings,
  type Ticket,
  type Winder,
} from '../lib/movement/index.js'
import { HttpServer, type Posted } from '../lib/net/http-server.js'
import { listenConfig } from '../lib/net/listen.js'
import { connectionsConfig, type StreamServerProgress } from '../lib/net/stream-server.js'
import { TLS_SERVER_DEFAULTS, tlsServerConfig, type TlsServerSettings } from '../lib/net/tls-options.js'

/** Configuration insert: what an operator may set. */
export const httpSupplyBaseConfig = insert({
  ...listenConfig,
  path: { doc: 'The path that is posted to.', format: 'text', default: '/' },
  body: {
    doc: 'What a body is: lines (each a datum), json (each element of a list, or the whole), or raw (one text).',
    format: ['lines', 'json', 'raw'],
    default: 'lines',
  },
  answer: {
    doc: 'When a request is answered: done (200, once all that came of it is drained), or accepted (202, at once).',
    format: ['done', 'accepted'],
    default: 'done',
  },
  token: {
    doc: 'A secret that requests must show as Bearer; not set: none.',
    format: 'text',
    default: null,
    sensitive: true,
  },
  bodyMax: { doc: 'How many bytes a body may have, also unpacked.', format: 'size', min: 1, default: 16_777_216 },
  requestsMax: { doc: 'How many requests may wait for an answer.', format: 'nat', min: 1, default: 1000 },
  connectionsMax: connectionsConfig.connectionsMax,
  tls: tlsServerConfig,
})

type HttpSupplySettings = Settings<typeof httpSupplyBaseConfig>

/** The operator's settings, all but `port` with defaults, and how what came becomes a datum. */
export interface HttpSupplyOptions<Out> extends Partial<Omit<HttpSupplySettings, 'tls'>>, MessageSetters<Out> {
  readonly port: number
  readonly tls?: Partial<TlsServerSettings>
}

interface Request extends Posted {
  readonly data: readonly unknown[]
}

const DEFAULTS = {
  host: '127.0.0.1',
  activated: null,
  path: '/',
  body: 'lines',
  answer: 'done',
  token: null,
  bodyMax: 16_777_216,
  requestsMax: 1000,
  connectionsMax: 1000,
} as const

/**
 * Supply what is posted to an HTTP server: lines, JSON or whole texts, also packed by gzip.
 *
 * Out: each line, element or text, or the datum that the setters make of it. A request is answered with 200 and how many
 * data it gave once all of them are over (drained, swallowed or diverted), so whoever asks again until then loses nothing,
 * and may have some twice: at least once. With `answer: accepted` it is 202 at once, and a crash loses what was under way.
 *
 * While the train is full, or too many wait, the answer is 429 with Retry-After; 413 for a body that is too long, 400 for
 * no JSON, 401 without the token, and 503 for what waits when the train stops.
 *
 * @throws {RangeError} If a limit is below 1.
 * @example
 * const supply = new HttpSupply(train, { port: 8080, path: '/in', token: 'secret' })
 * assert.equal(String(supply), 'HttpSupply(127.0.0.1:8080/in)')
 */
export class HttpSupply<Out = string> extends Supply<Out, HttpSupplySettings & HttpSupplyOptions<Out>, Request> {
  static readonly baseConfig = httpSupplyBaseConfig
  private readonly server: HttpServer

  constructor(train: Winder, { tls, ...options }: HttpSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options, tls: { ...TLS_SERVER_DEFAULTS, ...tls } })
    requireAtLeast(1, this.options, 'bodyMax', 'requestsMax', 'connectionsMax')
    const { host, port, activated } = this.options
    const address = { host, port, activated }
    this.server = new HttpServer(
      this.train.log,
      { ...this.options, address },
      { posted: (posted) => this.take(posted) },
    )
  }

  /** @throws {SourceError} If it can't listen there. */
  async start(): Promise<void> {
    try {
      await this.server.open()
    } catch (thrown) {
      const error = toError(thrown)
      throw new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
    }
  }

  finish(): void {
    this.server.close()
  }

  done(): void {
    this.server.release()
  }

  inherit(predecessor: this): void {
    this.server.inherit(predecessor.server)
  }

  override pause(): void {
    super.pause()
    this.server.pause()
  }

  override resume(): void {
    super.resume()
    this.server.resume()
  }

  override acknowledge({ origin: { answer, data } }: Ticket<Request>): void {
    if (this.options.answer === 'done') answer(200, { accepted: data.length })
  }

  override original({ origin: { data } }: Ticket<Request>, k: number): Uint8Array | null {
    const datum = data[k]
    return datum === undefined ? null : Buffer.from(typeof datum === 'string' ? datum : JSON.stringify(datum))
  }

  /** Where it listens, how many are connected, and how many requests were refused. */
  progress(): StreamServerProgress {
    return this.server.progress()
  }

  override toString(): string {
    const { host, port, path } = this.options
    return `${this.constructor.name}(${host}:${port}${path})`
  }

  private take(posted: Posted): void {
    let data: readonly unknown[]
    try {
      data = this.dataOf(posted.body)
    } catch (error) {
      posted.answer(400, { error: `it is no JSON: ${toError(error).message}` })
      return
    }
    if (this.options.answer === 'accepted') posted.answer(202, { accepted: data.length })
    if (data.length === 0) posted.answer(200, { accepted: 0 })
    else this.give({ ...posted, data })
  }

  private give(request: Request): void {
    const { lineSetter, idSetter, peerSetter } = this.options
    const isBare = lineSetter === undefined && idSetter === undefined && peerSetter === undefined
    const ticket = this.open(request, request.data.length, request.body.length)
    this.begin(ticket)
    for (const piece of request.data) {
      let datum: unknown = isBare ? piece : {}
      if (lineSetter !== undefined) datum = lineSetter(datum, piece)
      if (idSetter !== undefined) datum = idSetter(datum, this.nextId())
      if (peerSetter !== undefined) datum = peerSetter(datum, request.peer)
      this.put(datum as Out)
    }
    this.end(ticket)
  }

  private dataOf(body: Buffer): readonly unknown[] {
    const text = body.toString()
    if (this.options.body === 'raw') return [text]
    if (this.options.body === 'json') {
      const json: unknown = JSON.parse(text)
      return Array.isArray(json) ? (json as unknown[]) : [json]
    }
    const lines = text.split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines
  }
}
