/**
 * A lease as its holder sees it. What makes it safe to build locks on: it counts from when a keep-alive was *sent*, so
 * that its end comes here before it comes in the store, however late the answer was; and it looks at the clock itself
 * whenever it is asked, so that a process that stood still learns of the loss before it does anything else with it.
 */
import { ClosedError } from '../../errors/index.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import type { Engine, Grant } from '../engine/engine.js'
import type { LeaseId } from '../engine/lease-id.js'
import { LeaseLostError, UnavailableError } from '../errors.js'

/** How long to wait after the second failure in a row; it doubles with each. */
const RETRY_MS = 50
/** How many periods fit into a TTL: two keep-alives may be lost, the third still comes in time. */
const PERIODS = 3
/** A part of the period after which an answer is overdue, and beyond which retries are never apart. */
const OVERDUE = 1 / 4

/** What a lease lives on. */
export interface LeaseSupport {
  readonly engine: Engine
  readonly clock: Clock
  /** A number from 0 up to but without 1, another at each call: it keeps many leases from asking all at once. */
  spread(): number
  /** The lease is over. */
  ended(lease: Lease): void
}

/**
 * A time-limited hold on keys, kept alive until it is revoked or lost. A backend grants it.
 *
 * @example
 * const engine = new MemoryEngine({ clock: new SystemClock(), opsMax: 128, revisionsMax: 1000 })
 * const keeper = new LeaseKeeper(engine, new SystemClock())
 * const lease = await keeper.grant({ ttlMs: 10_000 })
 * assert.deepEqual([lease.alive(), lease.ttlMs], [true, 10_000])
 * await lease.revoke()
 * assert.equal(lease.alive(), false)
 */
export class Lease implements AsyncDisposable {
  readonly id: LeaseId
  /** Resolves as soon as it is known to be lost, or too late to know; never once it was revoked by its holder. */
  readonly lost: Promise<LeaseLostError>
  readonly #support: LeaseSupport
  readonly #abort = new AbortController()
  readonly #tellLost: (error: LeaseLostError) => void
  #ttlMs: number
  #deadlineMs: number
  #sentMs: number
  #failures = 0
  #lastFailure: unknown = null
  #over: LeaseLostError | null = null
  #disarmNext: Disarm
  #disarmDeadline: Disarm

  /** Made by `LeaseKeeper`: granted by a request that was sent at `sentMs` of the clock. */
  constructor(support: LeaseSupport, { id, ttlS }: Grant, sentMs: number) {
    this.id = id
    this.#support = support
    this.#ttlMs = ttlS * 1000
    this.#sentMs = sentMs
    this.#deadlineMs = sentMs + this.#ttlMs
    let tell: (error: LeaseLostError) => void = () => undefined
    this.lost = new Promise((resolve) => (tell = resolve))
    this.#tellLost = tell
    this.#disarmNext = this.#alarm(sentMs + this.#period(), () => this.#send())
    this.#disarmDeadline = this.#watchDeadline()
  }

  /** What the store granted, in ms; it may be more than was asked for. */
  get ttlMs(): number {
    return this.#ttlMs
  }

  /** When it is over if nothing is heard any more, on the scale of the clock's `now()`. */
  get deadlineMs(): number {
    return this.#deadlineMs
  }

  /** Aborted at once when it is over: lost (the reason is the same as that of `lost`) or revoked. */
  get signal(): AbortSignal {
    this.#look()
    return this.#abort.signal
  }

  /** Whether it is still held, as far as can be known here: in the store it then is, too. */
  alive(): boolean {
    this.#look()
    return this.#over === null
  }

  /**
   * Check that it is still held. Whoever commits with it does so before.
   *
   * @throws {LeaseLostError} If it was lost or revoked.
   */
  check(): void {
    this.#look()
    if (this.#over !== null) throw this.#over
  }

  /**
   * End it: the store deletes its keys at once. Of one that was lost, what is left in the store.
   *
   * @throws {UnavailableError} If the store can't be reached while it lasts: then the keys go when its time is over.
   */
  async revoke(): Promise<void> {
    const wasOver = !this.alive()
    this.#end(new LeaseLostError(this.id, 'its holder has revoked it'))
    try {
      await this.#untilDeadline(this.#support.engine.revoke(this.id))
    } catch (error) {
      // That one is over has been told, and its keys go with time.
      if (!wasOver) throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.revoke()
  }

  /** It is lost, for a reason that somebody else has learnt of: the store refused it in a commit. */
  lose(why: string, cause?: unknown): void {
    if (this.#over !== null) return
    const error = new LeaseLostError(this.id, why, cause === undefined ? {} : { cause })
    this.#end(error)
    this.#tellLost(error)
  }

  #end(error: LeaseLostError): void {
    if (this.#over !== null) return
    this.#over = error
    this.#disarmNext()
    this.#disarmDeadline()
    this.#support.ended(this)
    this.#abort.abort(error)
  }

  /** See whether its time is over: an alarm rings late, or never while the process stands still. */
  #look(): void {
    if (this.#over !== null || this.#support.clock.now() < this.#deadlineMs) return
    const failed = this.#failures === 0 ? 'nothing was heard from the store' : `${this.#failures} keep-alives failed`
    this.lose(`${failed} for its whole time of ${this.#ttlMs} ms`, this.#lastFailure ?? undefined)
  }

  #send(): void {
    if (!this.alive()) return
    const { engine, clock } = this.#support
    const sentMs = clock.now()
    this.#sentMs = sentMs
    this.#next(sentMs + this.#overdueMs())
    engine.keepAlive(this.id).then(
      (ttlS) => this.#answered(sentMs, ttlS),
      (error: unknown) => this.#failed(error),
    )
  }

  #answered(sentMs: number, ttlS: number): void {
    if (this.#over !== null) return
    if (ttlS <= 0) {
      this.lose(`${this.#support.engine.name} has no such lease any more`)
      return
    }
    this.#ttlMs = ttlS * 1000
    this.#deadlineMs = Math.max(this.#deadlineMs, sentMs + this.#ttlMs)
    this.#failures = 0
    this.#lastFailure = null
    // An answer from before the process stood still is none any more.
    this.#look()
    // One that came late doesn't send the next at once: another may be on its way already.
    if (this.alive()) this.#next(Math.max(sentMs + this.#period(), this.#sentMs + this.#overdueMs()))
  }

  #failed(error: unknown): void {
    if (!this.alive()) return
    this.#lastFailure = error
    this.#failures += 1
    if (error instanceof ClosedError) this.lose('the store was closed', error)
    else if (this.#failures === 1) this.#send()
    else {
      const backoffMs = RETRY_MS * 2 ** (this.#failures - 2) * (1 + this.#support.spread())
      this.#next(this.#support.clock.now() + Math.min(backoffMs, this.#overdueMs()))
    }
  }

  /** How long until the next keep-alive: a third of the TTL at most, a quarter on average. */
  #period(): number {
    return (this.#ttlMs / PERIODS) * (1 - this.#support.spread() / 2)
  }

  #overdueMs(): number {
    return (this.#ttlMs / PERIODS) * OVERDUE
  }

  /** There is no need to wait for what happens by itself. */
  async #untilDeadline(revoked: Promise<void>): Promise<void> {
    const { engine } = this.#support
    let disarm: Disarm = () => undefined
    const late = new Promise<never>((_, reject) => {
      const why = 'it did not answer before the time of the lease was over'
      disarm = this.#alarm(this.#deadlineMs, () => reject(new UnavailableError(engine.name, why)))
    })
    try {
      await Promise.race([revoked, late])
    } finally {
      disarm()
    }
  }

  #next(atMs: number): void {
    this.#disarmNext()
    this.#disarmNext = this.#alarm(atMs, () => this.#send())
  }

  /** Rings at each deadline that was, and moves on to that which is: so a keep-alive needn't touch it. */
  #watchDeadline(): Disarm {
    return this.#alarm(this.#deadlineMs, () => {
      if (this.alive()) this.#disarmDeadline = this.#watchDeadline()
    })
  }

  #alarm(atMs: number, ring: () => void): Disarm {
    return this.#support.clock.alarm(atMs, ring)
  }
}
