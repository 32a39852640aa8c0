/** A timer of running code: it puts a message into `_info` when it has run out, and may be started again. */

// Node takes what is longer for 1 ms.
const TIMEOUT_MAX_MS = 2_147_483_647

/** A timer. */
export class Timer {
  readonly #ring: (timer: Timer) => void
  #timeout: NodeJS.Timeout | null = null

  constructor(ring: (timer: Timer) => void) {
    this.#ring = ring
  }

  /**
   * Start it, or start it anew.
   *
   * @param delayMs 0 or less only ends it.
   * @throws {RangeError} If it is no number.
   */
  run(delayMs: number): void {
    if (typeof delayMs !== 'number' || Number.isNaN(delayMs)) {
      throw new RangeError(`delayMs must be a number of ms: it is ${String(delayMs)}`)
    }
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#timeout = null
    if (delayMs > 0) this.#wait(performance.now() + delayMs)
  }

  /** End it. True if it ran. */
  cancel(): Promise<boolean> {
    const ran = this.#timeout !== null
    this.run(0)
    return Promise.resolve(ran)
  }

  #wait(untilMs: number): void {
    const leftMs = untilMs - performance.now()
    this.#timeout = setTimeout(
      () => {
        this.#timeout = null
        if (leftMs > TIMEOUT_MAX_MS) this.#wait(untilMs)
        else this.#ring(this)
      },
      Math.min(leftMs, TIMEOUT_MAX_MS),
    )
  }
}
