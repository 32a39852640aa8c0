/**
 * The socket of a daemon's requests and its one sender.
 *
 * A ROUTER drops what is for somebody who has left, or who doesn't read. With `mandatory` it says so instead: EHOSTUNREACH for
 * the one, EAGAIN for the other, by a promise that is settled in the same turn. What didn't fit waits here, in order, and is
 * tried again.
 */
import type { Router as RouterSocket } from 'zeromq'
import { codeOf } from '../../errors/index.js'
import type { Binding } from '../../movement/index.js'
import type { ServerCurve } from '../curve/proof.js'
import type { Frames, OutFrame } from '../frames/message.js'
import {
  bindFirst,
  curveOfServer,
  receiveEach,
  SOCKET_OPTIONS,
  type Port,
  type ServerCurve,
  type WireLoop,
} from '../socket.js'
import { zmq } from '../zmq.js'
import type { Peer } from './peer.js'

/** How to listen. */
export interface RouterOptions {
  readonly esc: WireLoop
  readonly address: string
  readonly port: Port
  readonly curve?: ServerCurve | undefined
  readonly messageBytesMax: number
  readonly heartbeatMs: number
  /** How many messages wait in the socket for one client that doesn't read. */
  readonly queueMax: number
}

/** What its owner is told. */
export interface RouterEvents {
  take(frames: Frames): void
  /** A peer has left. */
  gone(peer: Peer): void
  /** Somebody has left, who is not known. */
  someoneLeft(): void
}

/** After how long it is tried again to send what didn't fit. */
const AGAIN_MS = 20

/** How long the last answers may take to leave once the socket is closed. */
const LINGER_MS = 500

/** A ROUTER that tells whom it can't reach. */
export class Router {
  private readonly options: RouterOptions
  private readonly events: RouterEvents
  private readonly socket: RouterSocket
  private readonly waiting = new Set<Peer>()
  private again: Binding | null = null

  constructor(options: RouterOptions, events: RouterEvents) {
    this.options = options
    this.events = events
    this.socket = new (zmq().Router)({
      ...SOCKET_OPTIONS,
      ...curveOfServer(options.curve),
      mandatory: true,
      sendHighWaterMark: options.queueMax,
      maxMessageSize: options.messageBytesMax,
      heartbeatInterval: options.heartbeatMs,
      heartbeatTimeout: 2 * options.heartbeatMs,
    })
  }

  /** Listen; answers at which port. */
  async open(): Promise<number> {
    const port = await bindFirst(this.socket, this.options.address, this.options.port)
    void receiveEach(this.socket, (frames) => this.events.take(frames))
    void this.watch()
    return port
  }

  /** Send to one peer, behind what already waits for it. Resolves when that is clear, for those to whom the order matters. */
  send(peer: Peer, frames: OutFrame[]): Promise<void> | void {
    if (peer.backlog.length > 0) peer.backlog.push(frames)
    else return this.trySend(peer, frames)
  }

  /** End: what has left the daemon's hands gets a moment to arrive. */
  close(): void {
    if (this.again !== null) this.options.esc.cancel(this.again)
    this.socket.linger = LINGER_MS
    this.socket.close()
  }

  private trySend(peer: Peer, frames: OutFrame[]): Promise<void> | void {
    if (this.socket.closed) return
    const parts = [peer.identity, ...frames] as (Buffer | string | null)[]
    return this.socket.send(parts).catch((error: unknown) => this.failed(peer, frames, error))
  }

  private failed(peer: Peer, frames: OutFrame[], error: unknown): void {
    const code = codeOf(error)
    if (code === 'EHOSTUNREACH') {
      this.forget(peer)
      this.events.gone(peer)
    } else if (code === 'EAGAIN' && !this.socket.closed) {
      peer.backlog.push(frames)
      this.waiting.add(peer)
      this.again ??= this.options.esc.after(AGAIN_MS, () => this.sendAgain())
    }
  }

  private sendAgain(): void {
    this.again = null
    for (const peer of this.waiting) {
      this.forget(peer)
      for (const frames of peer.backlog.splice(0)) void this.trySend(peer, frames)
    }
  }

  private forget(peer: Peer): void {
    this.waiting.delete(peer)
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.socket.events) if (type === 'disconnect') this.events.someoneLeft()
  }
}
