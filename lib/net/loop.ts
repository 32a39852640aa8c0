/** What the network mechanics ask of an event loop and of a log: any object of these shapes will do, without a train. */

/** One binding of a callable to an event. */
export interface LoopBinding {
  readonly live: boolean
}

/** The part of an event loop that sockets need. Times are in ms. */
export interface NetLoop {
  now(): number
  enqueue(fn: () => void): LoopBinding
  after(delayMs: number, fn: () => void): LoopBinding
  every(periodMs: number, fn: () => void): LoopBinding
  cancel(timer: LoopBinding): boolean
  fdRegister(fd: number, mask: number, fn: (mask: number) => void): LoopBinding
  fdUnregister(fd: number): boolean
}

/** The part of a log that sockets need. */
export interface NetLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
