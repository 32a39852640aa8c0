/** An event loop as a cog sees it, that remembers what the cog has bound. */
import type { Binding, EventLoop, InotifyEvent } from '../../movement/loop/event-loop.js'

const SWEEP = 256

/**
 * Passes everything on to another loop.
 *
 * @example
 * const spy = new LoopSpy(new Escapement({ clock: new ManualClock() }))
 * const timer = spy.after(1000, () => {})
 * assert.deepEqual(spy.bound(), ['a timer'])
 * spy.cancel(timer)
 * assert.deepEqual(spy.bound(), [])
 */
export class LoopSpy implements EventLoop {
  readonly #loop: EventLoop
  #bindings: (readonly [Binding, string])[] = []

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  /** What is bound and was neither run nor taken back. */
  bound(): string[] {
    this.#bindings = this.#bindings.filter(([{ live }]) => live)
    return this.#bindings.map(([, what]) => what)
  }

  get inotify(): boolean {
    return this.#loop.inotify
  }

  now(): number {
    return this.#loop.now()
  }

  wall(): number {
    return this.#loop.wall()
  }

  enqueue<A extends unknown[]>(fn: (...args: A) => void, ...args: A): Binding {
    return this.#keep('a call', this.#loop.enqueue(fn, ...args))
  }

  dequeue(what: Binding | ((...args: never[]) => void)): number {
    return this.#loop.dequeue(what)
  }

  at<A extends unknown[]>(timeMs: number, fn: (...args: A) => void, ...args: A): Binding {
    return this.#keep('a timer', this.#loop.at(timeMs, fn, ...args))
  }

  after<A extends unknown[]>(delayMs: number, fn: (...args: A) => void, ...args: A): Binding {
    return this.#keep('a timer', this.#loop.after(delayMs, fn, ...args))
  }

  every<A extends unknown[]>(periodMs: number, fn: (...args: A) => void, ...args: A): Binding {
    return this.#keep('a periodic timer', this.#loop.every(periodMs, fn, ...args))
  }

  cron<A extends unknown[]>(pattern: string, fn: (...args: A) => void, ...args: A): Binding {
    return this.#keep('a timer', this.#loop.cron(pattern, fn, ...args))
  }

  cancel(timer: Binding): boolean {
    return this.#loop.cancel(timer)
  }

  fdRegister<A extends unknown[]>(
    fd: number,
    mask: number,
    fn: (mask: number, ...args: A) => void,
    ...args: A
  ): Binding {
    return this.#keep('a descriptor', this.#loop.fdRegister(fd, mask, fn, ...args))
  }

  fdUnregister(fd: number): boolean {
    return this.#loop.fdUnregister(fd)
  }

  inotifyAdd<A extends unknown[]>(
    path: string | Buffer,
    mask: number,
    fn: (event: InotifyEvent, ...args: A) => void,
    ...args: A
  ): Binding {
    return this.#keep('a watch', this.#loop.inotifyAdd(path, mask, fn, ...args))
  }

  inotifyRm(watch: Binding): boolean {
    return this.#loop.inotifyRm(watch)
  }

  signalRegister<A extends unknown[]>(signal: string, fn: (signal: string, ...args: A) => void, ...args: A): Binding {
    return this.#keep('a signal', this.#loop.signalRegister(signal, fn, ...args))
  }

  signalUnregister(signal: string, what: Binding | ((signal: string, ...args: never[]) => void)): number {
    return this.#loop.signalUnregister(signal, what)
  }

  #keep(what: string, binding: Binding): Binding {
    if (this.#bindings.push([binding, what]) % SWEEP === 0) this.bound()
    return binding
  }
}
