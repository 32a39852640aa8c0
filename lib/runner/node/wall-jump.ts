/** Whether somebody has set the wall clock: what waits for a time of day waits for another moment then. */
import type { Clock } from '../../movement/index.js'

/** By how much it must differ. */
const JUMP_MS = 100

/** How far the wall clock is ahead of the one that never jumps, as it was last seen. */
export class WallJump {
  readonly #clock: Clock
  #aheadMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#aheadMs = clock.wall() - clock.now()
  }

  /**
   * Whether it has jumped since it was last asked, or began.
   *
   * @example
   * const clock = new ManualClock({ nowMs: 1000 })
   * const jump = new WallJump(clock)
   * clock.advance(5000)
   * assert.equal(jump.happened(), false)
   * clock.setWall(0)
   * assert.deepEqual([jump.happened(), jump.happened()], [true, false])
   */
  happened(): boolean {
    const aheadMs = this.#clock.wall() - this.#clock.now()
    if (Math.abs(aheadMs - this.#aheadMs) < JUMP_MS) return false
    this.#aheadMs = aheadMs
    return true
  }
}
