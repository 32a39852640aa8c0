/**
 * Whose turn it is to write a store that several processes have open.
 *
 * lmdb has a lock of its own for that, but waits for it within a call: as long as another process writes, Node stands
 * still with all that it runs, and for good if that one was stopped (SIGSTOP, a debugger, a frozen container) midway.
 * So whoever wants to write asks here first, and is never kept waiting by lmdb. Two locks make a line of two: who waits
 * longest is next, and who has written stands behind it.
 */
import { closeSync, constants, openSync } from 'node:fs'
import { LOCK_EX, LOCK_NB, LOCK_UN, native } from 'inotify-ts/native'
import { codeOf } from '../../errors/index.js'
import type { Clock } from '../../movement/loop/clock.js'
import { UnavailableError } from '../errors.js'
import { noticeFile } from './change-notice.js'
import { holderOf } from './lock-holder.js'

/** Most commits take no longer: so long it is tried again each turn, and then from time to time. */
const SOON_MS = 3
const AGAIN_MS = 5

/** How one waits. */
export interface WriteTurnOptions {
  readonly clock: Clock
  /** How long others may write before one gives up, in ms. */
  readonly busyMs: number
}

/** The turns of one process at one store, one after the other. Without the native binding it is always its turn. */
export class WriteTurn {
  private readonly path: string
  private readonly options: WriteTurnOptions
  /** The store itself, locked by who writes, and the file beside it, locked by who is next. */
  private readonly store: number
  private readonly next: number
  private isNext = false
  private isClosed = false

  /** @throws {Error} With the system's code, if the store isn't there or may not be read. */
  constructor(path: string, options: WriteTurnOptions) {
    this.path = path
    this.options = options
    this.store = openSync(path, constants.O_RDONLY)
    try {
      this.next = openSync(noticeFile(path), constants.O_WRONLY | constants.O_CREAT, 0o600)
    } catch (error) {
      closeSync(this.store)
      throw error
    }
  }

  /** It is our turn, until `give`; false: somebody else writes, or is next. */
  take(): boolean {
    if (native === null) return true
    this.isNext ||= tryLock(this.next)
    if (!this.isNext || !tryLock(this.store)) return false
    this.standBack()
    return true
  }

  /** Let others write. */
  give(): void {
    if (!this.isClosed) native?.flock(this.store, LOCK_UN)
  }

  /** Call back in our turn, at once if it is that now; or with what is wrong, if it doesn't come. */
  await(begin: () => void, fail: (error: Error) => void): void {
    const { clock, busyMs } = this.options
    const since = clock.now()
    const again = (): void => {
      if (this.isClosed) return
      const waitedMs = clock.now() - since
      if (this.take()) begin()
      else if (waitedMs >= busyMs) fail(this.busy())
      else if (waitedMs < SOON_MS) setImmediate(again)
      else clock.alarm(clock.now() + AGAIN_MS, again)
    }
    again()
  }

  /**
   * Do something in our turn, standing still until it comes.
   *
   * @throws {UnavailableError} If it doesn't come in time.
   */
  now<T>(work: () => T): T {
    const since = performance.now()
    while (!this.take()) {
      if (performance.now() - since >= this.options.busyMs) throw this.busy()
      standStill(AGAIN_MS)
    }
    try {
      return work()
    } finally {
      this.give()
    }
  }

  /** Give back what there is; whoever waits is not called back. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    closeSync(this.store)
    closeSync(this.next)
  }

  private standBack(): void {
    native?.flock(this.next, LOCK_UN)
    this.isNext = false
  }

  private busy(): UnavailableError {
    const who = (this.isNext ? null : holderOf(this.next)) ?? holderOf(this.store) ?? 'another process'
    if (this.isNext) this.standBack()
    const why = `${who} has been writing it for longer than busyMs (${this.options.busyMs} ms)`
    return new UnavailableError(this.path, `${why}. Let it go on, or end it`)
  }
}

function tryLock(fd: number): boolean {
  try {
    native?.flock(fd, LOCK_EX | LOCK_NB)
    return true
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return false
    throw error
  }
}

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4))

function standStill(ms: number): void {
  Atomics.wait(nobodyWakes, 0, 0, ms)
}
