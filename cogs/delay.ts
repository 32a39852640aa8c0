import {
  Cog,
  insert,
  requireAtLeast,
  type Binding,
  type Hold,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const delayBaseConfig = insert({
  delayMs: { doc: 'How long each datum waits.', format: 'duration', default: '1s', live: true },
})

/** The operator's settings, with defaults. */
export type DelayOptions = Partial<Settings<typeof delayBaseConfig>>

/**
 * Let each datum wait for some time.
 *
 * In: any datum. Out: the same, `delayMs` later, in the order of their times. What waits is held: it counts as in flight,
 * so that supplies pause at `train.inFlightMax`, and after a crash it waits anew. When the train stops, it goes on at once.
 *
 * @throws {RangeError} If `delayMs` is below 0.
 * @example
 * const delay = new Delay(train, { delayMs: 500 })
 * assert.equal(String(delay), 'Delay(delayMs=500)')
 */
export class Delay<T = unknown> extends Cog<T, T, Required<DelayOptions>> {
  static readonly baseConfig = delayBaseConfig
  private readonly waiting = new Map<Hold<T>, Binding>()

  constructor(train: Winder, options: DelayOptions = {}) {
    super(train, { delayMs: 1000, ...options })
    requireAtLeast(0, this.options, 'delayMs')
  }

  turn(data: T): Turn<T> {
    const hold = this.train.hold(data)
    this.waiting.set(hold, this.train.esc.after(this.options.delayMs, this.release, hold))
    return null
  }

  override finish(): void {
    for (const [hold, timer] of this.waiting) {
      this.train.esc.cancel(timer)
      this.release(hold)
    }
  }

  private readonly release = (hold: Hold<T>): void => {
    this.waiting.delete(hold)
    this.train.resume(hold, [hold.data])
  }
}
