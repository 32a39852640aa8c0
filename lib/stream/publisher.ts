/**
 * Publishes to a stream with many messages under way at once: as soon as the server has answered for one, the next is sent.
 * They are sent in order, answered for in any order, and over in order.
 *
 * One that failed stops the sending, and what was sent behind it isn't stored either (`Chain`). Once everything under way is
 * answered for, or given up, it begins again with the first that isn't stored, later each time; what is stored isn't sent
 * again. The answers to each such round come to an inbox of its own, so that late ones are nobody's business.
 */
import type { Msg, Subscription } from '@nats-io/transport-node'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { Backoff } from '../net/backoff.js'
import type { LoopBinding, NetLog, NetLoop } from '../net/loop.js'
import type { SenderOptions, SenderTarget } from '../net/sender.js'
import { answerOf } from './answer.js'
import { Chain } from './chain.js'
import { publish, type Publication } from './publication.js'
import { Refusals } from './refusals.js'
import type { Link } from './session.js'
import { Window, type Place } from './window.js'

/** How much is under way, how long an answer may take, and what becomes of what is refused. */
export interface PublisherOptions extends SenderOptions {
  readonly windowMax: number
  readonly windowBytes: number
  readonly requestMs: number
  readonly whenRefused: 'stop' | 'drop'
}

/** A full window has room again with so much of it under way: filled up one by one, each message would be a write of its own. */
const ROOM = 0.75

/** The queue, and its way out. Its positions count messages. */
export class Publisher {
  /** How many messages the server knew already. */
  duplicates = 0
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly name: string
  private readonly options: PublisherOptions
  private readonly target: SenderTarget
  private readonly backoff: Backoff
  private readonly window = new Window<Publication>()
  private readonly chain: Chain
  private readonly refusals: Refusals
  private underWay = 0
  private underWayBytes = 0
  private link: Link | null = null
  private answers: Subscription | null = null
  private inbox = ''
  /** Why nothing more is sent for now, and up to where it was: once that is over, it goes well again. */
  private failure: Error | null = null
  private failedAt = 0
  /** Something was refused as what it follows isn't the last. It need not be a failure: that may have been dropped. */
  private isOutOfOrder = false
  private hasDropped = false
  private retry: LoopBinding | null = null
  private late: LoopBinding | null = null
  private isOpen = false
  private isBroken = false
  private isFull = false
  private isDue = false
  private whenEmpty: (() => void) | null = null

  constructor(loop: NetLoop, log: NetLog, name: string, options: PublisherOptions, target: SenderTarget) {
    this.loop = loop
    this.log = log
    this.name = name
    this.options = options
    this.target = target
    this.backoff = new Backoff(options)
    this.chain = new Chain(loop, log, name)
    this.refusals = new Refusals(log, name)
  }

  get flushed(): number {
    return this.window.flushed
  }

  /** How many messages were refused for good, and dropped. */
  get refused(): number {
    return this.refusals.count
  }

  position(): number {
    return this.window.position
  }

  full(): boolean {
    return this.isBroken || this.window.size > this.options.bufferMax || this.waiting > 2 * this.options.windowMax
  }

  /** How many messages aren't over. */
  get waiting(): number {
    return this.window.position - this.window.flushed
  }

  seal(then: (position: number) => void): void {
    this.window.seal(then)
  }

  /** Begin to send. */
  open(): void {
    this.isOpen = true
    this.soon()
  }

  append(publication: Publication): void {
    this.window.append(publication, publication.subject.length + publication.payload.length)
    this.soon()
  }

  /** There is a connection, to a stream of so many replicas. */
  connected(link: Link, replicas: number): void {
    this.link = link
    this.chain.connected(replicas)
    this.listen(link)
    this.send()
  }

  /** It broke: what was under way is sent again over the next. */
  lost(error: Error): void {
    this.link = this.answers = null
    if (this.underWay > 0) this.giveUpAnswers(error)
  }

  /** Send everything. Ends too when it was given up. */
  async close(): Promise<void> {
    if (this.waiting === 0 || this.isBroken) return
    await new Promise<void>((resolve) => (this.whenEmpty = resolve))
  }

  /** Let go, whatever is left. */
  release(): void {
    this.isOpen = false
    this.answers?.unsubscribe()
    for (const timer of [this.retry, this.late]) if (timer !== null) this.loop.cancel(timer)
  }

  /** What takes a datum, or hears one answer of many, is not the place to send the next. */
  private soon(): void {
    if (this.isDue) return
    this.isDue = true
    queueMicrotask(() => {
      this.isDue = false
      this.settle()
      this.send()
    })
  }

  private listen({ nc, transport }: Link): void {
    this.answers?.unsubscribe()
    const inbox = `${transport.createInbox()}.`
    this.inbox = inbox
    this.answers = nc.subscribe(`${inbox}*`, {
      callback: (error, message) => {
        if (inbox !== this.inbox) return
        if (error !== null) this.giveUpAnswers(toError(error))
        else this.answered(message, Number(message.subject.slice(inbox.length)))
      },
    })
  }

  private send(): void {
    const { link, window } = this
    const { windowMax, windowBytes } = this.options
    if (link === null || link.nc.isClosed() || this.failure !== null || this.isOutOfOrder || !this.isOpen) return
    if (this.isFull && (this.underWay > ROOM * windowMax || this.underWayBytes > ROOM * windowBytes)) return
    this.isFull = false
    for (let place = window.peek(); place !== null && !this.isBroken; place = window.peek()) {
      this.isFull = this.underWay > 0 && (this.underWay >= windowMax || this.underWayBytes + place.size > windowBytes)
      if (this.isFull) break
      window.pass()
      this.publish(link, place)
    }
    if (this.underWay > 0) this.late ??= this.waitForAnswers()
  }

  private publish(link: Link, place: Place<Publication>): void {
    const { data, position, size } = place
    if (this.underWay === 0) this.chain.begin()
    try {
      publish(link, data, this.inbox + String(position), this.chain.follows)
      this.chain.passed(data.id)
      place.isUnderWay = true
      this.underWay += 1
      this.underWayBytes += size
    } catch (error) {
      this.refuse(place, toError(error))
    }
  }

  private waitForAnswers(): LoopBinding {
    const [{ requestMs }, { sent }] = [this.options, this.window]
    return this.loop.after(requestMs, () => {
      this.late = null
      if (this.flushed < sent) {
        const message = `${this.underWay} messages were not acknowledged within requestMs (${requestMs} ms)`
        this.giveUpAnswers(new DeadbeatError('ETIMEDOUT', message))
      } else if (this.underWay > 0) this.late = this.waitForAnswers()
    })
  }

  private answered(message: Msg, position: number): void {
    const place = this.window.at(position)
    if (place?.isUnderWay !== true) return
    place.isUnderWay = false
    this.underWay -= 1
    this.underWayBytes -= place.size
    const { error, isForGood, isDuplicate, isOutOfOrder } = answerOf(message, place.data.subject)
    place.isOver = error === null
    if (isDuplicate) this.duplicates += 1
    if (error !== null && isForGood) this.refuse(place, error)
    else if (isOutOfOrder) this.isOutOfOrder = true
    else if (error !== null) this.failure = error
    this.soon()
  }

  private refuse(place: Place<Publication>, error: Error): void {
    if (this.options.whenRefused === 'stop') {
      const text = `${this.name} refused a message: ${error.message}; it is not acknowledged`
      this.giveUp(new DeadbeatError('ERR_REFUSED', text, { cause: error }))
    } else {
      place.isOver = this.hasDropped = true
      this.refusals.add(error)
      this.soon()
    }
  }

  /** Tell what has happened since the last time. */
  private settle(): void {
    if (!this.isOpen || this.isBroken) return
    this.refusals.tell()
    const hasMoved = this.window.advance()
    if (this.underWay === 0) {
      this.stopWaiting()
      if (this.failure !== null && this.retry === null) this.tryLater(this.failure)
      else if (this.failure === null && this.isOutOfOrder) {
        if (!this.hasDropped) this.chain.interrupted()
        this.rewind()
      }
    }
    if (this.failure === null && this.backoff.failures > 0 && this.flushed >= this.failedAt) {
      this.log.info({ failures: this.backoff.failures }, `${this.name} takes data again`)
      this.backoff.reset()
    }
    if (hasMoved) {
      this.target.flushed()
      if (this.waiting === 0) this.whenEmpty?.()
    }
  }

  /** Nobody waits for answers any more: what was sent and not answered for is sent again. */
  private giveUpAnswers(error: Error): void {
    this.inbox = ''
    this.stopWaiting()
    this.underWay = this.underWayBytes = 0
    this.failure = error
    this.soon()
  }

  /** Nothing is under way: begin again with the first that isn't over. */
  private rewind(): void {
    this.isOutOfOrder = this.hasDropped = false
    this.window.rewind()
  }

  private tryLater(error: Error): void {
    const { retriesMax } = this.options
    const delayMs = this.backoff.nextMs()
    const { failures } = this.backoff
    if (retriesMax !== null && failures > retriesMax) {
      const what = `cannot send to ${this.name}, after ${failures} tries: ${error.message}`
      const text = `${what}; ${this.waiting} messages were not sent and are not acknowledged`
      this.giveUp(new DeadbeatError(codeOf(error) || 'EIO', text, { cause: error }))
      return
    }
    const message = `cannot send to ${this.name}: ${error.message}`
    if (failures === 1) this.log.warn({ err: error, retryMs: delayMs }, `${message}; it is tried again`)
    else this.log.debug({ err: error, failures }, message)
    this.failedAt = this.window.sent
    this.retry = this.loop.after(delayMs, () => {
      this.retry = this.failure = null
      this.rewind()
      if (this.link !== null) this.listen(this.link)
      this.send()
    })
  }

  private giveUp(error: Error): void {
    this.isBroken = true
    this.stopWaiting()
    this.target.failed(error)
    this.whenEmpty?.()
  }

  private stopWaiting(): void {
    if (this.late !== null) this.loop.cancel(this.late)
    this.late = null
  }
}
