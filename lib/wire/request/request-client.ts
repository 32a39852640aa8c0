/** The side of a client that asks one daemon: any number of requests at a time, each with its own time limits. */
import { ClosedError, requireAtLeast } from '../../errors/index.js'
import type { Binding } from '../../movement/index.js'
import { readError, WireError } from '../errors.js'
import { Prover } from '../curve/proof.js'
import { decodeReply } from '../frames/decode.js'
import { encodeRequest } from '../frames/encode.js'
import { NO_ACK, NO_REP, type Frames, type Payload } from '../frames/message.js'
import { complete, type Complete } from '../given.js'
import { REQUEST_CLIENT_DEFAULTS, type ClientState, type RequestClientOptions } from './client-options.js'
import { Connection } from './connection.js'
import { Pending, type RequestOptions, type Waiter } from './pending.js'
import { StreamIn } from './stream-in.js'

/**
 * Asks one daemon.
 *
 * Nothing that is asked while the daemon is away is delivered later: it waits here until `ackMs` are over, and then it has failed.
 *
 * @example
 * const esc = Escapement.instance
 * const server = new RequestServer({ esc, handle: ({ value }) => ({ value }) })
 * await server.start()
 * const client = new RequestClient({ esc, address: `tcp://127.0.0.1:${server.port}` })
 * assert.deepEqual(await client.request({ type: 'SET', target: 'lamp.level', payload: { value: 7 } }), { value: 7 })
 * client.close()
 * await server.close()
 */
export class RequestClient {
  private readonly options: Complete<RequestClientOptions, typeof REQUEST_CLIENT_DEFAULTS>
  private readonly connection: Connection
  private readonly prover: Prover | null
  private readonly pending = new Map<string, Pending>()
  private readonly listeners = new Set<(state: ClientState) => void>()
  private current: ClientState = 'connecting'
  private count = 0
  /** When the daemon was heard last. */
  private heardMs = 0

  constructor(options: RequestClientOptions) {
    this.options = complete(REQUEST_CLIENT_DEFAULTS, options)
    requireAtLeast(
      1,
      this.options,
      'ackMs',
      'replyMs',
      'inFlightMax',
      'retryMs',
      'retryMaxMs',
      'connectMs',
      'heartbeatMs',
    )
    this.prover = options.curve === undefined ? null : new Prover(options.curve)
    this.connection = new Connection(this.options, {
      opened: () => this.opened(),
      lost: () => this.lost(),
      take: (frames) => this.take(frames),
    })
  }

  get state(): ClientState {
    return this.current
  }

  /** How many requests wait for their answer. */
  get inFlight(): number {
    return this.pending.size
  }

  /** Be told of each new state; what it answers ends that. */
  onState(listener: (state: ClientState) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /**
   * Ask; answers the payload of the REP. With `noReply` it answers an empty one once the daemon has got the request, with `noAck`
   * besides as soon as it is sent.
   *
   * @throws {RemoteError} What the daemon answered, if it failed there.
   * @throws {WireError} `ERR_NO_ACK`, `ERR_DEADLINE`, `ERR_WIRE_LOST` and others.
   */
  request(options: RequestOptions): Promise<Payload> {
    return new Promise((resolve, reject) => this.ask(options, { reply: resolve, fail: reject }))
  }

  /**
   * Ask for a stream: the payloads of its REPs one by one. No more of them are under way than are read; to stop reading takes it back.
   *
   * @throws As `request`.
   */
  async *stream(options: RequestOptions): AsyncGenerator<Payload, void, undefined> {
    const stream = new StreamIn()
    const pending = this.ask(options, stream)
    try {
      yield* stream.read((count) => this.tell(options.target, '_more', [pending.id, count]))
    } finally {
      if (this.end(pending)) this.tell(options.target, '_cancel', [pending.id])
    }
  }

  /** End: what waits for an answer fails. */
  close(): void {
    if (this.current === 'closed') return
    this.change('closed')
    this.connection.close()
    for (const one of [...this.pending.values()]) this.fail(one, new ClosedError('the client was closed'))
  }

  private ask(options: RequestOptions, waiter: Waiter): Pending {
    const { ackMs, replyMs, esc } = this.options
    const one = new Pending((this.count++ >>> 0).toString(16).padStart(8, '0'), options, waiter, esc.now())
    const refusal = this.refusal(options)
    if (refusal !== null) {
      waiter.fail(refusal)
      return one
    }
    this.pending.set(one.id, one)
    const limitMs = options.deadlineMs ?? (waiter instanceof StreamIn ? null : replyMs)
    if (limitMs !== null) one.replyTimer = esc.after(limitMs, () => this.expire(one, limitMs))
    this.await(one, ackMs)
    this.heed(one)
    this.send(one)
    return one
  }

  private refusal({ signal }: RequestOptions): Error | null {
    if (this.current === 'closed') return new ClosedError('a client that was closed asks nothing')
    if (signal?.aborted === true) return signal.reason as Error
    const { inFlightMax } = this.options
    if (this.pending.size < inFlightMax) return null
    return new WireError('ERR_WIRE_BUSY', `no more requests may be under way: inFlightMax is ${inFlightMax}`)
  }

  private heed(one: Pending): void {
    const { signal, target } = one.options
    if (signal === undefined) return
    const takeBack = () => {
      if (one.isSent) this.tell(target, '_cancel', [one.id])
      this.fail(one, signal.reason as Error)
    }
    signal.addEventListener('abort', takeBack, { once: true })
    one.release = () => signal.removeEventListener('abort', takeBack)
  }

  private send(one: Pending): void {
    const { type, target, noAck, noReply } = one.options
    const flags = (noAck === true ? NO_ACK : 0) | (noReply === true ? NO_REP : 0)
    one.isSent = this.connection.send(encodeRequest({ id: one.id, type, target, flags, payload: this.payloadOf(one) }))
    if (!one.isSent) return
    if (noAck === true && noReply === true) this.succeed(one, {}, true)
    else if (noAck === true) this.acknowledged(one)
  }

  /** A GET is harmless whenever it is carried out. Whatever else says until when it may be. */
  private payloadOf({ id, askedMs, options: { type, target, payload, deadlineMs, key } }: Pending): Payload | null {
    const proof = this.prover === null ? {} : { _auth: this.prover.proofOf({ id, type, target }) }
    if (type === 'GET' && deadlineMs === undefined && key === undefined) {
      return this.prover === null ? (payload ?? null) : { ...payload, ...proof }
    }
    const { esc, replyMs } = this.options
    const time = esc.wall() / 1000
    const leftMs = (deadlineMs ?? replyMs) - (esc.now() - askedMs) // Behind `time`: what passes between them makes it less.
    const deadline = Math.max(0, leftMs) / 1000
    return { ...payload, ...proof, time, deadline, ...(key === undefined ? {} : { key }) }
  }

  private tell(target: string, what: string, args: readonly unknown[]): void {
    const store = target.slice(0, target.indexOf('.') + 1)
    this.connection.send(
      encodeRequest({
        id: 'steer',
        type: 'CALL',
        target: `${store}${what}`,
        flags: NO_ACK | NO_REP,
        payload: { args },
      }),
    )
  }

  private take(frames: Frames): void {
    const reply = decodeReply(frames)
    const one = reply === null ? undefined : this.pending.get(reply.id)
    this.heardMs = this.options.esc.now()
    if (reply === null || one === undefined) return
    this.acknowledged(one)
    if (reply.type === 'ACK') {
      if (one.options.noReply === true) this.succeed(one, {}, true)
      return
    }
    const error: Error | null = reply.fault ?? (reply.payload === null ? null : readError(reply.payload))
    if (error !== null) this.fail(one, error)
    else this.succeed(one, reply.payload ?? {}, reply.payload?.['more'] !== true)
  }

  private acknowledged(one: Pending): void {
    if (one.ackTimer === null) return
    one.isAcknowledged = true
    this.options.esc.cancel(one.ackTimer)
    one.ackTimer = null
  }

  private await(one: Pending, ms: number): void {
    const { esc } = this.options
    const timer = esc.after(ms, () => esc.enqueue(() => this.missed(one, timer)))
    one.ackTimer = timer
  }

  /** The time for the ACK is over, unless it was set anew, and what had come meanwhile has been read. */
  private missed(one: Pending, timer: Binding): void {
    if (one.isAcknowledged || one.ackTimer !== timer || !this.pending.has(one.id)) return
    const { ackMs, address, esc } = this.options
    const silentMs = esc.now() - this.heardMs
    if (one.isSent && silentMs < ackMs) {
      this.await(one, ackMs - silentMs) // It answers others, so it is busy, or this process was: the ACK is on its way.
      return
    }
    const what = one.isSent ? 'did not say that it has got it' : 'could not be reached'
    this.fail(
      one,
      new WireError('ERR_NO_ACK', `${one.options.type} ${one.options.target}: ${address} ${what} within ${ackMs} ms`),
    )
    // Nothing at all came: let nothing that was sent arrive later.
    if (one.isSent) this.connection.reopen()
  }

  private expire(one: Pending, limitMs: number): void {
    if (one.isSent) this.tell(one.options.target, '_cancel', [one.id])
    this.fail(
      one,
      new WireError('ERR_DEADLINE', `${one.options.type} ${one.options.target} was not answered within ${limitMs} ms`),
    )
  }

  private opened(): void {
    this.heardMs = this.options.esc.now()
    this.change('connected')
    for (const one of this.pending.values()) if (!one.isSent) this.send(one)
  }

  private lost(): void {
    if (this.current !== 'closed') this.change('lost')
    const { address, lostMs, esc } = this.options
    for (const one of [...this.pending.values()]) {
      if (!one.isSent) continue
      if (one.options.key === undefined || one.waiter instanceof StreamIn) {
        const what = `${one.options.type} ${one.options.target}: the connection to ${address} was lost`
        this.fail(one, new WireError('ERR_WIRE_LOST', `${what}, and whether it was carried out is not known`))
        continue
      }
      one.isSent = false
      one.isAcknowledged = false
      if (one.ackTimer !== null) esc.cancel(one.ackTimer)
      this.await(one, lostMs)
    }
  }

  private succeed(one: Pending, payload: Payload, isLast: boolean): void {
    if (isLast) this.end(one)
    one.waiter.reply(payload, isLast)
  }

  private fail(one: Pending, error: Error): void {
    if (this.end(one)) one.waiter.fail(error)
  }

  /** It is waited for no more; answers whether it was. */
  private end(one: Pending): boolean {
    const { esc } = this.options
    if (one.ackTimer !== null) esc.cancel(one.ackTimer)
    if (one.replyTimer !== null) esc.cancel(one.replyTimer)
    one.release()
    return this.pending.delete(one.id)
  }

  private change(state: ClientState): void {
    this.current = state
    for (const listener of this.listeners) listener(state)
  }
}
