/** How long to wait before the next try. */

/** The bounds of the waiting. */
export interface BackoffOptions {
  /** After how long the first failure is tried again. */
  readonly retryMs: number
  /** Above which it doesn't grow. */
  readonly retryMaxMs: number
}

/**
 * Delays that double from try to try. Each lies by chance between a half and the whole of it, so that many who lost the
 * same peer don't come back in the same instant.
 *
 * @example
 * const backoff = new Backoff({ retryMs: 1000, retryMaxMs: 3000 }, () => 1)
 * assert.deepEqual([backoff.nextMs(), backoff.nextMs(), backoff.nextMs()], [1000, 2000, 3000])
 */
export class Backoff {
  /** How many tries in a row have failed. */
  failures = 0
  private readonly options: BackoffOptions
  private readonly random: () => number

  /** `random` gives numbers from 0 to 1. */
  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.options = options
    this.random = random
  }

  /** Another try failed: how long to wait now. */
  nextMs(): number {
    const { retryMs, retryMaxMs } = this.options
    const wholeMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(this.failures, 30))
    this.failures += 1
    return wholeMs * (0.5 + 0.5 * this.random())
  }

  /** It went well. */
  reset(): void {
    this.failures = 0
  }
}
