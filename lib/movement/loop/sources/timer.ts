/** Timer events: one-shot, periodic and by cron patterns, on one timeline with one alarm. */
import { describeValue, requireFunction } from '../../../errors/index.js'
import type { Clock, Disarm } from '../clock.js'
import { nextCronMs, readCron, type CronPattern } from '../cron.js'
import { Entry } from '../ready.js'
import { Timeline, type Due } from '../timeline.js'

// How late a cron timer notices at most that the wall clock was set ahead.
const WALL_CHECK_MS = 600_000
// Less drowns in the rounding of the time, and adding it would never get on.
const PERIOD_MIN_MS = 0.001
// A wall clock set back by less repeats no run: cron(8)'s rule.
const SET_BACK_MS = 3 * 3_600_000

/** A bound timer. One that is taken off the timeline to run is still live until it has run. */
export abstract class Timer extends Entry implements Due<Timer> {
  timeMs: number
  slot = -1
  previous: Timer | null = null
  next: Timer | null = null

  constructor(timeMs: number) {
    super()
    this.timeMs = timeMs
  }
}

const NO_ARGS: readonly unknown[] = []

/**
 * It keeps callable and arguments as they came: with a closure over them, a million timers cost half as much again. A
 * single argument is kept without its list, as most of what many timers cost is collecting what each consists of.
 */
class Once extends Timer {
  readonly #fn: (...args: unknown[]) => void
  readonly #arg: unknown
  readonly #args: readonly unknown[] | null

  constructor(timeMs: number, fn: (...args: unknown[]) => void, args: readonly unknown[]) {
    super(timeMs)
    this.#fn = fn
    this.#arg = args[0]
    // A copy, so that V8 needn't make the list that came where it has no more than one.
    this.#args = args.length === 1 ? null : args.length === 0 ? NO_ARGS : [...args]
  }

  run(): void {
    this.live = false
    const fn = this.#fn
    const args = this.#args
    if (args === null) fn(this.#arg)
    else fn(...args)
  }
}

class Periodic extends Timer {
  readonly #source: TimerSource
  readonly #startMs: number
  readonly #periodMs: number
  readonly #call: () => void

  constructor(source: TimerSource, startMs: number, periodMs: number, call: () => void) {
    super(startMs + periodMs)
    this.#call = call
    this.#source = source
    this.#startMs = startMs
    this.#periodMs = periodMs
  }

  run(): void {
    // Before the call, which may throw. Multiples of the period from the start: lateness never adds up.
    const now = this.#source.clock.now()
    let times = Math.floor((now - this.#startMs) / this.#periodMs) + 1
    while (this.#startMs + times * this.#periodMs <= now) times += 1
    this.timeMs = this.#startMs + times * this.#periodMs
    this.#source.add(this)
    this.#call()
  }
}

class ByWall extends Timer {
  readonly #source: TimerSource
  readonly #cron: CronPattern
  #wantedMs: number // The wall time of the next run.
  #seenMs: number // The wall time at which that was looked up.
  readonly #call: () => void

  constructor(source: TimerSource, cron: CronPattern, wantedMs: number, call: () => void) {
    super(0)
    this.#call = call
    this.#source = source
    this.#cron = cron
    this.#wantedMs = wantedMs
    this.#seenMs = source.clock.wall()
    this.#wait()
  }

  run(): void {
    const wall = this.#source.clock.wall()
    const isDue = wall >= this.#wantedMs
    if (isDue || wall < this.#seenMs - SET_BACK_MS) {
      const wantedMs = nextCronMs(this.#cron, wall)
      this.live = wantedMs !== null
      this.#wantedMs = wantedMs ?? 0
      this.#seenMs = wall
    }
    if (this.live) {
      this.#wait()
      this.#source.add(this)
    }
    if (isDue) this.#call()
  }

  #wait(): void {
    const { clock } = this.#source
    this.timeMs = clock.now() + Math.min(Math.max(this.#wantedMs - clock.wall(), 0), WALL_CHECK_MS)
  }
}

/** The timers of one escapement. */
export class TimerSource {
  readonly clock: Clock
  readonly #timeline: Timeline<Timer>
  readonly #enter: (entry: Entry) => void
  readonly #ring: () => void
  #alarmMs = Infinity
  #disarm: Disarm | null = null
  readonly #rang = (): void => {
    this.#disarm = null
    if (this.clock.now() < this.#alarmMs) this.#arm(this.#alarmMs)
    else this.#ring()
  }

  /** What is due is given to `enter` when `enterDue` is called; `ring` is called when it is time to call it. */
  constructor(clock: Clock, enter: (entry: Entry) => void, ring: () => void) {
    this.clock = clock
    this.#timeline = new Timeline(clock.now())
    this.#enter = enter
    this.#ring = ring
  }

  /** How many timers wait for their time. */
  get size(): number {
    return this.#timeline.size
  }

  /** Whether something is due and not yet entered. */
  get isDue(): boolean {
    return this.#timeline.size > 0 && this.#timeline.soonest() <= this.clock.now()
  }

  /**
   * Bind a callable and its arguments to a time.
   *
   * @throws {TypeError} If it cannot be called.
   * @throws {RangeError} If the time is not finite.
   */
  at<A extends unknown[]>(timeMs: number, fn: (...args: A) => void, args: A): Timer {
    if (typeof fn !== 'function') requireFunction({ fn }, 'fn')
    return this.add(new Once(timeMs, fn as unknown as (...args: unknown[]) => void, args))
  }

  /**
   * Bind a call to every multiple of a period, counted from now.
   *
   * @throws {RangeError} If the period is below 0.001 or not finite.
   */
  every(periodMs: number, call: () => void): Timer {
    if (!(periodMs >= PERIOD_MIN_MS)) {
      throw new RangeError(`periodMs must be at least ${PERIOD_MIN_MS}: it is ${describeValue(periodMs)}`)
    }
    return this.add(new Periodic(this, this.clock.now(), periodMs, call))
  }

  /**
   * Bind a call to a cron pattern.
   *
   * @throws {RangeError} If it is no pattern, or one that never comes.
   */
  cron(pattern: string, call: () => void): Timer {
    const cron = readCron(pattern)
    const wantedMs = nextCronMs(cron, this.clock.wall())
    if (wantedMs === null) throw new RangeError(`cron pattern must match some time to come: it is "${pattern}"`)
    return this.add(new ByWall(this, cron, wantedMs, call))
  }

  /** Put a timer on the timeline. */
  add(timer: Timer): Timer {
    this.#timeline.add(timer)
    if (timer.timeMs < this.#alarmMs) this.#arm(timer.timeMs)
    return timer
  }

  /** Take a timer back. Answers whether it was still to run. */
  cancel(timer: Timer): boolean {
    const wasLive = timer.live
    timer.live = false
    this.#timeline.cancel(timer)
    // The alarm stays else: the timer may be one that is always put off, and one look too many costs less.
    if (this.#timeline.size === 0) this.#arm(Infinity)
    return wasLive
  }

  /** Enter what is due by now, in order. */
  enterDue(): void {
    if (this.#alarmMs === Infinity) return
    const now = this.clock.now()
    if (now < this.#alarmMs) return
    this.#timeline.takeDue(now, this.#enter)
    this.#arm(this.#timeline.soonest())
  }

  /** End all timers. */
  close(): void {
    this.#timeline.clear((timer) => (timer.live = false))
    this.#arm(Infinity)
  }

  #arm(atMs: number): void {
    this.#disarm?.()
    this.#disarm = null
    this.#alarmMs = atMs
    if (atMs !== Infinity) this.#disarm = this.clock.alarm(atMs, this.#rang)
  }
}
