/**
 * The lease of a node, on which everything hangs that it says and holds, and how far it can be relied on. A node must have
 * let go of its jobs before anybody else can take them: so it stops them a guard before the lease could be over, counted
 * from when the last keep-alive that was answered was sent, by the clock that never jumps and what the machine has slept since.
 */
import { requireAtLeast, toError } from '../../errors/index.js'
import type { Backend, Lease, Session } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { Disarm } from '../../movement/loop/clock.js'
import { RunnerError } from '../errors.js'
import { Sleep } from './sleep.js'

/** How far a node's hold can be relied on: wholly, for a while yet, or no more. */
export type Hold = 'sure' | 'shaky' | 'over'

/** How a node's lease is held. */
export interface TenureOptions {
  readonly log: Logger
  /** How long others miss a node that is gone without a word. */
  readonly ttlMs: number
  /** So long before that its own jobs are ended, if nothing was heard from the store. */
  readonly guardMs: number
  /** Writes what goes with the lease, each time that there is a new one. */
  readonly enter: (lease: Lease) => Promise<void>
  /** Told of each change, at once. */
  readonly onHold: (hold: Hold) => void
  /** Told now and then, and in time before the last one is over: for how long it can be relied on, whatever comes. */
  readonly onConfirmed: (forMs: number) => void
  /** How long the machine has slept since it was started, in ms; not given: asked of the machine. */
  readonly sleptMs?: () => number
}

/** A part of the lease after which an unanswered store makes a hold shaky: two keep-alives have failed by then. */
const SHAKY = 1 / 2

/** A node's lease: kept, lost and taken anew, and never trusted for too long. */
export class Tenure {
  readonly #kv: Backend
  readonly #options: TenureOptions
  readonly #sleep: Sleep
  #session: Session | null = null
  #lease: Lease | null = null
  #told: Hold = 'over'
  #disarm: Disarm = () => undefined

  /** @throws {RangeError} If `ttlMs` is below 1000, or `guardMs` is not below half of it. */
  constructor(kv: Backend, options: TenureOptions) {
    requireAtLeast(1000, options, 'ttlMs')
    requireAtLeast(0, options, 'guardMs')
    if (!(options.guardMs < options.ttlMs * SHAKY)) {
      throw new RangeError(`guardMs must be below half of ttlMs, ${options.ttlMs}: it is ${options.guardMs}`)
    }
    this.#kv = kv
    this.#options = options
    this.#sleep = new Sleep(kv.clock, options.sleptMs)
  }

  /**
   * Take the lease.
   *
   * @throws what `enter` throws, or UnavailableError.
   */
  async open(): Promise<void> {
    const { ttlMs, log } = this.#options
    this.#session = await this.#kv.session({
      ttlMs,
      enter: (lease) => this.#enter(lease),
      onError: (error) => {
        log.warn({ err: error }, `the lease of the node: ${error.message}`)
        this.#look()
      },
    })
  }

  /** How far it can be relied on, at this moment. */
  get hold(): Hold {
    const lease = this.#lease
    const leftMs = this.leftMs
    if (lease === null || leftMs <= 0) return 'over'
    return leftMs + this.#options.guardMs <= lease.ttlMs * (1 - SHAKY) ? 'shaky' : 'sure'
  }

  /** For how long it can be relied on, whatever comes; 0: not at all. */
  get leftMs(): number {
    const lease = this.#lease
    if (lease?.alive() !== true) return 0
    const { deadlineMs, ttlMs } = lease
    const endMs = deadlineMs - this.#sleep.since(deadlineMs - ttlMs)
    return Math.max(0, endMs - this.#options.guardMs - this.#kv.clock.now())
  }

  /**
   * The lease, for a write that goes with it.
   *
   * @throws {RunnerError} ERR_FENCED, if it can't be relied on any more.
   */
  lease(): Lease {
    if (this.hold !== 'over' && this.#lease !== null) return this.#lease
    throw new RunnerError('ERR_FENCED', 'the lease of this node is over, or too near its end to rely on')
  }

  /** Whether a lease that was held is the one that is, and has not run out: what it holds may still be written to. */
  isAlive(lease: Lease): boolean {
    return this.#lease === lease && lease.alive()
  }

  /** Let go of it: everything that hangs on it goes at once. */
  async close(): Promise<void> {
    this.#disarm()
    this.#told = 'over'
    const session = this.#session
    this.#session = null
    await session?.close().catch((error: unknown) => {
      this.#options.log.warn(`the lease of the node goes when its time is over: ${toError(error).message}`)
    })
    this.#lease = null
  }

  async #enter(lease: Lease): Promise<void> {
    await this.#options.enter(lease)
    this.#lease = lease
    this.#look()
  }

  /** Tell what has changed, and look again when the next change may be. */
  #look(): void {
    this.#disarm()
    const hold = this.hold
    if (hold !== this.#told) {
      this.#told = hold
      this.#options.onHold(hold)
    }
    const lease = this.#lease
    if (lease?.alive() !== true) return
    if (hold !== 'over') this.#options.onConfirmed(this.leftMs)
    this.#disarm = this.#kv.clock.alarm(this.#nextLookMs(lease, hold), () => this.#look())
  }

  #nextLookMs({ deadlineMs, ttlMs }: Lease, hold: Hold): number {
    const now = this.#kv.clock.now()
    if (hold === 'sure') return deadlineMs - ttlMs * (1 - SHAKY)
    // An answer may come any time; nobody tells of it.
    return Math.min(now + ttlMs / 20, hold === 'shaky' ? deadlineMs - this.#options.guardMs : deadlineMs)
  }
}
