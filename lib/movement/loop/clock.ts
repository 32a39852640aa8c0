/**
 * What time it is and who is to be woken when: the one place where the movement meets the system's time.
 *
 * All times are milliseconds. `now()` never goes back and is what durations and timers are measured by;
 * `wall()` is what people read, and may jump.
 */
import { performance } from 'node:perf_hooks'
import { DeadbeatError } from '../../errors/index.js'
import { Timeline, type Due } from './timeline.js'

/** Take an alarm back. To call it again, or after the alarm rang, does nothing. */
export type Disarm = () => void

/** The time as an escapement needs it: read it, be called in the next turn, be called at a time. */
export interface Clock {
  /** Monotonic time in ms, on the scale of the Unix epoch. */
  now(): number
  /** The wall clock in ms since the Unix epoch. */
  wall(): number
  /** Call `ring` once Node has looked at its other events. The process stays alive until then. */
  soon(ring: () => void): void
  /** Call `ring` at a time on the scale of `now()`, or a moment before: who rings too early arms again. */
  alarm(atMs: number, ring: () => void): Disarm
}

// Asked once: it never changes, and now() is asked for every timer.
const ORIGIN_MS = performance.timeOrigin

// Node takes what is longer for 1 ms.
const TIMEOUT_MAX_MS = 2_147_483_647

/**
 * The time of the system. An armed alarm keeps the process alive; between alarms nothing wakes it.
 *
 * @example
 * const clock = new SystemClock()
 * assert.equal(Math.abs(clock.now() - clock.wall()) < 60_000, true)
 */
export class SystemClock implements Clock {
  now(): number {
    return ORIGIN_MS + performance.now()
  }

  wall(): number {
    return Date.now()
  }

  soon(ring: () => void): void {
    setImmediate(ring)
  }

  alarm(atMs: number, ring: () => void): Disarm {
    const delayMs = Math.min(Math.max(Math.ceil(atMs - this.now()), 1), TIMEOUT_MAX_MS)
    const timeout = setTimeout(ring, delayMs)
    return () => {
      clearTimeout(timeout)
    }
  }
}

/** Where a manual clock starts. */
export interface ManualClockOptions {
  /** The first `now()`, in ms; 0 if it isn't given. */
  nowMs?: number
  /** The first `wall()`, in ms; that of `now()` if it isn't given. */
  wallMs?: number
  /** After how many calls without a pause `advance` and `runUntilIdle` give up; a million if it isn't given. */
  ringsMax?: number
}

class ManualAlarm implements Due<ManualAlarm> {
  readonly timeMs: number
  readonly ring: () => void
  live = true
  slot = -1
  previous: ManualAlarm | null = null
  next: ManualAlarm | null = null

  constructor(timeMs: number, ring: () => void) {
    this.timeMs = timeMs
    this.ring = ring
  }
}

/**
 * A clock that stands until it is moved, for tests and replays.
 *
 * What is due runs inside `advance`, in order of time and then of entry, over all escapements on this clock.
 * Entries that wait for no time run in Node's next turn too, as on the system's clock, so that real descriptors
 * and signals work beside it.
 *
 * @example
 * const clock = new ManualClock({ nowMs: 1000 })
 * let rang = 0
 * clock.alarm(1500, () => (rang = clock.now()))
 * clock.advance(2000)
 * assert.deepEqual([rang, clock.now()], [1500, 3000])
 */
export class ManualClock implements Clock {
  readonly #alarms: Timeline<ManualAlarm>
  readonly #ringsMax: number
  #nowMs: number
  #aheadMs: number
  #waiting: (() => void)[] = []
  #isArmed = false

  constructor(options: ManualClockOptions = {}) {
    this.#nowMs = options.nowMs ?? 0
    this.#aheadMs = (options.wallMs ?? this.#nowMs) - this.#nowMs
    this.#ringsMax = options.ringsMax ?? 1_000_000
    this.#alarms = new Timeline(this.#nowMs)
  }

  now(): number {
    return this.#nowMs
  }

  wall(): number {
    return this.#nowMs + this.#aheadMs
  }

  /** Set the wall clock, as an operator or NTP does; `now()` goes on as if nothing had happened. */
  setWall(wallMs: number): void {
    this.#aheadMs = wallMs - this.#nowMs
  }

  soon(ring: () => void): void {
    this.#waiting.push(ring)
    this.#arm()
  }

  alarm(atMs: number, ring: () => void): Disarm {
    const alarm = new ManualAlarm(atMs, ring)
    this.#alarms.add(alarm)
    return () => {
      alarm.live = false
      this.#alarms.cancel(alarm)
    }
  }

  /**
   * Move the time on, from due time to due time, and run what is due at each. What runs sees the time that it was
   * bound for; an exception in it comes out here, and the rest runs with the next call.
   *
   * @throws {RangeError} If `byMs` is below 0.
   * @throws {DeadbeatError} `ERR_NOT_IDLE` if something keeps entering itself and the time never gets on.
   */
  advance(byMs: number): void {
    if (!(byMs >= 0)) throw new RangeError(`byMs must be at least 0: it is ${byMs}`)
    const target = this.#nowMs + byMs
    let rings = this.#settle(0)
    while (this.#alarms.soonest() <= target) rings = this.#jump(rings)
    this.#nowMs = Math.max(this.#nowMs, target)
  }

  /** Let time pass without anything being run, as a callable does that takes long. */
  spend(byMs: number): void {
    if (!(byMs >= 0)) throw new RangeError(`byMs must be at least 0: it is ${byMs}`)
    this.#nowMs += byMs
  }

  /**
   * Run until nothing is left to run: what Node itself has ready (descriptors, promises) first; when there is none,
   * jump to the next due time.
   *
   * @throws {DeadbeatError} `ERR_NOT_IDLE` after `ringsMax` calls, as something periodic is never idle.
   */
  async runUntilIdle(): Promise<void> {
    let rings = 0
    for (;;) {
      rings = this.#settle(rings)
      await turnOfNode()
      if (this.#waiting.length > 0) continue
      if (this.#alarms.size === 0) return
      rings = this.#jump(rings)
    }
  }

  #jump(rings: number): number {
    this.#nowMs = Math.max(this.#nowMs, this.#alarms.soonest())
    this.#alarms.takeDue(this.#nowMs, (alarm) => {
      this.#waiting.push(() => {
        if (alarm.live) alarm.ring()
      })
    })
    return this.#settle(rings + 1)
  }

  #settle(rings: number): number {
    let count = rings
    while (this.#waiting.length > 0) {
      if (++count > this.#ringsMax) {
        throw new DeadbeatError('ERR_NOT_IDLE', `still not idle after ${this.#ringsMax} calls at ${this.#nowMs} ms`)
      }
      this.#ringWaiting()
    }
    return count
  }

  #ringWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    let rung = 0
    try {
      for (const ring of waiting) {
        rung += 1
        ring()
      }
    } finally {
      // An exception in one must not lose the others.
      if (rung < waiting.length) this.#waiting = [...waiting.slice(rung), ...this.#waiting]
      if (this.#waiting.length > 0) this.#arm()
    }
  }

  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    setImmediate(() => {
      this.#isArmed = false
      this.#ringWaiting()
    })
  }
}

/** Resolve when Node has been once through all its phases, so that what was ready before has been looked at. */
export async function turnOfNode(): Promise<void> {
  // The first may come in the current turn, whose poll phase is perhaps over; the second cannot.
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve))
}
