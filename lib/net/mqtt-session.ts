/**
 * A session with a broker of MQTT 3.1.1, over connections that are made again when they break.
 *
 * `mqtt-packet` reads and writes the packets. The client of the same authors, `mqtt`, gives the next message only once the one
 * before is acknowledged, so that an event that is held would stop all others.
 */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { IConnackPacket, IConnectPacket, Packet } from 'mqtt-packet'
import { DeadbeatError, toError } from '../errors/index.js'
import { Backoff } from './backoff.js'
import { hostAndPort } from './listen.js'
import type { LoopBinding, NetLog, NetLoop } from './loop.js'
import { loadSoft } from './soft.js'
import { tlsClientConfig, tlsClientOptions, type TlsClientSettings } from './tls-options.js'

/** Configuration insert: which broker, and as whom. */
export const mqttConfig = {
  host: { doc: 'The host of the broker.', format: 'text', default: '127.0.0.1' },
  port: { doc: 'Its port; by TLS most often 8883.', format: 'port', min: 1, default: 1883 },
  clientId: { doc: 'The name of the session: the same over restarts, and nobody else may have it.', format: 'text' },
  username: { doc: 'The user; not set: none.', format: 'text', default: null },
  password: { doc: 'Its password.', format: 'text', default: null, sensitive: true },
  keepAliveMs: {
    doc: 'After how long without a packet the broker is asked whether it is there.',
    format: 'duration',
    min: 1000,
    default: '30s',
  },
  connectMs: { doc: 'How long making a session may take.', format: 'duration', min: 1, default: 10_000 },
  tls: tlsClientConfig,
} as const

/** Which broker, and as whom. */
export interface MqttOptions {
  readonly host: string
  readonly port: number
  readonly clientId: string
  readonly username: string | null
  readonly password: string | null
  readonly keepAliveMs: number
  readonly connectMs: number
  readonly tls: TlsClientSettings
  readonly retryMs: number
  readonly retryMaxMs: number
}

/** The defaults of `mqttConfig`. */
export const MQTT_DEFAULTS = {
  host: '127.0.0.1',
  port: 1883,
  username: null,
  password: null,
  keepAliveMs: 30_000,
  connectMs: 10_000,
} as const

/** Who hears of the session. */
export interface MqttTarget {
  /** A connection is made: whatever was under way has to begin anew. */
  connected(): void
  packet(packet: Packet): void
  /** It broke, and is made again. */
  lost(error: Error): void
}

export type { IPublishPacket, ISubackPacket, Packet } from 'mqtt-packet'

type Codec = typeof import('mqtt-packet')

/** Why a broker refuses (MQTT 3.1.1, table 3.1). */
const REFUSALS = [
  '',
  'it speaks another version',
  'the clientId is refused',
  'it is not available',
  'the user or the password is wrong',
  'that is not allowed',
]

/** The session. */
export class MqttSession {
  /** Counts the connections: what belongs to an earlier one is nobody's business any more. */
  epoch = 0
  isConnected = false
  readonly name: string
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: MqttOptions
  private readonly isClean: boolean
  private readonly target: MqttTarget
  private readonly backoff: Backoff
  private codec!: Codec
  private socket: Socket | null = null
  private timers: LoopBinding[] = []
  private isPaused = false
  private isClosed = false
  private heardMs = 0

  /** `isClean`: whether the broker forgets the session when it ends. */
  constructor(loop: NetLoop, log: NetLog, options: MqttOptions, isClean: boolean, target: MqttTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.isClean = isClean
    this.target = target
    this.backoff = new Backoff(options)
    this.name = hostAndPort(options.host, options.port)
  }

  /**
   * Begin to connect; that the broker is away is no failure.
   *
   * @throws {DeadbeatError} ERR_MISSING_PACKAGE; if the files for TLS can't be used.
   */
  async open(cog: string): Promise<void> {
    tlsClientOptions(this.options.tls)
    const module = await loadSoft(cog, 'mqtt-packet', () => import('mqtt-packet'))
    this.codec = (module as unknown as { default: Codec }).default
    this.connect()
  }

  /** Send a packet. Answers whether there is a connection for it. */
  send(packet: Packet): boolean {
    if (!this.isConnected) return false
    this.socket?.write(this.codec.generate(packet))
    return true
  }

  pause(): void {
    this.isPaused = true
    this.socket?.pause()
  }

  resume(): void {
    this.isPaused = false
    this.heardMs = this.loop.now()
    this.socket?.resume()
  }

  /** Leave in order. */
  close(): void {
    this.isClosed = true
    this.send({ cmd: 'disconnect' })
    this.socket?.end()
    this.stopTimers()
    if (!this.isConnected) this.socket?.destroy()
    this.isConnected = false
  }

  private connect(): void {
    const { host, port, connectMs } = this.options
    const tls = tlsClientOptions(this.options.tls)
    const socket = tls === null ? connect({ host, port }) : connectTls({ host, port, ...tls })
    let reason: Error = new DeadbeatError('ECONNRESET', 'the broker closed the connection')
    this.socket = socket
    const parser = this.codec.parser({ protocolVersion: 4 })
    parser.on('packet', (packet) => this.take(packet))
    parser.on('error', (error: unknown) => socket.destroy(toError(error)))
    socket.on('data', (chunk: Buffer) => {
      this.heardMs = this.loop.now()
      parser.parse(chunk)
    })
    socket.once(tls === null ? 'connect' : 'secureConnect', () => socket.write(this.codec.generate(this.greeting())))
    socket.on('error', (error: Error) => (reason = error))
    socket.on('close', () => this.broke(reason))
    const tooLate = new DeadbeatError('ETIMEDOUT', `no session within connectMs (${connectMs} ms)`)
    this.timers = [this.loop.after(connectMs, () => socket.destroy(tooLate))]
  }

  private greeting(): IConnectPacket {
    const { clientId, username, password, keepAliveMs } = this.options
    return {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: this.isClean,
      clientId,
      keepalive: Math.ceil((2 * keepAliveMs) / 1000),
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password: Buffer.from(password) }),
    }
  }

  private take(packet: Packet): void {
    if (packet.cmd === 'connack') this.greeted(packet)
    else this.target.packet(packet)
  }

  private greeted({ returnCode = 0 }: IConnackPacket): void {
    if (returnCode !== 0) {
      this.socket?.destroy(new DeadbeatError('EACCES', `the broker refuses: ${REFUSALS[returnCode] ?? returnCode}`))
      return
    }
    if (this.backoff.failures > 0) this.log.info({ failures: this.backoff.failures }, `connected to ${this.name} again`)
    this.backoff.reset()
    this.stopTimers()
    this.isConnected = true
    this.epoch += 1
    this.timers = [this.loop.every(this.options.keepAliveMs, this.ask)]
    if (this.isPaused) this.socket?.pause()
    this.target.connected()
  }

  private readonly ask = (): void => {
    const { keepAliveMs } = this.options
    // While it is paused, it is we who don't hear.
    if (!this.isPaused && this.loop.now() - this.heardMs > 2 * keepAliveMs)
      this.socket?.destroy(new DeadbeatError('ETIMEDOUT', 'the broker says nothing any more'))
    else this.send({ cmd: 'pingreq' })
  }

  private broke(reason: Error): void {
    this.stopTimers()
    this.isConnected = false
    this.socket = null
    this.target.lost(reason)
    if (this.isClosed) return
    const delayMs = this.backoff.nextMs()
    const message = `cannot reach ${this.name}: ${reason.message}`
    if (this.backoff.failures === 1) this.log.warn({ err: reason, retryMs: delayMs }, `${message}; it is tried again`)
    else this.log.debug({ err: reason, failures: this.backoff.failures }, message)
    this.timers = [this.loop.after(delayMs, () => this.connect())]
  }

  private stopTimers(): void {
    for (const timer of this.timers) this.loop.cancel(timer)
    this.timers = []
  }
}
