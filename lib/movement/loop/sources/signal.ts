/**
 * Signal events: `process.on` for the ordinary ones, the native binding for the real-time ones.
 *
 * Ordinary signals merge while they are pending; real-time ones arrive as often as they were sent. Neither keeps the
 * process alive. When the last binding of a signal ends, its default action is back, which for most ends the process.
 * SIGUSR1 is the exception: Node opens its inspector on it until somebody listens, and afterwards the default would
 * kill. So a listener that does nothing stays.
 */
import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { loadError, native, type SignalHandle } from 'inotify-ts/native'
import { describeValue, toError } from '../../../errors/index.js'
import { SourceError } from '../../errors.js'
import { Entry } from '../ready.js'

const NOT_CATCHABLE: readonly string[] = ['SIGKILL', 'SIGSTOP']
const REAL_TIME = /^SIGRT(MIN|MAX)(?:([+-])(\d{1,2}))?$/
const SIGRTMIN = 34 // That of glibc, which keeps 32 and 33 for its threads; musl keeps 34 too.
const SIGRTMAX = 64

/** One callable bound to one signal. */
export class Listener extends Entry {
  readonly signal: string
  /** What was bound, to be found again by it. */
  readonly fn: unknown
  readonly call: (signal: string) => void

  constructor(signal: string, fn: unknown, call: (signal: string) => void) {
    super()
    this.signal = signal
    this.fn = fn
    this.call = call
  }

  run(): void {
    this.call(this.signal)
  }
}

interface Trap {
  readonly listeners: Set<Listener>
  release(): void
}

let isUsr1Guarded = false

/** The signals of one escapement. */
export class SignalSource {
  readonly #enter: (entry: Entry) => void
  readonly #traps = new Map<string, Trap>()

  /** What arrives is given to `enter`. */
  constructor(enter: (entry: Entry) => void) {
    this.#enter = enter
  }

  /**
   * Bind a call to a signal.
   *
   * @throws {TypeError} If there is no such signal.
   * @throws {RangeError} If it cannot be caught (SIGKILL, SIGSTOP), or lies beyond the real-time ones.
   * @throws {SourceError} `ENOTSUP` in a worker thread, which gets no signals, and for real-time signals without the
   * native binding.
   */
  register(signal: string, fn: unknown, call: (signal: string) => void): Listener {
    let trap = this.#traps.get(signal)
    if (trap === undefined) {
      trap = this.#trap(signal)
      this.#traps.set(signal, trap)
    }
    const listener = new Listener(signal, fn, call)
    trap.listeners.add(listener)
    return listener
  }

  /** End one binding, or every binding of a callable to a signal. Answers how many were ended. */
  unregister(signal: string, what: unknown): number {
    const trap = this.#traps.get(signal)
    let ended = 0
    for (const listener of trap?.listeners ?? []) {
      if (listener !== what && listener.fn !== what) continue
      listener.live = false
      trap?.listeners.delete(listener)
      ended += 1
    }
    if (trap?.listeners.size === 0) {
      this.#traps.delete(signal)
      trap.release()
    }
    return ended
  }

  /** End all bindings. */
  close(): void {
    for (const trap of this.#traps.values()) {
      for (const listener of trap.listeners) listener.live = false
      trap.release()
    }
    this.#traps.clear()
  }

  #trap(signal: string): Trap {
    const listeners = new Set<Listener>()
    const tell = (): void => {
      for (const listener of listeners) this.#enter(listener)
    }
    if (!isMainThread) {
      throw new SourceError('ENOTSUP', `${signal} must be bound in the main thread: workers get no signals`)
    }
    const number = realTimeNumber(signal)
    if (number !== null) {
      const handle = trapRealTime(signal, number, tell)
      return { listeners, release: () => handle.close() }
    }
    const name = ordinaryName(signal)
    if (name === 'SIGUSR1' && !isUsr1Guarded) {
      isUsr1Guarded = true
      process.on('SIGUSR1', doNothing)
    }
    process.on(name, tell)
    return { listeners, release: () => process.off(name, tell) }
  }
}

function doNothing(): void {
  // Only to be there.
}

function ordinaryName(signal: string): NodeJS.Signals {
  if (NOT_CATCHABLE.includes(signal)) throw new RangeError(`signal must be one that can be caught: it is ${signal}`)
  if (!Object.hasOwn(constants.signals, signal)) {
    throw new TypeError(`signal must be a name as in signal(7), such as SIGHUP: it is ${describeValue(signal)}`)
  }
  return signal as NodeJS.Signals
}

// The number of SIGRTMIN+n or SIGRTMAX-n; null for a signal that is not real-time.
function realTimeNumber(signal: string): number | null {
  const match = REAL_TIME.exec(signal)
  if (match === null) return null
  const [, from, sign, distance = '0'] = match
  const number = (from === 'MIN' ? SIGRTMIN : SIGRTMAX) + Number(distance) * (sign === '-' ? -1 : 1)
  if (number < SIGRTMIN || number > SIGRTMAX) {
    throw new RangeError(`signal must lie between SIGRTMIN and SIGRTMIN+${SIGRTMAX - SIGRTMIN}: it is ${signal}`)
  }
  return number
}

function trapRealTime(signal: string, number: number, tell: () => void): SignalHandle {
  if (native === null) {
    const reason = loadError === null ? '' : `: ${loadError.message}`
    throw new SourceError('ENOTSUP', `${signal} needs the native binding, as all real-time signals${reason}`, {
      cause: loadError,
    })
  }
  try {
    return new native.UvSignal(number, tell)
  } catch (error) {
    throw new SourceError('ERR_SOURCE', `cannot bind ${signal}: ${toError(error).message}`, { cause: error })
  }
}
