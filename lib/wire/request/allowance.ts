/** How many requests a second each client may make: a bucket of tokens for each. */

/** The rate of each. */
export interface AllowanceOptions {
  /** So many requests a second, */
  readonly perSecond: number
  /** and so many at once, after a pause. */
  readonly burst: number
  /** The time, in ms. */
  readonly now: () => number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** From so many clients on, those who have paused long enough are forgotten. */
const TIDY_AT = 1_024

/**
 * A bucket for each client, full at first.
 *
 * @example
 * let nowMs = 0
 * const allowance = new Allowance({ perSecond: 10, burst: 2, now: () => nowMs })
 * assert.deepEqual([allowance.take('a'), allowance.take('a'), allowance.take('a'), allowance.take('b')], [true, true, false, true])
 * nowMs = 100
 * assert.deepEqual([allowance.take('a'), allowance.take('a')], [true, false])
 */
export class Allowance {
  private readonly options: AllowanceOptions
  private readonly buckets = new Map<string, Bucket>()
  private tidyAt = TIDY_AT

  constructor(options: AllowanceOptions) {
    this.options = options
  }

  /** Whether a client may make one request more now; if so, it is counted. */
  take(client: string): boolean {
    const { perSecond, burst, now } = this.options
    const nowMs = now()
    let bucket = this.buckets.get(client)
    if (bucket === undefined) {
      if (this.buckets.size >= this.tidyAt) this.tidy(nowMs)
      bucket = { tokens: burst, atMs: nowMs }
      this.buckets.set(client, bucket)
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perSecond) / 1_000)
    bucket.atMs = nowMs
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.buckets.size
  }

  /** A bucket that is full again is as good as none. */
  private tidy(nowMs: number): void {
    const fullMs = (this.options.burst * 1_000) / this.options.perSecond
    for (const [client, { atMs }] of this.buckets) if (nowMs - atMs >= fullMs) this.buckets.delete(client)
    this.tidyAt = Math.max(TIDY_AT, 2 * this.buckets.size)
  }
}
