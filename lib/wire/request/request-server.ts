/**
 * The side of a daemon that answers requests.
 *
 * What comes in is acknowledged where it is read, before anything is done about it, and stands in one queue. The queue is
 * worked off in slices, so that reading and acknowledging get their turn however much is waiting.
 */
import { ClosedError, requireAtLeast } from '../../errors/index.js'
import type { Binding } from '../../movement/index.js'
import { errorReply, WireError, type ErrorReplyOptions } from '../errors.js'
import { anonymous, type Principal } from '../../rights/index.js'
import { isRare } from '../../net/rarely.js'
import { Identification, type ServerCurve } from '../curve/proof.js'
import { decodeRequest, latin } from '../frames/decode.js'
import { encodeAck, encodeBody, encodeReply, type Addressed } from '../frames/encode.js'
import { NO_ACK, NO_REP, type Frames, type Payload, type Request } from '../frames/message.js'
import { complete, type Complete } from '../given.js'
import type { Port, WireLog, WireLoop } from '../socket.js'
import { Allowance } from './allowance.js'
import { Peers, type Peer } from './peer.js'
import { Router } from './router.js'
import type { Handler } from './server-request.js'
import { termsOf, type Terms } from './terms.js'
import { Asker } from './work.js'
import { Works } from './works.js'

/** What a server of requests can be given. */
export interface RequestServerOptions extends ErrorReplyOptions {
  readonly esc: WireLoop
  readonly log?: WireLog | undefined
  /** The address of this machine to listen at; 127.0.0.1 if it isn't given, and empty for all of them. */
  readonly address?: string | undefined
  /** 0 if it isn't given: one that the system chooses. */
  readonly port?: Port | undefined
  readonly handle: Handler
  /** So many requests of one client may be under way. */
  readonly clientInFlightMax?: number | undefined
  /** So many of all. */
  readonly inFlightMax?: number | undefined
  /** So many requests a second may one client make: who holds a key, else a connection; Infinity: without a limit. */
  readonly clientRateMax?: number | undefined
  /** So many at once after a pause. */
  readonly clientBurstMax?: number | undefined
  /** By how much the clocks of client and daemon may differ, where a request says until when it is to be carried out. */
  readonly clockSkewMs?: number | undefined
  /** So many answers to requests with a key are kept, */
  readonly replyCacheMax?: number | undefined
  /** of so many bytes, */
  readonly replyCacheBytesMax?: number | undefined
  /** for so long. */
  readonly replyCacheMs?: number | undefined
  /** Who sends a larger frame is disconnected. */
  readonly messageBytesMax?: number | undefined
  /** Longer names of items and methods are refused. */
  readonly targetBytesMax?: number | undefined
  /** How often a client is asked whether it is there. One that doesn't answer twice is disconnected. */
  readonly heartbeatMs?: number | undefined
  /** So many messages wait in the socket for a client that doesn't read. */
  readonly queueMax?: number | undefined
  /** Who leaves more bytes of answers unread, besides those, isn't listened to until he reads. */
  readonly unreadBytesMax?: number | undefined
  /** How long `close` waits for what is under way. */
  readonly stopMs?: number | undefined
  readonly curve?: ServerCurve | undefined
}

/** What holds where nothing is said. */
export const REQUEST_SERVER_DEFAULTS = {
  address: '127.0.0.1',
  port: 0 as Port,
  clientInFlightMax: 1024,
  inFlightMax: 16_384,
  clientRateMax: Infinity,
  clientBurstMax: 1000,
  clockSkewMs: 1000,
  replyCacheMax: 10_000,
  replyCacheBytesMax: 16 * 2 ** 20,
  replyCacheMs: 600_000,
  messageBytesMax: 64 * 2 ** 20,
  targetBytesMax: 4096,
  heartbeatMs: 15_000,
  queueMax: 1024,
  unreadBytesMax: 128 * 2 ** 20,
  stopMs: 5000,
}

/**
 * An ACK and a REP for each request that may be under way, four times: whoever leaves more unread isn't listened to until he reads.
 * What is known is answered faster than answers leave, so that many wait for a moment though their client reads.
 */
const UNREAD_PER_REQUEST = 8

/** From so late on a request may have been given up: no client says so sooner, but for one with a shorter deadline. */
const LATE_MS = 100

/** So long after somebody has left, it is looked for who it was. */
const LOOK_MS = 50

/**
 * Answers the requests of any number of clients: each is acknowledged at once and answered exactly once, whatever becomes of it.
 * Only who leaves all answers unread and asks on isn't heard: his would cost memory without end.
 *
 * @example
 * const server = new RequestServer({ esc: Escapement.instance, handle: ({ target }) => ({ value: target }) })
 * await server.start()
 * assert.equal(server.port > 0, true)
 * await server.close()
 */
export class RequestServer {
  private readonly options: Complete<RequestServerOptions, typeof REQUEST_SERVER_DEFAULTS>
  private readonly router: Router
  private readonly peers = new Peers()
  private readonly identification: Identification | null
  private readonly works: Works
  private readonly allowance: Allowance
  private looking: Binding | null = null
  private isStopping = false
  private unheard = 0
  private boundTo: number | null = null

  /** @throws {RangeError} If a limit is below 1. */
  constructor(options: RequestServerOptions) {
    this.options = complete(REQUEST_SERVER_DEFAULTS, options)
    requireAtLeast(
      1,
      this.options,
      'clientInFlightMax',
      'inFlightMax',
      'queueMax',
      'messageBytesMax',
      'targetBytesMax',
      'heartbeatMs',
      'unreadBytesMax',
    )
    requireAtLeast(1, this.options, 'clientRateMax', 'clientBurstMax')
    requireAtLeast(0, this.options, 'clockSkewMs', 'replyCacheMax', 'replyCacheBytesMax', 'replyCacheMs', 'stopMs')
    this.identification = options.curve === undefined ? null : new Identification(options.curve)
    const { clientRateMax: perSecond, clientBurstMax: burst, esc } = this.options
    this.allowance = new Allowance({ perSecond, burst, now: () => esc.now() })
    this.works = new Works(this.options, ({ peer, request }, body) => {
      if ((request.flags & NO_REP) === 0) return this.router.send(peer, encodeReply(request, body))
    })
    this.router = new Router(this.options, {
      take: (frames) => this.take(frames),
      gone: (peer) => this.forget(peer),
      someoneLeft: () => (this.looking ??= this.options.esc.after(LOOK_MS, () => this.lookForThem())),
    })
  }

  /**
   * Listen.
   *
   * @throws {WireError} `ERR_WIRE_IN_USE` if no port of those allowed is free.
   */
  async start(): Promise<void> {
    this.boundTo = await this.router.open()
  }

  /** Where it listens. */
  get port(): number {
    if (this.boundTo === null) throw new ClosedError('the port is known once start() is through')
    return this.boundTo
  }

  /** How many requests are under way. */
  get inFlight(): number {
    return this.works.size
  }

  /** Take nothing new, let what is under way end within `stopMs`, answer the rest with an error, and let the answers leave. */
  async close(): Promise<void> {
    if (this.isStopping) return
    this.isStopping = true
    await this.works.end(this.options.stopMs)
    await this.router.close()
    if (this.looking !== null) this.options.esc.cancel(this.looking) // All have left by now.
  }

  private take(received: Frames): void {
    const identity = received[0]
    if (identity === undefined) return
    const peer = this.peers.of(identity)
    if (this.isUnread(peer)) return
    const message = decodeRequest(received.slice(1), peer.dialect)
    if (message === null) return
    peer.dialect = message.dialect
    if ('fault' in message) this.answer(peer, message, errorReply(message.fault, this.options))
    else if (!this.steer(peer, message)) this.accept(peer, message)
  }

  private isUnread({ backlog }: Peer): boolean {
    const { clientInFlightMax, unreadBytesMax } = this.options
    if (backlog.length < UNREAD_PER_REQUEST * clientInFlightMax && backlog.bytes < unreadBytesMax) return false
    if (isRare(++this.unheard))
      this.options.log?.warn({ unheard: this.unheard }, 'requests are left out, as their client reads no answers')
    return true
  }

  /** What is for the wire itself: to take a request back, to ask for more of a stream. */
  private steer(peer: Peer, request: Request): boolean {
    const { type, target, payload } = request
    if (type !== 'CALL') return false
    const what = target.slice(target.lastIndexOf('.') + 1)
    if (what !== '_cancel' && what !== '_more') return false
    const [id, count] = Array.isArray(payload?.['args']) ? (payload['args'] as unknown[]) : []
    const asker = peer.find(id)
    if (asker !== undefined && what === '_cancel')
      this.works.leave(asker, new WireError('ERR_CANCELLED', 'the client took it back'))
    if (what === '_more' && typeof count === 'number' && count > 0) asker?.credit?.add(count)
    this.answer(peer, request, { value: asker !== undefined })
    return true
  }

  private accept(peer: Peer, request: Request): void {
    if ((request.flags & NO_ACK) === 0) void this.router.send(peer, encodeAck(request.id))
    try {
      this.requireName(request.target)
      const terms = termsOf(request.payload, this.options.esc.wall(), this.options.clockSkewMs)
      this.requireRoom(peer)
      const principal = this.principalOf(request)
      this.requireAllowance(peer, principal)
      this.works.ask(new Asker(peer, request, principal), terms, this.isLate(peer, request.payload, terms))
    } catch (error) {
      this.answer(peer, request, errorReply(error, this.options))
    }
  }

  /**
   * Whoever says until when, has given up by then; and sooner if it heard nothing at all. From half of its time on it counts as late:
   * what came soonest took some time too, and so does what lies between a client's clock and its timer.
   */
  private isLate({ lateness }: Peer, payload: Payload | null, { deadlineMs }: Terms): boolean {
    const time = payload?.['time']
    if (deadlineMs === null || typeof time !== 'number') return false
    const { esc } = this.options
    return lateness.of(esc.wall() - time * 1000, esc.now()) >= Math.min(deadlineMs / 2, LATE_MS)
  }

  private principalOf({ id, type, target, payload }: Request): Principal {
    if (this.identification === null) return anonymous
    return this.identification.principalOf(payload?.['_auth'], { id: latin(id), type, target })
  }

  private requireName({ length }: string): void {
    const { targetBytesMax } = this.options
    if (length <= targetBytesMax) return
    throw new WireError(
      'ERR_WIRE_FRAMES',
      `a target may have ${targetBytesMax} bytes (targetBytesMax): it has ${length}`,
    )
  }

  private requireRoom(peer: Peer): void {
    const { clientInFlightMax, inFlightMax } = this.options
    if (this.isStopping) throw new WireError('ERR_WIRE_STOPPING', 'the daemon is about to end')
    if (peer.load >= clientInFlightMax)
      throw busy(`of one client may be under way: clientInFlightMax is ${clientInFlightMax}`)
    if (this.works.size >= inFlightMax) throw busy(`may be under way: inFlightMax is ${inFlightMax}`)
  }

  /** By key, where it is known, so that more connections are no more requests. */
  private requireAllowance(peer: Peer, principal: Principal): void {
    const { clientRateMax, clientBurstMax } = this.options
    if (clientRateMax === Infinity) return
    if (this.allowance.take(principal.kind === 'key' ? `key ${principal.id}` : `connection ${peer.name}`)) return
    throw busy(`of one client a second: clientRateMax is ${clientRateMax}, clientBurstMax ${clientBurstMax}`)
  }

  private answer(peer: Peer, request: Addressed & { readonly flags: number }, payload: Payload): void {
    if ((request.flags & NO_REP) === 0) void this.router.send(peer, encodeReply(request, encodeBody(payload)))
  }

  /**
   * Nobody says which of them has left: whoever waits for something is sent its ACK again, and who can't be reached is gone. Who
   * wants none is found when he is answered; but not by a stream, which waits for him to read.
   */
  private lookForThem(): void {
    this.looking = null
    for (const peer of this.peers) {
      const asker = [...peer.asked].find(({ request, credit }) => credit !== null || (request.flags & NO_ACK) === 0)
      if (asker !== undefined) void this.router.send(peer, encodeAck(asker.request.id))
    }
  }

  private forget(peer: Peer): void {
    this.peers.forget(peer)
    this.works.drop(peer)
  }
}

function busy(what: string): WireError {
  return new WireError('ERR_WIRE_BUSY', `no more requests ${what}`)
}
