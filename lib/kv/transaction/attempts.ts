/** Running a transaction until its commit succeeds, or it has been tried often enough. */
import type { Clock } from '../../movement/loop/clock.js'
import { DeadlineError, RetriesExhaustedError } from '../errors.js'
import type { Transaction } from './transaction.js'

/** How often and how long a transaction is tried. */
export interface TxnOptions {
  /** How often it is begun anew when others were in the way; 64 if it isn't given. */
  readonly maxRetries?: number
  /** Ends it: between attempts, and before a commit. */
  readonly signal?: AbortSignal | undefined
  /** After so many ms no commit is sent and no attempt begun; for ever if it isn't given. */
  readonly deadlineMs?: number
}

/** Where the transactions of an attempt come from, and who hears how it went. */
export interface TxnSource {
  /** A transaction for an attempt; the number counts from 0. */
  begin(attempt: number): Transaction | Promise<Transaction>
  /** An attempt is over that will not be followed by another: it was committed, or its body has left it. */
  ended?(txn: Transaction): void
}

const MAX_RETRIES = 64
const BACK_OFF_MOST_MS = 50

/** The attempts of one transaction. */
export class Attempts {
  readonly #clock: Clock
  readonly #maxRetries: number
  readonly #signal: AbortSignal | undefined
  readonly #deadlineMs: number
  readonly #limitMs: number
  #retries = 0

  constructor(clock: Clock, { maxRetries = MAX_RETRIES, signal, deadlineMs = Infinity }: TxnOptions) {
    if (!(maxRetries >= 0)) throw new RangeError(`maxRetries must be at least 0: it is ${maxRetries}`)
    if (!(deadlineMs > 0)) throw new RangeError(`deadlineMs must be above 0: it is ${deadlineMs}`)
    this.#clock = clock
    this.#maxRetries = maxRetries
    this.#signal = signal
    this.#limitMs = deadlineMs
    this.#deadlineMs = deadlineMs === Infinity ? Infinity : clock.now() + deadlineMs
  }

  /** How many attempts there were before this one. */
  get retries(): number {
    return this.#retries
  }

  /**
   * Check that the transaction may go on.
   *
   * @throws {DeadlineError} If its time is over.
   * @throws whatever the signal was aborted with.
   */
  check(): void {
    this.#signal?.throwIfAborted()
    if (this.#deadlineMs === Infinity || this.#clock.now() < this.#deadlineMs) return
    throw new DeadlineError(this.#limitMs, this.#retries)
  }

  /**
   * An attempt met others. Resolves when the next one may begin: the first at once, later ones after a pause of random
   * length, so that those who were in each other's way once are not again.
   *
   * @throws {RetriesExhaustedError} If there have been enough.
   */
  async failed(txn: Transaction): Promise<void> {
    if (this.#retries >= this.#maxRetries) throw new RetriesExhaustedError(this.#maxRetries, await txn.conflict())
    const most = this.#retries === 0 ? 0 : Math.min(2 ** this.#retries, BACK_OFF_MOST_MS)
    this.#retries += 1
    if (most > 0) await this.#pause(Math.random() * most)
    this.check()
  }

  #pause(ms: number): Promise<void> {
    const signal = this.#signal
    const untilMs = Math.min(this.#clock.now() + ms, this.#deadlineMs)
    return new Promise((resolve) => {
      const over = (): void => {
        disarm()
        signal?.removeEventListener('abort', over)
        resolve()
      }
      const disarm = this.#clock.alarm(untilMs, over)
      signal?.addEventListener('abort', over)
    })
  }
}
