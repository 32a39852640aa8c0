/**
 * Reading one state of a store. The first request finds out which state that is. One request is under way at a time:
 * what is asked meanwhile goes with the next one, so that nothing is read before the state is known.
 */
import type { RangeRequest, RangeResult, Snapshot as Answer } from '../engine/engine.js'

/** Where a transaction reads: the store itself, or a cache before it. As `Engine.range`. */
export interface Reader {
  range(requests: readonly RangeRequest[], revision?: number): Promise<Answer>
}

/** Somebody who waits for an answer. */
export interface Ask {
  readonly request: RangeRequest
  answered(result: RangeResult): void
  failed(error: unknown): void
}

/** Who may know better when a read fails. */
export interface Recovery {
  /** Answer instead, from another state that will do as well; null if none will. */
  recover(requests: readonly RangeRequest[], error: unknown): Promise<Answer | null>
}

const DONE = Promise.resolve()

/** Reads of one state. */
export class Snapshot {
  /** The state that is read, once it is known. */
  revision: number | undefined
  readonly #reader: Reader
  readonly #recovery: Recovery
  #waiting: Ask[] = []
  #idlers: (() => void)[] | null = null
  #isDue = false

  constructor(reader: Reader, revision: number | undefined, recovery: Recovery) {
    this.#reader = reader
    this.revision = revision
    this.#recovery = recovery
  }

  /** Whether an answer is still to come. */
  get isBusy(): boolean {
    return this.#isDue
  }

  /** Resolves when no answer is still to come. */
  idle(): Promise<void> {
    if (!this.#isDue) return Promise.resolve()
    return new Promise((resolve) => (this.#idlers ??= []).push(resolve))
  }

  /** Read a range. The answer comes later, never within the call. */
  read(ask: Ask): void {
    if (this.#isDue) {
      this.#waiting.push(ask)
      return
    }
    this.#waiting = [ask] // With room for one: most transactions read key by key.
    this.#isDue = true
    // Half the price of queueMicrotask(), which keeps an asynchronous context.
    void DONE.then(this.#send)
  }

  readonly #send = (): void => {
    const asks = this.#waiting
    this.#waiting = []
    const [first] = asks
    const requests = asks.length === 1 && first !== undefined ? [first.request] : asks.map(({ request }) => request)
    const answered = (answer: Answer): void => {
      this.revision = answer.revision
      for (let i = 0; i < asks.length; i++) asks[i]?.answered(answer.results[i] as RangeResult)
      this.#next()
    }
    const failed = (error: unknown): void => {
      for (const ask of asks) ask.failed(error)
      this.#next()
    }
    // An asynchronous function around it would cost as much again as a read of a store in memory.
    this.#reader
      .range(requests, this.revision)
      .then(answered, (error: unknown) => void this.#recover(requests, error).then(answered, failed))
  }

  #next(): void {
    this.#isDue = this.#waiting.length > 0
    if (this.#isDue) this.#send()
    else if (this.#idlers !== null) for (const resolve of this.#idlers.splice(0)) resolve()
  }

  async #recover(requests: readonly RangeRequest[], error: unknown): Promise<Answer> {
    const other = await this.#recovery.recover(requests, error)
    if (other === null) throw error
    return other
  }
}
