/** What the file mechanics ask of an event loop and of a log: any object of these shapes will do, without a train. */

/** One binding of a callable to an event. */
export interface LoopBinding {
  readonly live: boolean
}

/** What inotify(7) reports of a watched file or directory. */
export interface WatchEvent {
  readonly mask: number
  readonly name: string
}

/** The part of an event loop that files need. Times are in ms. */
export interface FileLoop {
  /** Whether inotify works here. */
  readonly inotify: boolean
  now(): number
  wall(): number
  enqueue(fn: () => void): LoopBinding
  after(delayMs: number, fn: () => void): LoopBinding
  every(periodMs: number, fn: () => void): LoopBinding
  cancel(timer: LoopBinding): boolean
  inotifyAdd(path: string, mask: number, fn: (event: WatchEvent) => void): LoopBinding
  inotifyRm(watch: LoopBinding): boolean
}

/** The part of a log that files need. */
export interface FileLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
