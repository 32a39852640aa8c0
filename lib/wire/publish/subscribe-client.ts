/** The side of a client that hears what one daemon publishes. */
import type { Subscriber } from 'zeromq'
import { requireAtLeast } from '../../errors/index.js'
import type { ClientCurve } from '../curve/proof.js'
import { decodePublication } from '../frames/decode.js'
import type { Frames, Payload } from '../frames/message.js'
import { complete } from '../given.js'
import type { ClientState } from '../request/client-options.js'
import { curveOfClient, receiveEach } from '../socket.js'
import { zmq } from '../zmq.js'
import { BEAT, Places } from './beat.js'

/** What a subscriber can be given. */
export interface SubscribeClientOptions {
  /** `tcp://host:port`, the port being the daemon's for what it publishes. */
  readonly address: string
  readonly curve?: ClientCurve | undefined
  /** So many messages wait to be read. */
  readonly queueMax?: number | undefined
  readonly retryMs?: number | undefined
  readonly retryMaxMs?: number | undefined
  readonly heartbeatMs?: number | undefined
}

/** What holds where nothing is said. */
export const SUBSCRIBE_CLIENT_DEFAULTS = { queueMax: 10_000, retryMs: 50, retryMaxMs: 5000, heartbeatMs: 15_000 }

/** Gets a value that was published, and how many before it were missed. */
export type PublicationListener = (payload: Payload, missed: number, target: string) => void

/** Gets the targets whose last value was missed, and how many of each since the last that came; 0: it is not known. */
export type MissedListener = (missed: ReadonlyMap<string, number>) => void

/**
 * Hears one daemon. After a loss of the connection it hears on by itself; what was missed meanwhile is told with the next value.
 */
export class SubscribeClient {
  private readonly socket: Subscriber
  private readonly listeners = new Map<string, Set<PublicationListener>>()
  private readonly stateListeners = new Set<(state: ClientState) => void>()
  private readonly missedListeners = new Set<MissedListener>()
  private readonly places = new Places()
  private current: ClientState = 'connecting'

  /** @throws {RangeError} If a limit is below 1. */
  constructor(options: SubscribeClientOptions) {
    const all = complete(SUBSCRIBE_CLIENT_DEFAULTS, options)
    const { address, curve, queueMax, retryMs, retryMaxMs, heartbeatMs } = all
    requireAtLeast(1, all, 'queueMax', 'retryMs', 'retryMaxMs', 'heartbeatMs')
    this.socket = new (zmq().Subscriber)({
      linger: 0,
      ipv6: true,
      ...curveOfClient(curve),
      receiveHighWaterMark: queueMax,
      reconnectInterval: retryMs,
      reconnectMaxInterval: retryMaxMs,
      heartbeatInterval: heartbeatMs,
      heartbeatTimeout: 2 * heartbeatMs,
    })
    void this.watch()
    this.socket.subscribe(topicOf(BEAT))
    this.socket.connect(address)
    void receiveEach(this.socket, (frames) => this.take(frames))
  }

  get state(): ClientState {
    return this.current
  }

  /** How many publications that it had subscribed to never came: it was too slow for them, or the connection was down. */
  get lost(): number {
    return this.places.lost
  }

  /** Be told of each new state; what it answers ends that. */
  onState(listener: (state: ClientState) => void): () => void {
    this.stateListeners.add(listener)
    return () => this.stateListeners.delete(listener)
  }

  /** Hear the values of a target, `store.key` in lower case; an empty one is everything. What it answers ends that. */
  subscribe(target: string, listener: PublicationListener): () => void {
    const listeners = this.listeners.get(target) ?? new Set()
    this.listeners.set(target, listeners)
    if (listeners.size === 0) this.socket.subscribe(topicOf(target))
    const own: PublicationListener = (...args) => listener(...args) // The same listener may be given twice.
    listeners.add(own)
    return () => {
      if (!listeners.delete(own) || listeners.size > 0) return
      this.listeners.delete(target)
      this.places.forget(target)
      if (!this.socket.closed) this.socket.unsubscribe(topicOf(target))
    }
  }

  /**
   * Be told of which targets the last value was missed, so that it must be asked for: the connection was down, or this side too slow. What
   * it answers ends that.
   */
  onMissed(listener: MissedListener): () => void {
    this.missedListeners.add(listener)
    return () => this.missedListeners.delete(listener)
  }

  close(): void {
    if (this.current === 'closed') return
    this.change('closed')
    this.socket.close()
  }

  private take(frames: Frames): void {
    const publication = decodePublication(frames)
    if (publication === null) return
    const { target, payload } = publication
    if (target === BEAT) {
      this.tellMissed(payload)
      return
    }
    const missed = this.places.missedBefore(target, payload)
    const { _seq, _boot, ...rest } = payload
    for (const name of [target, '']) {
      for (const listener of this.listeners.get(name) ?? []) listener(rest, missed, target)
    }
  }

  private tellMissed(beat: Payload): void {
    const missed = this.places.missedBy(beat, this.listeners.keys())
    if (missed.size > 0) for (const listener of this.missedListeners) listener(missed)
  }

  /** To the end: else its monitor keeps a descriptor, and its address, which others get too. */
  private async watch(): Promise<void> {
    for await (const { type } of this.socket.events) {
      if (this.current === 'closed') continue
      if (type === 'handshake') this.change('connected')
      else if (type === 'disconnect') this.change('lost')
    }
  }

  private change(state: ClientState): void {
    this.current = state
    for (const listener of this.stateListeners) listener(state)
  }
}

function topicOf(target: string): string {
  return target === '' ? '' : `${target}.`
}
