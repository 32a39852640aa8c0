/**
 * A session with a server of NATS, over connections that are made again when they break.
 *
 * The client of NATS can connect again by itself; it does so behind one's back, on timers of its own, and gives up after a
 * second refusal of the same password. Here each connection is a new one, so that whoever has something under way begins it
 * anew, and the train's clock says when.
 */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { NatsConnection } from '@nats-io/transport-node'
import type { JetStreamManager } from '@nats-io/jetstream'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { Backoff, type BackoffOptions } from '../net/backoff.js'
import type { LoopBinding, NetLog, NetLoop } from '../net/loop.js'
import { loadSoft } from '../net/soft.js'
import { tlsClientOptions } from '../net/tls-options.js'
import type { NatsOptions } from './config.js'

type Transport = typeof import('@nats-io/transport-node')
type JetStream = typeof import('@nats-io/jetstream')
type ConnectOptions = NonNullable<Parameters<Transport['connect']>[0]>

/** A connection, and what manages streams over it. */
export interface Link {
  readonly nc: NatsConnection
  readonly manager: JetStreamManager
  /** The client's own makers: of headers, of names for answers. */
  readonly transport: Transport
}

/** Who hears of the session. */
export interface SessionTarget {
  /** A connection is made: whatever was under way has to begin anew. What it rejects with breaks the connection. */
  connected(link: Link): void | Promise<void>
  /** It broke, and is made again. */
  lost(error: Error): void
}

/** The session. */
export class NatsSession {
  /** Null while there is no connection. */
  link: Link | null = null
  readonly name: string
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: NatsOptions
  private readonly target: SessionTarget
  private readonly backoff: Backoff
  private transport!: Transport
  private jetstream!: JetStream
  private retry: LoopBinding | null = null
  private isClosed = false

  constructor(loop: NetLoop, log: NetLog, options: NatsOptions & BackoffOptions, target: SessionTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.backoff = new Backoff(options)
    this.name = options.servers.join(',')
  }

  /**
   * Begin to connect; that the server is away is no failure.
   *
   * @throws {DeadbeatError} ERR_MISSING_PACKAGE; if the files of TLS or the credentials can't be read.
   */
  async open(cog: string): Promise<void> {
    tlsClientOptions(this.options.tls)
    const packages = '@nats-io/transport-node @nats-io/jetstream'
    this.transport = await loadSoft(cog, packages, () => import('@nats-io/transport-node'))
    this.jetstream = await loadSoft(cog, packages, () => import('@nats-io/jetstream'))
    this.identity()
    void this.connect()
  }

  /** What was sent reaches the server first, if that is there. */
  async close(): Promise<void> {
    this.isClosed = true
    if (this.retry !== null) this.loop.cancel(this.retry)
    const { link } = this
    this.link = null
    await link?.nc.close()
  }

  /** Break the connection, as what came over it is of no use. */
  break(error: Error): void {
    const { link } = this
    if (link === null) return
    this.broke(error)
    void link.nc.close()
  }

  private async connect(): Promise<void> {
    try {
      const nc = await this.transport.connect(this.connectOptions())
      if (this.hasClosed()) {
        await nc.close()
        return
      }
      const manager = await this.jetstream.jetstreamManager(nc, { timeout: this.options.requestMs, checkAPI: false })
      const link = { nc, manager, transport: this.transport }
      this.link = link
      const over = (error: Error = new DeadbeatError('ECONNRESET', 'the server closed the connection')): void => {
        if (this.link === link) this.broke(error)
      }
      void nc.closed().then((error) => over(error ?? undefined))
      socketOf(nc)?.once('end', () => over())
      await this.target.connected(link)
      if (this.link !== link) return
      if (this.backoff.failures > 0)
        this.log.info({ failures: this.backoff.failures }, `connected to ${this.name} again`)
      this.backoff.reset()
    } catch (thrown) {
      const error = toError(thrown)
      if (this.link === null) this.later(error)
      else this.break(error)
    }
  }

  /** A question of its own, for the answer changes while something is awaited. */
  private hasClosed(): boolean {
    return this.isClosed
  }

  private broke(error: Error): void {
    this.link = null
    this.target.lost(error)
    this.later(error)
  }

  private later(reason: Error): void {
    if (this.isClosed) return
    const delayMs = this.backoff.nextMs()
    const { failures } = this.backoff
    const message = `cannot reach ${this.name}: ${reason.message || codeOf(reason)}`
    if (failures === 1) this.log.warn({ err: reason, retryMs: delayMs }, `${message}; it is tried again`)
    else this.log.debug({ err: reason, failures }, message)
    this.retry = this.loop.after(delayMs, () => void this.connect())
  }

  private connectOptions(): ConnectOptions {
    const { servers, connectMs, keepAliveMs, tls } = this.options
    return {
      servers: [...servers],
      name: 'deadbeat',
      reconnect: false,
      timeout: connectMs,
      pingInterval: keepAliveMs,
      maxPingOut: 2,
      noAsyncTraces: true,
      tls: (tlsClientOptions(tls) as ConnectOptions['tls']) ?? null,
      ...this.identity(),
    }
  }

  /** As whom it connects. */
  private identity(): ConnectOptions {
    const { user, password, token, credentials } = this.options
    if (credentials !== null) {
      return { authenticator: this.transport.credsAuthenticator(readCredentials(credentials)) }
    }
    if (token !== null) return { token }
    return user === null ? {} : { user, pass: password ?? '' }
  }
}

/**
 * The client's own socket. When the server has ended the connection, the client takes its listeners off before it closes:
 * a write in between would be an error that nobody hears, and end the process. So nothing is written from the end on.
 */
function socketOf(nc: NatsConnection): Socket | undefined {
  return (nc as { protocol?: { transport?: { socket?: Socket } } }).protocol?.transport?.socket
}

function readCredentials(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const message = `cannot read credentials: ${toError(error).message}`
    throw new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error })
  }
}
