/**
 * Whether the machine has slept. The clock that never jumps stood still meanwhile, so what was promised for a time is over
 * sooner than that clock says.
 */
import { readFileSync } from 'node:fs'
import type { Clock } from '../../movement/index.js'

/** The kernel tells of it in hundredths of a second. */
const NOTICED_MS = 50

/** The times that the machine has slept. */
export class Sleep {
  readonly #clock: Clock
  readonly #sleptMs: () => number
  #totalMs: number
  /** When it was noticed, by the clock, and for how long it was. */
  #times: { readonly atMs: number; readonly ms: number }[] = []

  /** @param sleptMs how long it has slept since it was started; that of this machine, if it isn't given. */
  constructor(clock: Clock, sleptMs: () => number = sleptSinceBoot) {
    this.#clock = clock
    this.#sleptMs = sleptMs
    this.#totalMs = sleptMs()
  }

  /**
   * How much more time than the clock says has passed since then, in ms. What was noticed since counts whole.
   *
   * @param thenMs a time of the clock, never before one that was asked about already.
   * @example
   * const clock = new ManualClock({ nowMs: 1000 })
   * let slept = 0
   * const sleep = new Sleep(clock, () => slept)
   * slept = 3_600_000
   * clock.advance(10)
   * assert.deepEqual([sleep.since(1000), sleep.since(1010)], [3_600_000, 0])
   */
  since(thenMs: number): number {
    const totalMs = this.#sleptMs()
    if (totalMs - this.#totalMs >= NOTICED_MS) {
      this.#times.push({ atMs: this.#clock.now(), ms: totalMs - this.#totalMs })
      this.#totalMs = totalMs
    }
    this.#times = this.#times.filter(({ atMs }) => atMs > thenMs)
    return this.#times.reduce((sum, { ms }) => sum + ms, 0)
  }
}

/** The kernel's time since the start counts sleep, the other one doesn't. */
function sleptSinceBoot(): number {
  try {
    const [seconds = ''] = readFileSync('/proc/uptime', 'latin1').split(' ')
    return Number(seconds) * 1000 - Number(process.hrtime.bigint()) / 1e6
  } catch {
    return 0 // Where there is no /proc, nobody can tell.
  }
}
