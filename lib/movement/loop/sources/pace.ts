/**
 * Makes few wake-ups of a flood of them.
 *
 * To wake up costs as much as a dozen events do. Where a source wakes the process for every few events of a flood, an
 * event costs 2.2 µs of CPU; where it lets them gather for a millisecond now and then, 1.2.
 */
import type { Clock, Disarm } from '../clock.js'

/** So many wake-ups within `PAUSE_MS` are a flood. A log that gets 20,000 lines a second, one by one, is none. */
const FLOOD = 32
const PAUSE_MS = 1

/**
 * Counts the wake-ups of a source, and halts it for a millisecond whenever they are a flood.
 *
 * @example
 * const clock = new ManualClock()
 * let isHalted = false
 * const pace = new Pace(clock, (on) => (isHalted = on))
 * for (let i = 0; i < 32; i++) pace.woke()
 * assert.equal(isHalted, true)
 * clock.advance(1)
 * assert.equal(isHalted, false)
 */
export class Pace {
  readonly #clock: Clock
  readonly #halt: (isHalted: boolean) => void
  #count = 0
  #sinceMs: number
  #disarm: Disarm | null = null

  constructor(clock: Clock, halt: (isHalted: boolean) => void) {
    this.#clock = clock
    this.#halt = halt
    this.#sinceMs = clock.now()
  }

  /** Whether the source is halted now, so that it may have something to tell. */
  get isHalting(): boolean {
    return this.#disarm !== null
  }

  /** The source has woken up. The time is asked for only once in a while: to ask costs more than all else here. */
  woke(): void {
    if (++this.#count < FLOOD) return
    this.#count = 0
    const now = this.#clock.now()
    const isFlood = now - this.#sinceMs < PAUSE_MS
    this.#sinceMs = now
    if (!isFlood) return
    this.#disarm = this.#clock.alarm(now + PAUSE_MS, this.#goOn)
    this.#halt(true)
  }

  /** The source is no more. */
  close(): void {
    this.#disarm?.()
    this.#disarm = null
  }

  readonly #goOn = (): void => {
    this.#disarm = null
    this.#sinceMs = this.#clock.now()
    this.#halt(false)
  }
}
