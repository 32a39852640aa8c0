/** What the signals of the process mean to a train. */
import type { Logger } from '../logger.js'
import type { Binding, EventLoop } from '../loop/event-loop.js'

/** What signals ask for. */
export interface Signalled {
  readonly log: Logger
  /** End in order. */
  stop(): unknown
  notify(name: string): void
  /** Read the configuration again; where that can't be, files are reopened. */
  reload?(): void
}

/**
 * SIGINT and SIGTERM stop, a second one ends the process at once; SIGHUP reloads, or reopens files as SIGUSR1 does.
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
      train.log.info({ signal }, 'stopping')
      train.stop()
    }
  }
  const reopen = (signal: string): void => {
    train.log.info({ signal }, 'reopening files')
    reopenFiles(train)
  }
  const reload = (signal: string): void => {
    if (train.reload === undefined) reopen(signal)
    else train.reload()
  }
  const handlers = { SIGINT: stop, SIGTERM: stop, SIGHUP: reload, SIGUSR1: reopen }
  const bindings = Object.entries(handlers).map(([signal, handler]): [string, Binding] => [
    signal,
    esc.signalRegister(signal, handler),
  ])
  return unbind
}

/** Let everybody open files anew; what fails is told to the log. */
export function reopenFiles(train: Signalled): void {
  try {
    train.notify('reopen')
  } catch (error) {
    train.log.error({ err: error }, 'could not reopen every file')
  }
}
