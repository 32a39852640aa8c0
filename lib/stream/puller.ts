/**
 * Messages of a stream, as a durable consumer gives them: asked for as long as there is room, told one by one, and
 * acknowledged one by one in any order. Any number of nodes may pull from one consumer; each message goes to one of them.
 *
 * Two clocks run: the server gives a message again that was not acknowledged within its `ackWaitMs`, so while one is under
 * way here that is put off; and a request for messages ends after a while, and another one is made.
 */
import type { Msg, Subscription } from '@nats-io/transport-node'
import { DeadbeatError, toError } from '../errors/index.js'
import type { LoopBinding, NetLog, NetLoop } from '../net/loop.js'
import { deliveryOf } from './delivery.js'
import type { Link } from './session.js'

/** A message on its way. */
export interface StreamMessage {
  readonly stream: string
  readonly sequence: number
  readonly subject: string
  readonly data: Buffer
  /** The id that it was published with; null if it has none. */
  readonly messageId: string | null
  /** How often it was delivered so far. */
  deliveries: number
  /** Where it is acknowledged. */
  reply: string
}

/** How much is asked for, and for how long. */
export interface PullOptions {
  readonly stream: string
  readonly inFlightMax: number
}

/** Who gets the messages. */
export interface PullTarget {
  /** One that isn't under way here. Answers whether it is now; if not, it was over before, and is acknowledged again. */
  arrived(message: StreamMessage): boolean
  /** The consumer is gone, or nothing more can be asked of it over this connection. */
  broken(error: Error): void
}

const ACK = Buffer.from('+ACK')
const TERM = Buffer.from('+TERM')
const NAK = Buffer.from('-NAK')
const WORKING = Buffer.from('+WPI')
const EXPIRES_MS = 120_000
const HEARTBEAT_MS = 20_000
const NS = 1_000_000

/** The puller. */
export class Puller {
  /** How many messages came more than once. */
  redelivered = 0
  /** How many waited in the stream when the last one came. */
  pending = 0
  readonly underWay = new Map<number, StreamMessage>()
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: PullOptions
  private readonly target: PullTarget
  private link: Link | null = null
  private consumer = ''
  private subscription: Subscription | null = null
  /** How many messages are asked for and have not come. */
  private asked = 0
  private timers: LoopBinding[] = []
  /** What couldn't be said while there was no connection. */
  private unsaid: (readonly [reply: string, what: Buffer])[] = []
  private isPaused = false
  private isClosed = false
  private hasHeard = false

  constructor(loop: NetLoop, log: NetLog, options: PullOptions, target: PullTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
  }

  /** There is a connection, and a consumer of that name, which waits so long for acknowledgements. */
  connected(link: Link, consumer: string, ackWaitMs: number): void {
    this.link = link
    this.consumer = consumer
    for (const [reply, what] of this.unsaid.splice(0)) this.say(reply, what)
    if (this.isClosed) return
    const inbox = link.transport.createInbox()
    this.subscription = link.nc.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) this.target.broken(toError(error))
        else this.take(message)
      },
    })
    this.timers = [
      this.loop.every(Math.max(1, Math.floor(ackWaitMs / 3)), () => this.renew()),
      this.loop.every(2 * HEARTBEAT_MS, () => this.listen()),
    ]
    this.ask()
  }

  /** The connection broke, or is not to be used any more; what is under way goes on. */
  lost(): void {
    if (this.link?.nc.isClosed() === false) this.subscription?.unsubscribe()
    this.link = this.subscription = null
    this.asked = 0
    this.stopTimers()
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    this.ask()
  }

  /** Take no more: what is still on its way here is given back. What is under way is renewed and acknowledged as before. */
  async close(): Promise<void> {
    this.isClosed = true
    const drained = this.subscription?.drain().catch(() => undefined)
    // The connection may break, or be broken: then nothing comes any more, nor an answer to this.
    await Promise.race([drained, this.link?.nc.closed()])
    this.subscription = null
  }

  /** Renew nothing any more. */
  release(): void {
    this.stopTimers()
  }

  /** A message is over: acknowledged, or never to come again if `isPoison`. */
  over(message: StreamMessage, isPoison = false): void {
    if (this.underWay.get(message.sequence) === message) this.underWay.delete(message.sequence)
    if (message.reply !== '') this.say(message.reply, isPoison ? TERM : ACK)
    this.ask()
  }

  /** Nobody will work on this one here: another may have it at once. */
  giveBack(message: StreamMessage): void {
    this.forget(message)
    this.say(message.reply, NAK)
  }

  /** Nobody will work on this one here, and its consumer is gone. */
  forget({ sequence }: StreamMessage): void {
    this.underWay.delete(sequence)
  }

  private take(message: Msg): void {
    this.hasHeard = true
    const { reply = '' } = message
    if (reply === '') {
      this.hearStatus(message)
      return
    }
    this.asked = Math.max(0, this.asked - 1)
    const { sequence, deliveries, pending } = deliveryOf(reply)
    this.pending = pending
    if (deliveries > 1) this.redelivered += 1
    const known = this.underWay.get(sequence)
    if (known !== undefined) {
      Object.assign(known, { reply, deliveries })
      this.say(reply, WORKING)
    } else if (this.isClosed) {
      this.say(reply, NAK)
    } else {
      const arrived = new Arrived(this.options.stream, sequence, message, deliveries, reply)
      this.underWay.set(sequence, arrived)
      if (!this.target.arrived(arrived)) this.over(arrived)
    }
    this.ask()
  }

  /** What the server says of a request: that it has ended, or that it waits. */
  private hearStatus({ headers }: Msg): void {
    const code = headers?.code ?? 0
    if (code === 100) return
    const description = headers?.description ?? ''
    const left = Number(headers?.get('Nats-Pending-Messages') || this.asked)
    this.asked = Math.max(0, this.asked - left)
    if (code === 503 || /deleted/i.test(description)) {
      const text = `the consumer ${this.consumer} of ${this.options.stream} is gone`
      this.target.broken(new DeadbeatError('ERR_CONSUMER', text))
    } else if (code === 408 || code === 404) this.ask()
    else this.log.debug({ code, description }, 'a request for messages was refused; it is made again later')
  }

  private ask(): void {
    const { stream, inFlightMax } = this.options
    const { link, subscription, consumer } = this
    if (link === null || subscription === null || this.isPaused || this.isClosed) return
    const batch = inFlightMax - this.underWay.size - this.asked
    if (batch <= 0 || (this.asked > 0 && batch < inFlightMax / 4)) return
    this.asked += batch
    const request = { batch, expires: EXPIRES_MS * NS, idle_heartbeat: HEARTBEAT_MS * NS }
    const reply = subscription.getSubject()
    link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), { reply })
  }

  /** Put off that the server gives again what is under way. */
  private renew(): void {
    for (const { reply } of this.underWay.values()) if (reply !== '') this.say(reply, WORKING)
  }

  /** A server that waits says so now and then. */
  private listen(): void {
    if (!this.hasHeard) this.asked = 0
    this.hasHeard = false
    this.ask()
  }

  private say(reply: string, what: Buffer): void {
    if (this.link !== null) this.link.nc.publish(reply, what)
    else if (what !== WORKING) this.unsaid.push([reply, what])
  }

  private stopTimers(): void {
    for (const timer of this.timers) this.loop.cancel(timer)
    this.timers = []
  }
}

/** A message that came. What isn't asked for isn't read. */
class Arrived implements StreamMessage {
  readonly stream: string
  readonly sequence: number
  readonly data: Buffer
  deliveries: number
  reply: string
  readonly #message: Msg

  constructor(stream: string, sequence: number, message: Msg, deliveries: number, reply: string) {
    this.stream = stream
    this.sequence = sequence
    const { data } = message
    this.data = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length)
    this.deliveries = deliveries
    this.reply = reply
    this.#message = message
  }

  get subject(): string {
    return this.#message.subject
  }

  get messageId(): string | null {
    return this.#message.headers?.get('Nats-Msg-Id') || null
  }
}
