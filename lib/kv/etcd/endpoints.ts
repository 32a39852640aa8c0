/** The members of a cluster: one is talked to, the next takes over when it fails. Each is connected to once it is used. */
import type { OutgoingHttpHeaders } from 'node:http2'
import { Backoff } from '../../net/backoff.js'
import { Call, type CallListener } from './call.js'
import { Connection } from './connection.js'
import type { EtcdSettings } from './options.js'

const RECONNECT_MAX_MS = 1000

/** One member. */
export class Endpoint {
  readonly address: string
  private readonly settings: EtcdSettings
  private readonly headers: OutgoingHttpHeaders
  private readonly backoff: Backoff
  /** The one that takes calls. */
  private connection: Connection | null = null
  /** It, and those that only end the calls that they have. */
  private readonly connections = new Set<Connection>()
  private awayUntilMs = -Infinity
  private why = ''

  constructor(address: string, settings: EtcdSettings) {
    this.address = address
    this.settings = settings
    this.headers = {
      ':method': 'POST',
      ':authority': settings.tls?.servername ?? address,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'deadbeat',
    }
    this.backoff = new Backoff({ retryMs: Math.min(settings.retryMs, RECONNECT_MAX_MS), retryMaxMs: RECONNECT_MAX_MS })
  }

  /** Whether no connection could be made a moment ago, and so none is tried now. */
  get isAway(): boolean {
    return this.connection === null && this.settings.clock.now() < this.awayUntilMs
  }

  /** Begin a call: at once, or as soon as there is a connection. While the member is away it fails. */
  call(path: string, metadata: OutgoingHttpHeaders, listener: CallListener): Call {
    const headers = { ...this.headers, ':path': path, ...metadata }
    if (!this.isAway) return (this.connection ??= this.connect()).call(headers, listener)
    const call = new Call(headers, this.settings.answerBytesMax, listener)
    queueMicrotask(() => {
      call.refuse(this.why)
    })
    return call
  }

  close(): void {
    for (const connection of this.connections) connection.close('the client was closed')
  }

  private connect(): Connection {
    const connection = new Connection(this.address, this.settings, {
      ready: () => {
        this.backoff.reset()
      },
      left: (why) => {
        this.connection = null
        if (connection.isReady) return
        this.why = why
        this.awayUntilMs = this.settings.clock.now() + this.backoff.nextMs()
      },
      closed: () => this.connections.delete(connection),
    })
    this.connections.add(connection)
    return connection
  }
}

/** All members. */
export class Endpoints {
  private readonly settings: EtcdSettings
  private readonly made: (Endpoint | undefined)[] = []
  private at = 0

  constructor(settings: EtcdSettings) {
    this.settings = settings
  }

  /** The one to talk to. */
  get current(): Endpoint {
    const address = this.settings.endpoints[this.at] as string
    return (this.made[this.at] ??= new Endpoint(address, this.settings))
  }

  /** One failed: go on with the next, unless somebody did already. */
  failed(endpoint: Endpoint): void {
    if (endpoint === this.made[this.at]) this.at = (this.at + 1) % this.settings.endpoints.length
  }

  close(): void {
    for (const endpoint of this.made) endpoint?.close()
  }
}
