/** The side of a daemon that publishes. */
import { randomUUID } from 'node:crypto'
import type { XPublisher } from 'zeromq'
import { ClosedError, requireAtLeast } from '../../errors/index.js'
import type { ServerCurve } from '../curve/proof.js'
import { encodePublication } from '../frames/encode.js'
import type { Frames, Payload } from '../frames/message.js'
import { complete, type Complete } from '../given.js'
import {
  bindFirst,
  closeBound,
  curveOfServer,
  receiveEach,
  SOCKET_OPTIONS,
  type Port,
  type WireLoop,
} from '../socket.js'
import { zmq } from '../zmq.js'

/** What a publisher can be given. */
export interface PublishServerOptions {
  readonly esc: WireLoop
  /** The address of this machine to listen at; 127.0.0.1 if it isn't given, and empty for all of them. */
  readonly address?: string | undefined
  /** 0 if it isn't given: one that the system chooses. */
  readonly port?: Port | undefined
  /** So many messages wait for a subscriber that is slow; what is published then, it does not get. */
  readonly queueMax?: number | undefined
  readonly heartbeatMs?: number | undefined
  readonly curve?: ServerCurve | undefined
  /** The first subscriber to a target has come, or the last one has left; an empty target is everything. */
  readonly onSubscription?: ((target: string, isOn: boolean) => void) | undefined
}

/** What holds where nothing is said. */
export const PUBLISH_SERVER_DEFAULTS = { address: '127.0.0.1', port: 0 as Port, queueMax: 1000, heartbeatMs: 15_000 }

/**
 * Publishes values to whoever has subscribed to them. Each message has its number among those of its target, `_seq`, and the name of
 * this run, `_boot`, so that a subscriber sees what it missed.
 *
 * @example
 * const publisher = new PublishServer({ esc: Escapement.instance })
 * await publisher.start()
 * publisher.publish('lamp.level', { value: 7, time: 1795294147.5 })
 * await publisher.close()
 */
export class PublishServer {
  private readonly options: Complete<PublishServerOptions, typeof PUBLISH_SERVER_DEFAULTS>
  private readonly socket: XPublisher
  private readonly sequences = new Map<string, number>()
  private readonly heard = new Set<string>()
  private readonly boot = randomUUID().slice(0, 8)
  private boundTo: number | null = null

  /** @throws {RangeError} If a limit is below 1. */
  constructor(options: PublishServerOptions) {
    this.options = complete(PUBLISH_SERVER_DEFAULTS, options)
    requireAtLeast(1, this.options, 'queueMax', 'heartbeatMs')
    this.socket = new (zmq().XPublisher)({
      ...SOCKET_OPTIONS,
      ...curveOfServer(options.curve),
      sendHighWaterMark: this.options.queueMax,
      heartbeatInterval: this.options.heartbeatMs,
      heartbeatTimeout: 2 * this.options.heartbeatMs,
    })
  }

  /**
   * Listen.
   *
   * @throws {WireError} `ERR_WIRE_IN_USE` if no port of those allowed is free.
   */
  async start(): Promise<void> {
    this.boundTo = await bindFirst(this.socket, this.options.address, this.options.port)
    void receiveEach(this.socket, (frames) => this.noticed(frames))
  }

  /** Where it listens. */
  get port(): number {
    if (this.boundTo === null) throw new ClosedError('the port is known once start() is through')
    return this.boundTo
  }

  /** Whether somebody has subscribed to a target. */
  isHeard(target: string): boolean {
    return this.heard.has('') || this.heard.has(`${target}.`)
  }

  /** Send a value to whoever has subscribed to its target, the full key in lower case without a dot behind. */
  publish(target: string, payload: Payload): void {
    const seq = (this.sequences.get(target) ?? 0) + 1
    this.sequences.set(target, seq)
    if (this.socket.closed) return
    void this.socket.send(encodePublication(target, { ...payload, _seq: seq, _boot: this.boot }))
  }

  /** End: what was published gets a moment to leave. Afterwards the port is free. */
  async close(): Promise<void> {
    if (!this.socket.closed) await closeBound(this.socket)
  }

  private noticed([notice]: Frames): void {
    if (notice === undefined || (notice[0] !== 0 && notice[0] !== 1)) return
    const topic = Buffer.from(notice.subarray(1)).toString()
    if (notice[0] === 1) this.heard.add(topic)
    else this.heard.delete(topic)
    this.options.onSubscription?.(topic.replace(/\.$/, ''), notice[0] === 1)
  }
}
