/** Serves the metrics over HTTP. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DeadbeatError, codeOf } from '../errors/index.js'
import type { Store } from '../items/index.js'
import { isLoopback } from '../net/is-loopback.js'
import type { Settings } from '../settings/index.js'
import type { metricsBaseConfig } from './base-config.js'
import { metricsText } from './metrics-text.js'

/** The operator's settings, and whose metrics they are. */
export interface MetricsOptions extends Settings<typeof metricsBaseConfig> {
  readonly store: Store
}

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'
/** A request that takes longer is none. */
const REQUEST_MS_MAX = 10_000

/**
 * The server. `listen` null: it serves nothing.
 *
 * @throws {RangeError} If other machines could ask and there is no token.
 * @example
 * const store = new Store('lamp', new Escapement())
 * const open = { host: '', port: 9464 }
 * assert.throws(() => new MetricsServer({ store, listen: open, token: null }), /metrics.token must be set/)
 */
export class MetricsServer {
  readonly #options: MetricsOptions
  #server: Server | null = null

  constructor(options: MetricsOptions) {
    const { listen, token } = options
    if (listen !== null && token === null && !isLoopback(listen.host)) {
      const where = listen.host === '' ? 'every address' : listen.host
      throw new RangeError(`metrics.token must be set where other machines can ask: metrics.listen is ${where}`)
    }
    this.#options = options
  }

  /** Where it listens; null if it doesn't. */
  get address(): AddressInfo | null {
    return (this.#server?.address() as AddressInfo | null | undefined) ?? null
  }

  /** @throws {DeadbeatError} ERR_METRICS if it can't listen there. */
  async start(): Promise<void> {
    const { listen } = this.#options
    if (listen === null) return
    const server = createServer({ requestTimeout: REQUEST_MS_MAX }, (request, response) =>
      this.#answer(request, response),
    )
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        const message = `cannot serve metrics at ${listen.host}:${listen.port}: ${codeOf(cause)}; set metrics.listen to another address`
        reject(new DeadbeatError('ERR_METRICS', message, { cause }))
      })
      server.listen(listen.port, listen.host === '' ? undefined : listen.host, resolve)
    })
    server.unref() // It keeps no train alive.
    this.#server = server
  }

  close(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
    this.#server = null
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.socket.unref()
    const say = (status: number, text: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': TYPE, ...headers }).end(request.method === 'HEAD' ? '' : text)
    }
    const [path] = (request.url ?? '').split('?')
    if (request.method !== 'GET' && request.method !== 'HEAD') say(405, 'only GET\n', { allow: 'GET, HEAD' })
    else if (!this.#mayAsk(request.headers.authorization))
      say(401, 'show the token\n', { 'www-authenticate': 'Bearer' })
    else if (path === '/metrics') say(200, metricsText(this.#options.store))
    else say(404, 'metrics are at /metrics\n')
  }

  #mayAsk(shown = ''): boolean {
    const { token } = this.#options
    if (token === null) return true
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
    return timingSafeEqual(digest(shown), digest(`Bearer ${token}`)) // How long it takes tells nothing of the token.
  }
}
