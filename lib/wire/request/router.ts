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
import { Gate } from '../curve/gate.js'
import type { ServerCurve } from '../curve/proof.js'
import type { Frames, OutFrame } from '../frames/message.js'
import {
  bindFirst,
  closeBound,
  receiveEach,
  SOCKET_OPTIONS,
  type Port,
  type WireLog,
  type WireLoop,
} from '../socket.js'
import { zmq } from '../zmq.js'
import type { Peer } from './peer.js'

/** How to listen. */
export interface RouterOptions {
  readonly esc: WireLoop
  readonly log?: WireLog | undefined
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

/** A ROUTER that tells whom it can't reach. */
export class Router {
  private readonly options: RouterOptions
  private readonly events: RouterEvents
  private readonly gate: Gate | null
  private readonly socket: RouterSocket
  private readonly waiting = new Set<Peer>()
  private again: Binding | null = null
  private watching: Promise<void> | undefined
  private isClosed = false

  constructor(options: RouterOptions, events: RouterEvents) {
    this.options = options
    this.events = events
    const { curve, log, esc } = options
    this.gate = curve === undefined ? null : new Gate(curve, { name: 'requests', log, now: () => esc.now() })
    this.socket = new (zmq().Router)({
      ...SOCKET_OPTIONS,
      ...this.gate?.socketOptions,
      mandatory: true,
      sendHighWaterMark: options.queueMax,
      maxMessageSize: options.messageBytesMax,
      heartbeatInterval: options.heartbeatMs,
      heartbeatTimeout: 2 * options.heartbeatMs,
    })
  }

  /** Listen; answers at which port. */
  async open(): Promise<number> {
    try {
      await this.gate?.open()
      const port = await bindFirst(this.socket, this.options.address, this.options.port)
      void receiveEach(this.socket, (frames) => this.events.take(frames))
      this.watching = this.watch()
      return port
    } catch (error) {
      await this.close() // What is left open keeps the process alive.
      throw error
    }
  }

  /** Send to one peer, behind what already waits for it. Resolves when that is clear, for those to whom the order matters. */
  send(peer: Peer, frames: OutFrame[]): Promise<void> | undefined {
    if (peer.backlog.length > 0) peer.backlog.push(frames)
    else return this.trySend(peer, frames)
  }

  /** End; afterwards the port is free. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    if (this.again !== null) this.options.esc.cancel(this.again)
    await closeBound(this.socket, this.watching)
    this.gate?.close()
  }

  private trySend(peer: Peer, frames: OutFrame[]): Promise<void> | undefined {
    if (this.isClosed) return
    return this.sendNow(peer, frames).catch((error: unknown) => {
      if (this.isFull(peer, error)) peer.backlog.push(frames)
    })
  }

  private sendNow(peer: Peer, frames: OutFrame[]): Promise<void> {
    return this.socket.send([peer.identity, ...(frames as Uint8Array[])])
  }

  /** Whether a send failed as there was no room. If there is nobody any more, that is told. */
  private isFull(peer: Peer, error: unknown): boolean {
    if (this.isClosed) return false
    const isFull = codeOf(error) === 'EAGAIN'
    if (isFull) {
      this.waiting.add(peer)
      this.again ??= this.options.esc.after(AGAIN_MS, () => void this.sendAgain())
    } else {
      this.waiting.delete(peer)
      this.events.gone(peer)
    }
    return isFull
  }

  /** One after another, so that they stay in order if there is room for some of them only. */
  private async sendAgain(): Promise<void> {
    const peers = [...this.waiting]
    this.waiting.clear()
    for (const peer of peers) await this.sendBacklog(peer)
    this.again = null
    if (this.waiting.size > 0 && !this.isClosed) {
      this.again = this.options.esc.after(AGAIN_MS, () => void this.sendAgain())
    }
  }

  private async sendBacklog(peer: Peer): Promise<void> {
    try {
      for (let next = peer.backlog.first; next !== undefined; next = peer.backlog.first) {
        await this.sendNow(peer, next)
        peer.backlog.shift()
      }
    } catch (error) {
      if (!this.isFull(peer, error)) peer.backlog.clear()
    }
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.socket.events) if (type === 'disconnect') this.events.someoneLeft()
  }
}
