/**
 * The connection of a client to one daemon: a DEALER that is thrown away with the connection and made anew.
 *
 * ZeroMQ would reconnect by itself and deliver then what was sent before, to a daemon that has been restarted meanwhile. So the
 * socket is closed before it does, and what is sent while there is no connection is refused. Each socket has an identity by chance:
 * a daemon shuts out a second one of the same.
 *
 * A daemon that ends sends its last answers and is gone. A socket that is told never to reconnect (-1), or to send only where there
 * is a connection (`immediate`), throws away then what it has received and nobody has read: so it does neither.
 */
import { randomBytes } from 'node:crypto'
import type { Dealer } from 'zeromq'
import type { Binding } from '../../movement/index.js'
import { Backoff } from '../../net/backoff.js'
import type { ClientCurve } from '../curve/proof.js'
import type { Frames, OutFrame } from '../frames/message.js'
import { curveOfClient, receiveEach, SOCKET_OPTIONS, type WireLoop } from '../socket.js'
import { zmq } from '../zmq.js'

/** How to connect. */
export interface ConnectionOptions {
  readonly esc: WireLoop
  /** `tcp://host:port`. */
  readonly address: string
  readonly curve?: ClientCurve | undefined
  /** How long to wait before the second try to connect; it doubles from try to try, */
  readonly retryMs: number
  /** up to this. */
  readonly retryMaxMs: number
  /** How long a try may take. */
  readonly connectMs: number
  /** How often the daemon is asked whether it is there. */
  readonly heartbeatMs: number
}

/** Long after it has been closed. */
const NEVER_MS = 3_600_000

/** What its owner is told. */
export interface ConnectionEvents {
  opened(): void
  /** It was open, and is no longer. */
  lost(): void
  take(frames: Frames): void
}

/** One connection after another. */
export class Connection {
  private readonly options: ConnectionOptions
  private readonly events: ConnectionEvents
  private readonly backoff: Backoff
  private socket: Dealer | null = null
  private retry: Binding | null = null
  private isUp = false
  private isClosed = false

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.options = options
    this.events = events
    this.backoff = new Backoff(options)
    this.open()
  }

  /** Whether a message would be on its way now. */
  get isOpen(): boolean {
    return this.isUp
  }

  /** Send; answers whether there is a connection. */
  send(frames: OutFrame[]): boolean {
    if (this.socket === null || !this.isUp) return false
    const socket = this.socket
    socket.send(frames as (Buffer | string | null)[]).catch(() => this.drop(socket)) // What is lost with it, its owner hears.
    return true
  }

  /** Throw this connection away and make another one, as the daemon doesn't answer. */
  reopen(): void {
    if (this.socket !== null) this.drop(this.socket)
  }

  close(): void {
    this.isClosed = true
    if (this.retry !== null) this.options.esc.cancel(this.retry)
    if (this.socket !== null) this.drop(this.socket)
  }

  private open(): void {
    this.retry = null
    const { address, curve, connectMs, heartbeatMs } = this.options
    const socket = new (zmq().Dealer)({
      ...SOCKET_OPTIONS,
      ...curveOfClient(curve),
      immediate: false,
      reconnectInterval: NEVER_MS,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 0,
      connectTimeout: connectMs,
      handshakeInterval: connectMs,
      heartbeatInterval: heartbeatMs,
      heartbeatTimeout: 2 * heartbeatMs,
      routingId: chance() as unknown as string,
    })
    this.socket = socket
    void this.watch(socket)
    socket.connect(address)
    void receiveEach(socket, (frames) => {
      if (socket === this.socket) this.events.take(frames)
    })
  }

  /** To the end, also of one that was thrown away: else its monitor keeps a descriptor, and its address, which others get too. */
  private async watch(socket: Dealer): Promise<void> {
    for await (const { type } of socket.events) {
      if (socket !== this.socket) continue
      if (type === 'handshake') this.up()
      else if (type === 'disconnect') await this.readRest(socket)
      else if (type === 'close' || type.startsWith('handshake:error')) this.drop(socket)
    }
  }

  /** What came before it broke may be unread yet: a daemon that ends answers and is gone. */
  private async readRest(socket: Dealer): Promise<void> {
    const wasUp = this.isUp
    this.isUp = false
    await new Promise(setImmediate) // A turn of Node's loop, in which what has come is read ...
    await new Promise(setImmediate) // ... though this one may have begun behind that.
    this.drop(socket, wasUp)
  }

  private up(): void {
    this.isUp = true
    this.backoff.reset()
    this.events.opened()
  }

  private drop(socket: Dealer, wasUp = this.isUp): void {
    if (socket !== this.socket) return
    this.socket = null
    this.isUp = false
    socket.close()
    if (!this.isClosed) this.retry = this.options.esc.after(wasUp ? 0 : this.backoff.nextMs(), () => this.open())
    if (wasUp) this.events.lost()
  }
}

function chance(): Buffer {
  const identity = randomBytes(16)
  identity[0] = 1 + ((identity[0] as number) % 255) // Identities with 0 in front are those that a daemon gives itself.
  return identity
}
