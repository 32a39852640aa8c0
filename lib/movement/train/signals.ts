/** What the signals of the process mean to a train. */
import type { Binding, EventLoop } from '../loop/event-loop.js'

/** What signals ask for. */
export interface Signalled {
  /** End in order. */
  stop(signal: string): void
  /** Open files anew. */
  reopen(signal: string): void
}

/**
 * SIGINT and SIGTERM stop, a second one ends the process at once; SIGHUP and SIGUSR1 reopen files.
 * Answers how to unbind them.
 */
export function bindSignals(esc: EventLoop, train: Signalled): () => void {
  let isAsked = false // A train that ends by itself has not been asked.
  const unbind = (): void => {
    for (const [signal, binding] of bindings) esc.signalUnregister(signal, binding)
  }
  const stop = (signal: string): void => {
    if (isAsked) {
      unbind()
      process.kill(process.pid, signal) // As it would end if nobody had listened.
    } else {
      isAsked = true
      train.stop(signal)
    }
  }
  const reopen = (signal: string): void => train.reopen(signal)
  const handlers = { SIGINT: stop, SIGTERM: stop, SIGHUP: reopen, SIGUSR1: reopen }
  const bindings = Object.entries(handlers).map(([signal, handler]): [string, Binding] => [
    signal,
    esc.signalRegister(signal, handler),
  ])
  return unbind
}
