/** How long somebody waits for an answer: until the deadline passes, or the caller takes the question back. */
import type { Binding, EventLoop } from '../../movement/index.js'
import type { Principal } from '../../rights/index.js'
import type { AskOptions, ItemRequest } from './item-request.js'
import { ItemError } from './item-error.js'

/**
 * The patience of one caller.
 *
 * @example
 * const clock = new ManualClock()
 * const patience = new Patience(new Escapement({ clock }), 'set lamp.level', { deadlineMs: 50 })
 * const late = patience.race(new Promise(() => undefined))
 * clock.advance(50)
 * await assert.rejects(late, /cannot set lamp.level: its deadline of 50 ms passed while it waited: it is not carried out/)
 */
export class Patience {
  readonly #esc: EventLoop
  readonly #what: string
  readonly #asked: AskOptions
  readonly #deadlineMs: number | null
  readonly #endMs: number
  #controller: AbortController | null = null
  #timer: Binding | null = null
  /** The caller's, once it is listened to. */
  #outer: AbortSignal | null = null
  #isAttending = false
  #isOver = false
  #hasBegun = false
  /** Why it ended; undefined: it has not. */
  #reason: unknown
  #stop: (reason: unknown) => void = () => undefined

  /** `what`: what was asked, for messages, as `set lamp.level`. */
  constructor(esc: EventLoop, what: string, asked: AskOptions) {
    const { deadlineMs = null } = asked
    this.#esc = esc
    this.#what = what
    this.#asked = asked
    this.#deadlineMs = deadlineMs === Infinity ? null : deadlineMs
    this.#endMs = this.#deadlineMs === null ? Infinity : esc.now() + this.#deadlineMs
  }

  /** For the work: aborts when the patience ends. Made for whoever asks for it, as most do not, and it costs. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
      else if (!this.#isOver) {
        this.#attend()
        this.#look()
      }
    }
    return this.#controller.signal
  }

  /**
   * A request as the methods of an item see it.
   *
   * @param isForAuthor Whether somebody else's code gets it, which may hand a copy on: `{ ...request, value }` has its signal then.
   */
  requestOf(asked: Omit<ItemRequest, 'signal' | 'deadlineMs'>, isForAuthor = true): ItemRequest {
    if (!isForAuthor) return new Asked(asked, this)
    const { type, value, refresh, principal } = asked
    const signal = (): AbortSignal => this.signal
    return {
      type,
      value,
      refresh,
      principal,
      deadlineMs: this.leftMs,
      get signal() {
        return signal()
      },
    }
  }

  /** How long there is still; null: without a limit. */
  get leftMs(): number | null {
    return this.#deadlineMs === null ? null : Math.max(0, this.#endMs - this.#esc.now())
  }

  /**
   * Nothing has been done yet, and maybe need not be.
   *
   * @throws {ItemError} ERR_DEADLINE if its time is over already; or the reason for which it was taken back.
   */
  require(): void {
    this.#look()
    if (this.#reason !== undefined) throw this.#reason as Error
  }

  /**
   * The work begins now: from here on nobody can say what comes of it.
   *
   * @throws As `require`.
   */
  begin(): void {
    this.require()
    this.#hasBegun = true
  }

  /** What comes of the work, or the end of the patience, whichever is first. */
  async race<T>(work: Promise<T>): Promise<T> {
    try {
      this.#attend()
      if (this.#outer === null && this.#deadlineMs === null) return await work
      const end = new Promise<never>((_, reject) => (this.#stop = reject))
      this.#look()
      if (this.#reason !== undefined) this.#stop(this.#reason) // It may have ended while the work began.
      return await Promise.race([work, end])
    } finally {
      this.close()
    }
  }

  /** Nobody waits any more. */
  close(): void {
    this.#isOver = true
    if (this.#timer !== null) this.#esc.cancel(this.#timer)
    this.#outer?.removeEventListener('abort', this.#onAbort)
  }

  /** Hear of its end from now on. What is done at once needs none of this, which costs more than all the rest. */
  #attend(): void {
    if (this.#isAttending) return
    this.#isAttending = true
    this.#outer = this.#asked.signal ?? null
    this.#outer?.addEventListener('abort', this.#onAbort)
    if (this.#deadlineMs !== null && this.#deadlineMs > 0) this.#timer = this.#esc.at(this.#endMs, () => this.#over())
  }

  #look(): void {
    if (this.#isTakenBack) this.#onAbort()
    else if (this.#endMs <= this.#esc.now()) this.#over()
  }

  get #isTakenBack(): boolean {
    return this.#asked.isAborted ?? this.#asked.signal?.aborted === true
  }

  readonly #onAbort = (): void => this.#end(this.#asked.signal?.reason)

  #over(): void {
    const state = this.#hasBegun
      ? 'while it was under way: what comes of it is not known'
      : 'while it waited: it is not carried out'
    const message = `cannot ${this.#what}: its deadline of ${this.#deadlineMs} ms passed ${state}`
    this.#end(new ItemError('ERR_DEADLINE', message))
  }

  #end(reason: unknown): void {
    if (this.#reason !== undefined) return
    this.#reason = reason ?? new DOMException('it was taken back', 'AbortError')
    this.#controller?.abort(this.#reason)
    this.#stop(this.#reason)
  }
}

/** A request of which the signal is made when it is asked for: an accessor of a class costs nothing until then, and is not copied. */
class Asked implements ItemRequest {
  readonly type: 'GET' | 'SET'
  readonly value: unknown
  readonly refresh: boolean
  readonly principal: Principal
  readonly deadlineMs: number | null
  readonly #patience: Patience

  constructor({ type, value, refresh, principal }: Omit<ItemRequest, 'signal' | 'deadlineMs'>, patience: Patience) {
    this.type = type
    this.value = value
    this.refresh = refresh
    this.principal = principal
    this.deadlineMs = patience.leftMs
    this.#patience = patience
  }

  get signal(): AbortSignal {
    return this.#patience.signal
  }
}
