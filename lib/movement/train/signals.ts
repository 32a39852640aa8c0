/** What the signals of the process mean to a train. */
import type { Binding, EventLoop } from '../loop/event-loop.js'

/** What signals ask for. */
export interface Signalled {
  /** End in order. Answers whether that has begun already. */
  stop(signal: string): boolean
  /** Open files anew. */
  reopen(signal: string): void
}

/**
 * SIGINT and SIGTERM stop, a second one ends the process at once; SIGHUP and SIGUSR1 reopen files.
 * Answers how to unbind them.
 */
export function bindSignals(esc: EventLoop, train: Signalled): () => void {
  const unbind = (): void => {
    for (const [signal, binding] of bindings) esc.signalUnregister(signal, binding)
  }
  const stop = (signal: string): void => {
    if (!train.stop(signal)) return
    unbind()
    process.kill(process.pid, signal) // As it would end if nobody had listened.
  }
  const reopen = (signal: string): void => train.reopen(signal)
  const handlers = { SIGINT: stop, SIGTERM: stop, SIGHUP: reopen, SIGUSR1: reopen }
  const bindings = Object.entries(handlers).map(([signal, handler]): [string, Binding] => [
    signal,
    esc.signalRegister(signal, handler),
  ])
  return unbind
}
