/** The event loop: it joins a clock, a timeline and the event sources, and releases one step after another. */
import { ClosedError, toError } from '../../errors/index.js'
import { SystemClock, turnOfNode, type Clock } from './clock.js'
import type { Binding, EventLoop, InotifyEvent } from './event-loop.js'
import { bind, Call, Ready, type Entry } from './ready.js'
import { FdSource } from './sources/fd.js'
import { InotifySource, Watcher } from './sources/inotify.js'
import { SignalSource } from './sources/signal.js'
import { Timer, TimerSource } from './sources/timer.js'

/** What an escapement of one's own can be given. */
export interface EscapementOptions {
  /** The system's if it isn't given. */
  clock?: Clock
  /** Takes what a callable threw. Without it that is thrown on: an uncaught exception, or out of `advance`. */
  onError?: (error: Error) => void
}

/**
 * The escapement, the event loop of an application, which releases its events one by one.
 *
 * A tick runs what was due when it began: the entries that were there, then the timers; then it yields to Node, so
 * that no source starves another. What a callable throws doesn't keep the others from running. Nothing wakes up while
 * nothing is due. The process stays alive while something is entered, a timer runs (of the system's clock), or a
 * descriptor or a path is watched; signals don't keep it alive.
 *
 * @example
 * const clock = new ManualClock()
 * const esc = new Escapement({ clock })
 * const heard = []
 * esc.after(1000, (word) => heard.push(word), 'later')
 * esc.enqueue((word) => heard.push(word), 'now')
 * clock.advance(1000)
 * assert.deepEqual(heard, ['now', 'later'])
 */
export class Escapement implements EventLoop {
  static #instance: Escapement | null = null

  readonly #clock: Clock
  readonly #onError: ((error: Error) => void) | undefined
  readonly #ready = new Ready()
  readonly #timers: TimerSource
  readonly #fds: FdSource
  readonly #inotify: InotifySource
  readonly #signals: SignalSource
  #isComing = false // Whether the clock was asked for a tick.
  #isClosed = false
  #deliveries = 0 // How often a source had something to tell.

  /** The one of the application, on the system's clock. After `close` the next question makes a new one. */
  static get instance(): Escapement {
    if (Escapement.#instance === null || Escapement.#instance.#isClosed) Escapement.#instance = new Escapement()
    return Escapement.#instance
  }

  constructor(options: EscapementOptions = {}) {
    this.#clock = options.clock ?? new SystemClock()
    this.#onError = options.onError
    this.#timers = new TimerSource(this.#clock, this.#enter, this.#tick)
    this.#fds = new FdSource(this.#enter, this.#deliver)
    // On a clock that somebody moves, nothing real may wait for the time.
    const pacing = this.#clock instanceof SystemClock ? this.#clock : null
    this.#inotify = new InotifySource(this.#enter, this.#deliver, pacing)
    this.#signals = new SignalSource(this.#enter)
  }

  /** Whether nothing is ready to run. */
  get idle(): boolean {
    return this.#ready.size === 0 && !this.#timers.isDue
  }

  get inotify(): boolean {
    return !this.#isClosed && this.#inotify.works
  }

  now(): number {
    return this.#clock.now()
  }

  wall(): number {
    return this.#clock.wall()
  }

  enqueue<A extends unknown[]>(fn: (...args: A) => void, ...args: A): Binding {
    this.#requireOpen('enqueue')
    const call = new Call(fn, bind<[], A>(fn, args))
    this.#enter(call)
    return call
  }

  dequeue(what: Binding | ((...args: never[]) => void)): number {
    if (what instanceof Call) {
      const wasLive = what.live
      what.live = false
      return wasLive ? 1 : 0
    }
    let taken = 0
    for (const entry of this.#ready.waiting()) {
      if (!(entry instanceof Call) || entry.fn !== what || !entry.live) continue
      entry.live = false
      taken += 1
    }
    return taken
  }

  /** @throws {RangeError} If `timeMs` is not finite. */
  at<A extends unknown[]>(timeMs: number, fn: (...args: A) => void, ...args: A): Binding {
    this.#requireOpen('at')
    return this.#timers.at(timeMs, fn, args)
  }

  /** @throws {RangeError} If `delayMs` is not finite. */
  after<A extends unknown[]>(delayMs: number, fn: (...args: A) => void, ...args: A): Binding {
    this.#requireOpen('after')
    return this.#timers.at(this.#clock.now() + delayMs, fn, args)
  }

  /** @throws {RangeError} If `periodMs` is below 0.001. */
  every<A extends unknown[]>(periodMs: number, fn: (...args: A) => void, ...args: A): Binding {
    this.#requireOpen('every')
    return this.#timers.every(periodMs, bind<[], A>(fn, args))
  }

  /** @throws {RangeError} If the pattern is none, or never comes. */
  cron<A extends unknown[]>(pattern: string, fn: (...args: A) => void, ...args: A): Binding {
    this.#requireOpen('cron')
    return this.#timers.cron(pattern, bind<[], A>(fn, args))
  }

  cancel(timer: Binding): boolean {
    return timer instanceof Timer && this.#timers.cancel(timer)
  }

  /** @throws {SourceError} `ENOTSUP` without the native binding, else the kernel's code; see `FdSource.register`. */
  fdRegister<A extends unknown[]>(
    fd: number,
    mask: number,
    fn: (mask: number, ...args: A) => void,
    ...args: A
  ): Binding {
    this.#requireOpen('fdRegister')
    return this.#fds.register(fd, mask, bind<[number], A>(fn, args))
  }

  fdUnregister(fd: number): boolean {
    return this.#fds.unregister(fd)
  }

  /** @throws {SourceError} `ENOTSUP` without the native binding, else the kernel's code; see `InotifySource.add`. */
  inotifyAdd<A extends unknown[]>(
    path: string | Buffer,
    mask: number,
    fn: (event: InotifyEvent, ...args: A) => void,
    ...args: A
  ): Binding {
    this.#requireOpen('inotifyAdd')
    return this.#inotify.add(path, mask, bind<[InotifyEvent], A>(fn, args))
  }

  inotifyRm(watch: Binding): boolean {
    return watch instanceof Watcher && this.#inotify.rm(watch)
  }

  /** @throws {TypeError|RangeError} If there is no such signal, or it can't be caught; see `SignalSource.register`. */
  signalRegister<A extends unknown[]>(signal: string, fn: (signal: string, ...args: A) => void, ...args: A): Binding {
    this.#requireOpen('signalRegister')
    return this.#signals.register(signal, fn, bind<[string], A>(fn, args))
  }

  signalUnregister(signal: string, what: Binding | ((signal: string, ...args: never[]) => void)): number {
    return this.#signals.unregister(signal, what)
  }

  /** Resolve when nothing is ready any more, neither here nor in Node. Timers to come aren't waited for. */
  async waitIdle(): Promise<void> {
    let seen: number
    do {
      seen = this.#deliveries
      await turnOfNode()
    } while (!this.idle || this.#inotify.isHalting || this.#deliveries !== seen)
  }

  /**
   * End every timer, descriptor, watch and signal. What was enqueued before still runs; to bind something afterwards
   * throws a ClosedError, to take something back doesn't. A second call does nothing.
   */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const entry of this.#ready.waiting()) if (!(entry instanceof Call)) entry.live = false
    this.#timers.close()
    this.#signals.close()
    this.#inotify.close()
    this.#fds.close()
  }

  readonly #enter = (entry: Entry): void => {
    this.#ready.enter(entry)
    if (this.#isComing) return
    this.#isComing = true
    this.#clock.soon(this.#onSoon)
  }

  /**
   * A source tells of what the kernel has ready. Its tick follows at once, as part of the same wake-up of Node, unless
   * something entered before and has its own coming.
   */
  readonly #deliver = (tell: () => void): void => {
    this.#deliveries += 1
    if (this.#isComing) {
      tell()
      return
    }
    this.#isComing = true
    try {
      tell()
    } finally {
      this.#isComing = false
    }
    this.#tick()
  }

  readonly #onSoon = (): void => {
    this.#isComing = false
    this.#tick()
  }

  readonly #tick = (): void => {
    this.#timers.enterDue()
    try {
      this.#run()
    } finally {
      if (this.#ready.size > 0 && !this.#isComing) {
        this.#isComing = true
        this.#clock.soon(this.#onSoon)
      }
    }
  }

  #run(): void {
    if (this.#onError === undefined) {
      this.#ready.run()
      return
    }
    do {
      try {
        this.#ready.run()
      } catch (error) {
        this.#onError(toError(error))
      }
    } while (this.#ready.isBroken)
  }

  #requireOpen(method: string): void {
    if (this.#isClosed) throw new ClosedError(`${method} must come before close(): the escapement is closed`)
  }
}
