/** A manual clock that says when it has something to ring for: so a check can jump from due time to due time. */
import { ManualClock, type Disarm } from '../../movement/loop/clock.js'

/**
 * A manual clock that knows what is due.
 *
 * @example
 * const clock = new CheckClock({ nowMs: 1000 })
 * clock.alarm(1500, () => {})
 * assert.equal(clock.dueMs, 1500)
 */
export class CheckClock extends ManualClock {
  readonly #armed = new Set<{ readonly atMs: number }>()

  /** The time of the next alarm; Infinity if there is none. */
  get dueMs(): number {
    return Math.min(...[...this.#armed].map(({ atMs }) => atMs))
  }

  override alarm(atMs: number, ring: () => void): Disarm {
    const armed = { atMs }
    this.#armed.add(armed)
    const disarm = super.alarm(atMs, () => {
      this.#armed.delete(armed)
      ring()
    })
    return () => {
      this.#armed.delete(armed)
      disarm()
    }
  }
}
