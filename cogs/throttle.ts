import {
  Cog,
  insert,
  requireAtLeast,
  requireFunction,
  requireOneOf,
  type Binding,
  type Getter,
  type Hold,
  type Json,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

const ON_EXCESS = ['drop', 'delay', 'fail'] as const

/** Configuration insert: what an operator may set. */
export const throttleBaseConfig = insert({
  perSecond: { doc: 'How many data a second go through, of each key.', format: 'number', default: 100, live: true },
  burst: { doc: 'How many may go through at once after a pause.', format: 'nat', min: 1, default: 100, live: true },
  onExcess: {
    doc: 'What is done with what is more: `drop` it, `delay` it until it is its turn, or `fail`.',
    format: ON_EXCESS,
    default: 'drop',
    live: true,
  },
  keysMax: {
    doc: 'How many keys are remembered; the one that came first goes first.',
    format: 'nat',
    min: 1,
    default: 100_000,
  },
})

/** The operator's settings, with defaults, and what data are counted by. */
export interface ThrottleOptions<T> extends Partial<Settings<typeof throttleBaseConfig>> {
  /** Reads the key; without it all data are counted together. */
  readonly keyGetter?: Getter<T, string | number>
}

/** What was held back in this run. */
export interface ThrottleProgress {
  readonly dropped: number
  readonly delayed: number
}

/** What a key may still send, as of a time on the scale of the loop's `now()`; below 0 while data wait. */
interface Bucket {
  tokens: number
  atMs: number
}

/**
 * Let no more than so many data a second through, of each key: a bucket of tokens for each.
 *
 * In: any datum. Out: the same, or nothing, or later (`onExcess`). What is dropped counts as swallowed, and in
 * `progress()`. What is delayed is held, in order within its key; when the train stops, it goes on at once.
 *
 * @throws {RangeError} If `perSecond` isn't above 0, a limit is below 1, or `onExcess` is none of its values. From a turn,
 * with `fail`: if there are too many.
 * @throws {TypeError} If `keyGetter` is no function.
 * @example
 * const throttle = new Throttle(train, { perSecond: 1, burst: 1 })
 * assert.deepEqual([throttle.turn('a'), throttle.turn('b')], [['a'], null])
 * assert.deepEqual(throttle.progress(), { dropped: 1, delayed: 0 })
 */
export class Throttle<T = unknown> extends Cog<T, T, ThrottleOptions<T> & Settings<typeof throttleBaseConfig>> {
  static readonly baseConfig = throttleBaseConfig
  private readonly buckets = new Map<string, Bucket>()
  private readonly waiting = new Map<Hold<T>, Binding>()
  private dropped = 0
  private delayed = 0

  constructor(train: Winder, options: ThrottleOptions<T> = {}) {
    super(train, { perSecond: 100, burst: 100, onExcess: 'drop', keysMax: 100_000, ...options })
    const { perSecond, keyGetter } = this.options
    if (!(perSecond > 0)) throw new RangeError(`perSecond must be above 0: it is ${perSecond}`)
    requireAtLeast(1, this.options, 'burst', 'keysMax')
    requireOneOf(ON_EXCESS, this.options, 'onExcess')
    if (keyGetter !== undefined) requireFunction({ keyGetter }, 'keyGetter')
  }

  turn(data: T): Turn<T> {
    const { keyGetter, perSecond, onExcess } = this.options
    const bucket = this.bucketOf(keyGetter === undefined ? '' : String(keyGetter(data)))
    if (bucket.tokens >= 1) {
      bucket.tokens--
      return [data]
    }
    if (onExcess === 'fail') throw new RangeError(`no more than ${perSecond} data a second may come (perSecond)`)
    if (onExcess === 'drop') {
      this.dropped++
      return null
    }
    const hold = this.train.hold(data)
    const delayMs = ((1 - bucket.tokens) * 1000) / perSecond
    bucket.tokens--
    this.delayed++
    this.waiting.set(hold, this.train.esc.after(delayMs, this.release, hold))
    return null
  }

  override finish(): void {
    for (const [hold, timer] of this.waiting) {
      this.train.esc.cancel(timer)
      this.release(hold)
    }
  }

  /** What each key may still send. Data that wait come again, and take theirs anew. */
  override snapshot(): Json {
    return [...this.buckets].map(([key, { tokens, atMs }]) => [key, Math.max(0, tokens), atMs])
  }

  override restore(json: Json): void {
    for (const [key, tokens, atMs] of json as [string, number, number][]) this.buckets.set(key, { tokens, atMs })
  }

  /** What was held back in this run. */
  override progress(): ThrottleProgress {
    return { dropped: this.dropped, delayed: this.delayed }
  }

  private bucketOf(key: string): Bucket {
    const { perSecond, burst, keysMax } = this.options
    const nowMs = this.train.esc.now()
    const known = this.buckets.get(key)
    if (known !== undefined) {
      known.tokens = Math.min(burst, known.tokens + (Math.max(0, nowMs - known.atMs) * perSecond) / 1000)
      known.atMs = nowMs
      return known
    }
    const bucket = { tokens: burst, atMs: nowMs }
    this.buckets.set(key, bucket)
    const [oldest] = this.buckets.keys()
    if (this.buckets.size > keysMax && oldest !== undefined) this.buckets.delete(oldest)
    return bucket
  }

  private readonly release = (hold: Hold<T>): void => {
    this.waiting.delete(hold)
    this.train.resume(hold, [hold.data])
  }
}
