/** What a cog may ask of its event loop: the one interface of the Escapement and of the DummyEscapement. */

/** One binding of a callable to an event. It ends when it is taken back, or, if it was for once, when it has run. */
export interface Binding {
  /** Whether it may still run. */
  readonly live: boolean
}

/** What inotify(7) reports of a watched file or directory. */
export interface InotifyEvent {
  /** The bits of inotify(7): IN_MODIFY, IN_CREATE ... */
  readonly mask: number
  /** Joins the two halves of a rename; 0 elsewhere. */
  readonly cookie: number
  /** The name within the watched directory; empty for the watched thing itself. */
  readonly name: string
  /** The bytes of a name that is not UTF-8: `name` is then for people only. null where `name` says it all. */
  readonly nameBytes: Buffer | null
}

/**
 * The event loop as cogs see it. Every method binds a callable and its arguments to an event; what the event
 * itself has to tell comes first, the bound arguments follow. All times are milliseconds.
 */
export interface EventLoop {
  /** Monotonic time in ms, on the scale of the Unix epoch: for durations, windows and timers. */
  now(): number
  /** The wall clock in ms since the Unix epoch: for what people read. It may jump. */
  wall(): number

  /** Run `fn(...args)` in the next tick, after everything that was entered before. */
  enqueue<A extends unknown[]>(fn: (...args: A) => void, ...args: A): Binding
  /** Take back one entry, or every waiting entry of a callable. Answers how many were taken back. */
  dequeue(what: Binding | ((...args: never[]) => void)): number

  /** Run at a time on the scale of `now()`. A time that is over is due at once. */
  at<A extends unknown[]>(timeMs: number, fn: (...args: A) => void, ...args: A): Binding
  /** Run once, `delayMs` from now. */
  after<A extends unknown[]>(delayMs: number, fn: (...args: A) => void, ...args: A): Binding
  /** Run every `periodMs`; a run that comes late doesn't shift or double those that follow. */
  every<A extends unknown[]>(periodMs: number, fn: (...args: A) => void, ...args: A): Binding
  /** Run at the times of a cron pattern (`'0 3 * * *'`, with seconds if it has six fields), by the wall clock. */
  cron<A extends unknown[]>(pattern: string, fn: (...args: A) => void, ...args: A): Binding
  /** Take back a timer. Answers whether it was still to run. */
  cancel(timer: Binding): boolean

  /** Run `fn(mask, ...args)` whenever the descriptor is ready for one of the epoll(7) events in `mask`. */
  fdRegister<A extends unknown[]>(fd: number, mask: number, fn: (mask: number, ...args: A) => void, ...args: A): Binding
  /** End the watching of a descriptor. Answers whether it was watched. */
  fdUnregister(fd: number): boolean

  /** Whether inotify works here. Where it doesn't, fall back to polling. */
  readonly inotify: boolean
  /** Run `fn(event, ...args)` for the inotify(7) events in `mask` of a path. */
  inotifyAdd<A extends unknown[]>(
    path: string | Buffer,
    mask: number,
    fn: (event: InotifyEvent, ...args: A) => void,
    ...args: A
  ): Binding
  /** End one watching. Answers whether it was still on. */
  inotifyRm(watch: Binding): boolean

  /** Run `fn(signal, ...args)` whenever the process gets the signal (`'SIGHUP'`, `'SIGRTMIN+3'`). */
  signalRegister<A extends unknown[]>(signal: string, fn: (signal: string, ...args: A) => void, ...args: A): Binding
  /** End one binding, or every binding of a callable to a signal. Answers how many were ended. */
  signalUnregister(signal: string, what: Binding | ((signal: string, ...args: never[]) => void)): number
}
