/** Looking again and again: on a cadence, or when something else has changed. */
import type { Binding, EventLoop } from '../../movement/index.js'

const MS_PER_S = 1000

/**
 * Looks, one look at a time.
 *
 * @example
 * const clock = new ManualClock()
 * let looks = 0
 * const poller = new Poller(new Escapement({ clock }), async () => void looks++)
 * poller.every(2)
 * clock.advance(0)
 * assert.equal(looks, 1)
 */
export class Poller {
  readonly #esc: EventLoop
  readonly #look: () => Promise<void>
  #first: Binding | null = null
  #timer: Binding | null = null
  #isLooking = false
  #isWanted = false

  /** `look` must not reject. */
  constructor(esc: EventLoop, look: () => Promise<void>) {
    this.#esc = esc
    this.#look = look
  }

  /**
   * Look at once and then every `period` seconds; null or 0: no more. A look that is due while another is under way is left
   * out.
   *
   * @throws {RangeError} If the period is below 0 or no number.
   */
  every(period: number | null): void {
    if (period !== null && !(period >= 0)) throw new RangeError(`period must be at least 0 seconds: it is ${period}`)
    this.stop()
    if (period === null || period === 0) return
    const tick = (): void => void this.#begin()
    this.#first = this.#esc.enqueue(tick)
    this.#timer = this.#esc.every(period * MS_PER_S, tick)
  }

  /** Look now; if a look is under way, once more behind it, since that one may have seen too little. */
  async now(): Promise<void> {
    if (this.#isLooking) this.#isWanted = true
    else await this.#begin()
  }

  stop(): void {
    if (this.#timer !== null) this.#esc.cancel(this.#timer)
    if (this.#first !== null) this.#esc.dequeue(this.#first)
    this.#timer = null
    this.#first = null
    this.#isWanted = false
  }

  async #begin(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    await this.#look()
    this.#isLooking = false
    if (this.#isWanted) {
      this.#isWanted = false
      await this.#begin()
    }
  }
}
