/** What a daemon does besides answering: each of its run methods with a signal to end by, and somebody who sees how it ends. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { toError } from '../../errors/index.js'
import type { Binding, EventLoop, Logger } from '../../movement/index.js'

/** What becomes of a daemon whose run method throws. */
export interface RunOptions {
  /** It stops with that error, which is the default; or the method is begun again. */
  readonly onRunError?: 'stop' | 'restart'
  /** After how long it is begun again; 1000 if it isn't given. */
  readonly restartMs?: number
}

/** Runs of one daemon. */
export interface SuperviseOptions extends RunOptions {
  readonly owner: object
  /** As messages name the daemon. */
  readonly name: string
  /** Aborts when they are to end. */
  readonly signal: AbortSignal
  readonly esc: EventLoop
  readonly log: Logger
  /** One has thrown, and isn't begun again. */
  readonly onFailure: (error: Error) => void
}

const RESTART_MS = 1000

const runners = new AsyncLocalStorage<object>()

/** Whether what runs now was begun by a run method of this object. */
export function isRunOf(owner: object): boolean {
  return runners.getStore() === owner
}

/** `run`, and what begins with `work`. */
const RUNS = /^(?:run|work(?![a-z]).*)$/

/**
 * The names of an object's run methods: `run`, those that begin with `work` (`work`, `workOff`; not `workload`), and those that
 * its class names by `static readonly runs`.
 *
 * @throws {TypeError} If the class names one that isn't there.
 * @example
 * class Mail {
 *   static readonly runs = ['fetch']
 *   run() {}
 *   workQueue() {}
 *   workload() {}
 *   fetch() {}
 * }
 * assert.deepEqual(runsOf(new Mail()), ['run', 'workQueue', 'fetch'])
 */
export function runsOf(owner: object): string[] {
  const found = new Set<string>()
  for (let at: object | null = owner; at !== null && at !== Object.prototype; at = prototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (RUNS.test(name) && typeof value === 'function') found.add(name)
  }
  const { runs = [] } = owner.constructor as { runs?: readonly string[] }
  for (const name of runs) {
    if (typeof Reflect.get(owner, name) !== 'function')
      throw new TypeError(`${owner.constructor.name} names ${name} among its runs, but has no such method`)
    found.add(name)
  }
  return [...found]
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null
}

/**
 * Begin all run methods of an object. One that returns has done its work; what one throws once the signal has aborted is of no
 * account, as it is most often the signal's own.
 *
 * @returns Resolves when all have ended.
 * @throws {TypeError} If the class names a run method that isn't there.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  await Promise.all(runsOf(options.owner).map((method) => superviseOne(options, method)))
}

async function superviseOne(options: SuperviseOptions, method: string): Promise<void> {
  const { owner, name, signal, log, onRunError = 'stop', restartMs = RESTART_MS, onFailure } = options
  for (;;) {
    try {
      const run = Reflect.get(owner, method) as (signal: AbortSignal) => unknown
      await runners.run(owner, () => run.call(owner, signal))
      return
    } catch (thrown) {
      if (signal.aborted) return
      const error = toError(thrown)
      const isOver = onRunError === 'stop'
      const outcome = isOver ? 'it stops' : `it is begun again in ${restartMs} ms`
      log.error({ err: error, run: method }, `${name}: ${method}() failed, so that ${outcome}: ${error.message}`)
      if (isOver) {
        onFailure(error)
        return
      }
    }
    if (!(await hasPassed(options.esc, restartMs, signal))) return
  }
}

/** Whether a time has passed before the signal aborted. */
function hasPassed(esc: EventLoop, delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      esc.cancel(timer)
      signal.removeEventListener('abort', end)
      resolve(!signal.aborted)
    }
    const timer: Binding = esc.after(delayMs, end)
    signal.addEventListener('abort', end)
  })
}
