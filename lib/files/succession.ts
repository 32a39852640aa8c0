/**
 * Which file comes next, and when: after a rotation, or because the name leads to another file by now. The next file is
 * opened first; then a check-point is made whose record names both; only then it takes over. What is taken behind the
 * mark in that record waits for it. So a later run knows which file holds what, without guessing.
 */
import { toError } from '../errors/index.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'
import type { OpenAppendOptions } from './open-append.js'
import type { FileEnd } from './output-mark.js'
import type { Rotation } from './rotation.js'
import { Successor } from './successor.js'

/** Who is succeeded. */
export interface Succeeded {
  /** A check-point is to name the files that there are now; tells once it is stored, or false if none can be made now. */
  checkpoint(then: (isStored: boolean) => void): void
  /** It may take over now. */
  mayTakeOver(): void
}

/** So often a record is asked for, later each time, before a file takes over without one: for ever it can't grow. */
const ASKS_MAX = 10

/** How an output is opened, and after how long a record that can't be made is asked for again, later each time. */
export type SuccessionOptions = OpenAppendOptions & { readonly retryMs: number }

/** The succession of one output. */
export class Succession {
  /** Whether the name may lead to another file: to be looked at with the next `prepare`. */
  isReopening = false
  /** Up to which position everything belongs to the present file. */
  barrier = Infinity
  private next: Successor | null = null
  private isOver = false
  private asks = 0
  private again: LoopBinding | null = null
  private late: LoopBinding | null = null
  private readonly loop: Pick<FileLoop, 'after' | 'cancel'>
  private readonly options: SuccessionOptions
  private readonly rotation: Rotation
  private readonly log: FileLog
  private readonly owner: Succeeded

  constructor(
    loop: Pick<FileLoop, 'after' | 'cancel'>,
    options: SuccessionOptions,
    rotation: Rotation,
    log: FileLog,
    owner: Succeeded,
  ) {
    this.loop = loop
    this.options = options
    this.rotation = rotation
    this.log = log
    this.owner = owner
  }

  /** Whether a file waits, or has to be looked for. */
  get isPending(): boolean {
    return this.next !== null || this.isReopening
  }

  /** The end of the file that waits; undefined if none does. */
  get nextEnd(): FileEnd | undefined {
    return this.next?.end
  }

  /** Open the next file, if there is to be one, and have it named. `fd` is the present one. */
  prepare(fd: number, isDue: boolean): void {
    if (this.next !== null || this.isOver) return
    const next = this.isReopening ? this.byName(fd) : isDue ? this.byRotation() : null
    if (next === null) return
    this.next = next
    this.asks = 0
    this.ask(next)
  }

  /** What is written up to `position` ends in a record that names the next file, too, if there is one. */
  marked(position: number): void {
    if (this.next !== null) this.barrier = position
  }

  /** The record that was to name it was not stored: what is held back goes into the present file. */
  holdNothing(): void {
    if (this.next?.isNamed !== true) this.barrier = Infinity
  }

  /** The file that takes over now, if it is named and everything before the barrier is safe; else null. */
  takeOver(safe: number): Successor | null {
    const { next, barrier } = this
    if (next?.isNamed !== true || (barrier < Infinity && safe < barrier)) return null
    this.next = null
    this.barrier = Infinity
    return next.takePlace() ? next : null
  }

  /** The file that has the name now, at once and without a name in a record; null if it is the present one. */
  atOnce(fd: number): Successor | null {
    return this.isReopening && this.next === null ? this.byName(fd) : null
  }

  /** No other file comes any more. */
  close(): void {
    this.isOver = true
    if (this.again !== null) this.loop.cancel(this.again)
    this.answered()
    this.next?.abandon()
    this.next = null
    this.barrier = Infinity
  }

  /** Have it named. */
  private ask(next: Successor): void {
    this.asks += 1
    let isAsking = true
    this.late ??= this.loop.after(this.options.retryMs * ASKS_MAX, () => this.tellLate())
    this.owner.checkpoint((isStored) => {
      this.answered()
      if (this.next !== next) return // Closed meanwhile.
      if (!isStored && this.asks < ASKS_MAX) {
        this.barrier = Infinity
        this.again = this.loop.after(this.options.retryMs * this.asks, () => this.ask(next))
      } else {
        if (!isStored) this.tellUnnamed()
        next.isNamed = true
      }
      if (!isAsking) this.owner.mayTakeOver()
    })
    isAsking = false
  }

  private answered(): void {
    if (this.late !== null) this.loop.cancel(this.late)
    this.late = null
  }

  private tellLate(): void {
    const { path } = this.options
    const message = `the file before ${path} is written on until a check-point is made, which waits for another output: leave it as it is`
    this.log.warn({ file: path }, message)
  }

  private tellUnnamed(): void {
    const { path } = this.options
    const message = `another file takes the place of ${path} without a check-point, as none could be made ${ASKS_MAX} times: after a crash before the next one, lines may repeat`
    this.log.warn({ file: path }, message)
  }

  private byRotation(): Successor | null {
    try {
      return Successor.ofRotation(this.options, this.rotation)
    } catch (error) {
      this.rotation.failed(error)
      return null
    }
  }

  private byName(fd: number): Successor | null {
    this.isReopening = false
    const { path } = this.options
    try {
      return Successor.ofName(this.options, fd)
    } catch (error) {
      const message = `cannot open ${path} anew: ${toError(error).message}; the old file is written on`
      this.log.error({ file: path, err: error }, message)
      return null
    }
  }
}
