/** Publications that never came to who had subscribed to them: ZeroMQ drops what is too much for a subscriber, and says nothing. */
import type { EventLoop } from '../../movement/index.js'

/** What a subscriber sets to so many of them, where they were published. */
export const MISSED = '_missed'

/** Where they are told. */
export interface MissedCountOptions {
  readonly esc: Pick<EventLoop, 'now'>
  readonly log: { warn(fields: object, text: string): void }
  /** What the log says of so many. */
  readonly text: (count: number) => string
}

/** As often as this they are told at most; those that come between are told with the next. */
const TELL_MS = 60_000

/**
 * Counts them, and tells them in the log.
 *
 * @example
 * const told = []
 * const log = { warn: (_, text) => told.push(text) }
 * const missed = new MissedCount({ esc: { now: () => 0 }, log, text: (count) => `missed ${count}` })
 * missed.add(3)
 * missed.add(4)
 * assert.deepEqual([missed.total, told], [7, ['missed 3']])
 */
export class MissedCount {
  readonly #options: MissedCountOptions
  #total = 0
  #told = 0
  #toldMs = -Infinity

  constructor(options: MissedCountOptions) {
    this.#options = options
  }

  get total(): number {
    return this.#total
  }

  add(count: number): void {
    const { esc, log, text } = this.#options
    this.#total += count
    if (esc.now() - this.#toldMs < TELL_MS) return
    this.#toldMs = esc.now()
    const missed = this.#total - this.#told
    this.#told = this.#total
    log.warn({ missed, total: this.#total }, text(missed))
  }
}
