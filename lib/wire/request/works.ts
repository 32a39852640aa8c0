/**
 * What is under way: it is carried out one after another, and its end told to all who wait for it.
 *
 * A request is carried out where it is read, as long as that takes little time. Once it takes more, requests stand in a queue that is worked
 * off in slices, so that reading and acknowledging get their turn however much is waiting.
 */
import { errorReply, WireError, type ErrorReplyOptions } from '../errors.js'
import { encodeBody, type Body } from '../frames/encode.js'
import { NO_REP, type Payload } from '../frames/message.js'
import type { WireLoop } from '../socket.js'
import { hold } from './held.js'
import { ReplyCache, type ReplyCacheOptions } from './reply-cache.js'
import type { Peer } from './peer.js'
import type { Answer, Handler } from './server-request.js'
import { sendStream, StreamCredit } from './stream-out.js'
import type { Terms } from './terms.js'
import { Asker, Work } from './work.js'

/** What carrying out takes. */
export interface WorksOptions extends ErrorReplyOptions, ReplyCacheOptions {
  readonly esc: WireLoop
  readonly handle: Handler
}

/** Sends an answer to one who waits for it. */
type Deliver = (asker: Asker, body: Body) => Promise<void> | void

/** So long is worked without a pause, in ms: whoever reads the socket must get his turn. */
const SLICE_MS = 10

/** So much time, in ms, has a slice in it that is worked off at once. */
const WINDOW_MS = 20

/** The time is looked at after so many. */
const LOOK_EVERY = 16

/** Everything that is under way. */
export class Works {
  private readonly options: WorksOptions
  private readonly deliver: Deliver
  private readonly cache: ReplyCache
  private readonly running = new Set<Work>()
  private queue: Work[] = []
  private isScheduled = false
  private windowEndMs = 0
  private spentMs = 0
  private whenIdle: (() => void) | null = null

  constructor(options: WorksOptions, deliver: Deliver) {
    this.options = options
    this.deliver = deliver
    this.cache = new ReplyCache(options)
  }

  /** How much is under way. */
  get size(): number {
    return this.running.size
  }

  /**
   * Let one wait for what it asks for; if it has a key, for what that has set going before.
   *
   * @param isLate Whether it has come so late that it may have been given up.
   * @throws {WireError} `ERR_WIRE_VALUE` if its key was for something else.
   */
  ask(asker: Asker, { deadlineMs, key: given }: Terms, isLate = false): void {
    const { request, principal } = asker
    const key = given === null ? null : `${JSON.stringify(principal)} ${given}`
    const known = key === null ? null : this.cache.find(key, this.options.esc.now())
    if (known !== null && (known.type !== request.type || known.target !== request.target)) {
      throw new WireError('ERR_WIRE_VALUE', `a key is for one request: this was of ${known.type} ${known.target}`)
    }
    if (known !== null && known.body !== null) {
      void this.deliver(asker, known.body)
      return
    }
    asker.peer.asked.add(asker)
    if (deadlineMs !== null) {
      const expire = () =>
        this.leave(asker, new WireError('ERR_DEADLINE', `it was to take ${Math.round(deadlineMs)} ms at most`))
      asker.timer = this.options.esc.after(deadlineMs, expire)
    }
    const work = known?.work ?? new Work(asker, deadlineMs, key)
    work.endMs = Math.max(work.endMs, deadlineMs === null ? Infinity : this.options.esc.now() + deadlineMs)
    if (known === null) this.begin(work, asker.peer, isLate)
    else work.join(asker)
  }

  /** Answer one with an error now; if nobody else waits, whoever carries it out is told to end. */
  leave(asker: Asker, reason: WireError): void {
    if (!asker.isWaiting) return
    this.reply(asker, encodeBody(errorReply(reason, this.options)))
    if (asker.work?.askers.length === 0) this.abandon(asker.work, reason)
  }

  /** A client has left. What has a key goes on until its time is over, as the client may come back and ask for it. */
  drop(peer: Peer): void {
    for (const asker of [...peer.asked]) {
      this.forget(asker)
      const { work } = asker
      if (work?.askers.length !== 0) continue
      if (work.key !== null && asker.credit === null) this.limit(work)
      else this.abandon(work, new WireError('ERR_CANCELLED', 'the client has left'))
    }
  }

  /** Resolves when nothing is under way, or after `limitMs`; what still is has been answered with an error then. */
  async end(limitMs: number): Promise<void> {
    if (this.size > 0 && limitMs > 0) {
      const limit = this.options.esc.after(limitMs, () => this.whenIdle?.())
      await new Promise<void>((resolve) => (this.whenIdle = resolve))
      this.options.esc.cancel(limit)
    }
    const reason = new WireError('ERR_WIRE_STOPPING', 'the daemon has ended')
    for (const work of this.running) {
      for (const asker of [...work.askers]) this.leave(asker, reason)
      this.abandon(work, reason)
    }
  }

  private begin(work: Work, peer: Peer, isLate: boolean): void {
    this.running.add(work)
    if (work.key !== null) this.cache.begin(work.key, work)
    if (isLate || peer.held.length > 0) {
      hold(work, { held: peer.held, isLate, esc: this.options.esc, release: (works) => this.release(works) })
      return
    }
    if (this.queue.length === 0 && this.carryOutNow(work)) return
    this.queue.push(work)
    this.schedule()
  }

  private release(works: readonly Work[]): void {
    for (const one of works) {
      if (one.askers.length === 0)
        this.abandon(one, new WireError('ERR_CANCELLED', 'it came late, and its client had left'))
      this.queue.push(one)
    }
    this.schedule()
  }

  /** Answers whether there was time for it. */
  private carryOutNow(work: Work): boolean {
    const nowMs = this.options.esc.now()
    if (nowMs >= this.windowEndMs) {
      this.windowEndMs = nowMs + WINDOW_MS
      this.spentMs = 0
    }
    if (this.spentMs >= SLICE_MS) return false
    this.carryOut(work)
    this.spentMs += this.options.esc.now() - nowMs
    return true
  }

  private schedule(): void {
    if (this.isScheduled || this.queue.length === 0) return
    this.isScheduled = true
    this.options.esc.enqueue(() => {
      this.isScheduled = false
      this.workOff()
      this.schedule()
    })
  }

  private workOff(): void {
    const { queue } = this
    this.queue = []
    const untilMs = this.options.esc.now() + SLICE_MS
    for (let i = 0; i < queue.length; i++) {
      this.carryOut(queue[i] as Work)
      if (i % LOOK_EVERY < LOOK_EVERY - 1 || this.options.esc.now() < untilMs) continue
      this.queue = [...queue.slice(i + 1), ...this.queue]
      return
    }
  }

  private carryOut(work: Work): void {
    if (work.isAborted) {
      this.finish(work, null)
      return
    }
    try {
      const answer = this.options.handle(work)
      if (isPromise(answer))
        answer.then(
          (given) => this.give(work, given),
          (error: unknown) => this.fail(work, error),
        )
      else this.give(work, answer)
    } catch (error) {
      this.fail(work, error)
    }
  }

  private give(work: Work, answer: Answer): void {
    let body: Body
    try {
      if (isStream(answer)) {
        void this.stream(work, answer)
        return
      }
      body = encodeBody(answer)
    } catch (error) {
      this.fail(work, error)
      return
    }
    this.settle(work, body)
  }

  private fail(work: Work, error: unknown): void {
    let body: Body
    try {
      body = encodeBody(errorReply(error, this.options))
    } catch {
      body = encodeBody(
        errorReply('it failed with an error that can not be told, as its fields are no texts', this.options),
      )
    }
    this.settle(work, body)
  }

  private settle(work: Work, body: Body): void {
    for (const asker of work.askers.splice(0)) this.reply(asker, body) // At once: thousands may wait for one.
    this.finish(work, body)
  }

  private finish(work: Work, body: Body | null): void {
    work.isOver = true
    if (work.timer !== null) this.options.esc.cancel(work.timer)
    this.running.delete(work)
    if (work.key !== null) this.cache.end(work.key, body, this.options.esc.now())
    if (this.running.size === 0) this.whenIdle?.()
  }

  private async stream(work: Work, payloads: AsyncIterable<Payload>): Promise<void> {
    if (work.key !== null) this.cache.end(work.key, null, 0)
    const [asker, ...others] = work.askers
    for (const other of others)
      this.leave(other, new WireError('ERR_WIRE_VALUE', 'a stream is for one who asks: this was the second'))
    if (asker !== undefined && (asker.request.flags & NO_REP) !== 0)
      this.leave(asker, new WireError('ERR_WIRE_VALUE', 'a stream is for one who hears it'))
    const credit = new StreamCredit()
    if (asker !== undefined) asker.credit = credit
    try {
      const last = await sendStream(work, payloads, credit, async (body) => {
        if (asker?.isWaiting !== true) return false
        await this.deliver(asker, body)
        return true
      })
      this.give(work, last)
    } catch (error) {
      this.fail(work, error)
    }
  }

  /** Nobody waits for it. It ends with its time, unless somebody comes back before. */
  private limit(work: Work): void {
    const { esc } = this.options
    if (work.timer !== null) esc.cancel(work.timer)
    if (work.isOver || work.endMs === Infinity) return
    const expire = (): void => {
      if (work.askers.length === 0)
        this.abandon(work, new WireError('ERR_DEADLINE', 'its time was over, and its client had left'))
    }
    work.timer = esc.after(Math.max(0, work.endMs - esc.now()), expire)
  }

  private abandon(work: Work, reason: WireError): void {
    work.abort(reason)
  }

  private reply(asker: Asker, body: Body): void {
    this.forget(asker)
    void this.deliver(asker, body)
  }

  private forget(asker: Asker): void {
    asker.peer.asked.delete(asker)
    asker.work?.part(asker)
    if (asker.timer !== null) this.options.esc.cancel(asker.timer)
    asker.credit?.stop()
  }
}

function isPromise(answer: Answer | Promise<Answer>): answer is Promise<Answer> {
  return typeof (answer as Partial<Promise<Answer>>).then === 'function'
}

function isStream(answer: Answer): answer is AsyncIterable<Payload> {
  return Symbol.asyncIterator in answer
}
