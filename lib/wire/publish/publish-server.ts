/** The side of a daemon that publishes. */
import { randomUUID } from 'node:crypto'
import type { XPublisher } from 'zeromq'
import type { Binding } from '../../movement/index.js'
import { ClosedError, requireAtLeast } from '../../errors/index.js'
import type { Principal } from '../../rights/index.js'
import { Backoff } from '../../net/backoff.js'
import { Gate } from '../curve/gate.js'
import type { ServerCurve } from '../curve/proof.js'
import { encodePublication } from '../frames/encode.js'
import type { Frames, Payload } from '../frames/message.js'
import { complete, type Complete } from '../given.js'
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
import { BEAT, BeatTable } from './beat.js'

/** What a publisher can be given. */
export interface PublishServerOptions {
  readonly esc: WireLoop
  readonly log?: WireLog | undefined
  /** The address of this machine to listen at; 127.0.0.1 if it isn't given, and empty for all of them. */
  readonly address?: string | undefined
  /** 0 if it isn't given: one that the system chooses. */
  readonly port?: Port | undefined
  /** So many messages wait for a subscriber that is slow; what is published then, it does not get. */
  readonly queueMax?: number | undefined
  readonly heartbeatMs?: number | undefined
  /** Who subscribes to a longer topic is disconnected. */
  readonly topicBytesMax?: number | undefined
  /**
   * So many bytes may the topics have together that somebody has subscribed to, which ZeroMQ keeps in some fifteen times as many.
   * Beyond it all are disconnected, and come back: nobody says whose they were. If that happens again, it is waited before, longer
   * from time to time.
   */
  readonly topicsBytesMax?: number | undefined
  /** How often is told how far the values are, so that somebody who missed the last one sees it. */
  readonly beatMs?: number | undefined
  readonly curve?: ServerCurve | undefined
  /**
   * Whether a listed client may hear all that is published: ZeroMQ tells nobody who subscribed to what. Everybody listed if it isn't
   * given. Who may not any more is disconnected with the next publication, and all others with it, who come back.
   */
  readonly admits?: ((principal: Principal) => boolean) | undefined
  /** The first subscriber to a target has come, or the last one has left; an empty target is everything. */
  readonly onSubscription?: ((target: string, isOn: boolean) => void) | undefined
}

/** What holds where nothing is said. */
export const PUBLISH_SERVER_DEFAULTS = {
  address: '127.0.0.1',
  port: 0 as Port,
  queueMax: 65_536,
  heartbeatMs: 15_000,
  topicBytesMax: 4096,
  topicsBytesMax: 32 * 2 ** 20,
  beatMs: 1000,
}

/** What stands before a topic in a message that subscribes to it. */
const SUBSCRIBE_BYTES = 10
/** What says who a client is has the same limit, and up to a few hundred bytes. */
const TOPIC_BYTES_MAX_LEAST = 1024

/** What is published as one target. */
interface Topic {
  readonly frame: Buffer
  /** The number of its last value. */
  seq: number
}

/** After how long it is tried again to listen. */
const AGAIN_MS = 1_000
/** How long nobody is let in after too many topics have come a second time; it doubles from time to time, */
const PAUSE_MS = 1_000
/** up to this, */
const PAUSE_MAX_MS = 60_000
/** and begins anew after so long without. */
const CALM_MS = 300_000

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
  private readonly gate: Gate | null
  private socket: XPublisher
  private readonly topics = new Map<string, Topic>()
  private readonly heard = new Set<string>()
  private heardBytes = 0
  private readonly boot = randomUUID().slice(0, 8)
  private readonly beats = new BeatTable()
  private beating: Binding | null = null
  private boundTo: number | null = null
  private readonly pauses = new Backoff({ retryMs: PAUSE_MS, retryMaxMs: PAUSE_MAX_MS })
  /** When there were too many topics last. */
  private fullMs = -Infinity
  private again: Binding | null = null
  /** Whether the socket is closed: to ask the socket itself takes as long as to send. */
  private isShut = false
  private isOver = false

  /** @throws {RangeError} If a limit is below 1, or topicBytesMax below 1024. */
  constructor(options: PublishServerOptions) {
    this.options = complete(PUBLISH_SERVER_DEFAULTS, options)
    requireAtLeast(1, this.options, 'queueMax', 'heartbeatMs', 'beatMs')
    requireAtLeast(TOPIC_BYTES_MAX_LEAST, this.options, 'topicBytesMax', 'topicsBytesMax')
    const { curve, log, esc, admits } = options
    this.gate =
      curve === undefined ? null : new Gate(curve, { name: 'publications', log, now: () => esc.now(), admits })
    this.socket = this.make()
  }

  /**
   * Listen.
   *
   * @throws {WireError} `ERR_WIRE_IN_USE` if no port of those allowed is free.
   */
  async start(): Promise<void> {
    try {
      await this.gate?.open()
      this.boundTo = await bindFirst(this.socket, this.options.address, this.options.port)
    } catch (error) {
      await this.close() // What is left open keeps the process alive.
      throw error
    }
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
    let topic = this.topics.get(target)
    if (topic === undefined) this.topics.set(target, (topic = { frame: Buffer.from(`${target}.`), seq: 0 }))
    const seq = ++topic.seq
    if (this.beating !== null && target !== BEAT) this.beats.note(target, seq)
    if (this.gate?.hasRevoked() === true) this.disconnectAll('one of them may not hear any more')
    if (this.isShut) return
    void this.socket.send(encodePublication(topic.frame, payload, seq, this.boot))
  }

  /** End: what was published gets a moment to leave. Afterwards the port is free. */
  async close(): Promise<void> {
    this.stopBeating()
    if (this.again !== null) this.options.esc.cancel(this.again)
    this.isOver = true
    if (!this.isShut) {
      this.isShut = true
      await closeBound(this.socket)
    }
    this.gate?.close()
  }

  private make(): XPublisher {
    const { queueMax, heartbeatMs, topicBytesMax } = this.options
    return new (zmq().XPublisher)({
      ...SOCKET_OPTIONS,
      ...this.gate?.socketOptions,
      sendHighWaterMark: queueMax,
      maxMessageSize: SUBSCRIBE_BYTES + topicBytesMax, // Of what comes in.
      heartbeatInterval: heartbeatMs,
      heartbeatTimeout: 2 * heartbeatMs,
    })
  }

  /** ZeroMQ closes no single connection, so that all are closed; who may comes back. */
  private disconnectAll(why: string, pauseMs = 0, about: object = {}): void {
    this.isShut = true
    const closed = closeBound(this.socket)
    for (const topic of [...this.heard]) this.changed(topic, false)
    const pause = pauseMs === 0 ? '' : ` for ${Math.round(pauseMs)} ms`
    this.options.log?.info({ port: this.port, ...about }, `disconnected all subscribers${pause}, as ${why}`)
    void closed.then(() => this.listenAfter(pauseMs))
  }

  /** Who comes back with the same topics would have all disconnected as fast as he comes. */
  private tooManyTopics(): void {
    const { topicsBytesMax, esc } = this.options
    const isAgain = esc.now() - this.fullMs < CALM_MS
    this.fullMs = esc.now()
    if (!isAgain) this.pauses.reset()
    const why = `their topics have more than ${topicsBytesMax} bytes (topicsBytesMax)`
    // One of them it was.
    this.disconnectAll(why, isAgain ? this.pauses.nextMs() : 0, this.gate === null ? {} : { keys: this.gate.names() })
  }

  private listenAfter(ms: number): void {
    if (ms === 0) void this.listenAgain()
    else if (!this.isOver) this.again = this.options.esc.after(ms, () => void this.listenAgain())
  }

  /** What is published meanwhile reaches nobody, and is seen as a gap. */
  private async listenAgain(): Promise<void> {
    const fresh = this.make()
    try {
      await bindFirst(fresh, this.options.address, this.port)
    } catch (error) {
      fresh.close()
      this.options.log?.warn({ err: error, port: this.port }, 'cannot listen for subscribers again yet')
      this.listenAfter(AGAIN_MS)
      return
    }
    this.socket = fresh
    this.isShut = this.isOver
    if (this.isOver) fresh.close()
    else void receiveEach(fresh, (frames) => this.noticed(frames))
  }

  private noticed([notice]: Frames): void {
    if (this.isOver) return // It had come before the socket was closed: the beat would begin anew, and never end.
    if (notice === undefined || notice[0] === undefined || notice[0] >= 2) return
    this.changed(Buffer.from(notice.subarray(1)).toString(), notice[0] === 1)
    if (this.heardBytes > this.options.topicsBytesMax && !this.socket.closed) this.tooManyTopics()
  }

  private changed(topic: string, isOn: boolean): void {
    if (isOn === this.heard.has(topic)) return
    if (isOn) this.heard.add(topic)
    else this.heard.delete(topic)
    this.heardBytes += isOn ? topic.length : -topic.length
    if (topic !== `${BEAT}.`) this.options.onSubscription?.(topic.replace(/\.$/, ''), isOn)
    else if (isOn)
      this.beating ??= this.options.esc.every(this.options.beatMs, () => this.publish(BEAT, this.beats.take()))
    else this.stopBeating()
  }

  private stopBeating(): void {
    if (this.beating !== null) this.options.esc.cancel(this.beating)
    this.beating = null
    this.beats.take()
  }
}
