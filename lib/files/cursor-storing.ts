/**
 * Stores how far a queue on disk is over: now and then, and again where that failed. Nothing is removed before it is
 * stored, and it is stored only once nobody asks any more for what is over.
 */
import { toError } from '../errors/index.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'
import type { QueueCursor } from './queue-cursor.js'

/** Whose cursor it is. */
export interface StoringTarget {
  /** Up to where everything is over. */
  acknowledged(): number
  /** Tell, at once or later, whether nobody will ask any more for what is over now. */
  mayGo(then: (mayGo: boolean) => void): void
  /** The cursor says that everything before a position is over; `isLast` if it will say no more. */
  stored(position: number, isLast: boolean): void
}

/** The storing of one cursor. */
export class CursorStoring {
  private readonly loop: Pick<FileLoop, 'after' | 'cancel'>
  private readonly log: FileLog
  private readonly cursor: QueueCursor
  private readonly cursorMs: number
  private readonly target: StoringTarget
  private timer: LoopBinding | null = null
  /** Whether it has asked whether something may go, and was not told yet. */
  private isAsking = false
  private isClosed = false
  private trouble = ''

  constructor(
    loop: Pick<FileLoop, 'after' | 'cancel'>,
    log: FileLog,
    cursor: QueueCursor,
    cursorMs: number,
    target: StoringTarget,
  ) {
    this.loop = loop
    this.log = log
    this.cursor = cursor
    this.cursorMs = cursorMs
    this.target = target
  }

  /** More is over. */
  later(): void {
    if (!this.isClosed) this.timer ??= this.loop.after(this.cursorMs, () => this.ask())
  }

  /** Store it a last time, if it may be said at once, and no more. */
  close(): void {
    this.target.mayGo((mayGo) => {
      if (this.isClosed || !mayGo) return
      this.attempt(() => {
        const position = this.target.acknowledged()
        this.cursor.storeNow(position)
        this.target.stored(position, true)
      })
    })
    this.isClosed = true
    if (this.timer !== null) this.loop.cancel(this.timer)
    this.timer = null
  }

  private ask(): void {
    this.timer = null
    const position = this.target.acknowledged()
    if (this.isAsking || position === this.cursor.position) return
    this.isAsking = true
    this.target.mayGo((mayGo) => {
      this.isAsking = false
      if (this.isClosed) return
      if (mayGo) this.store(position)
      else this.later()
    })
  }

  private store(position: number): void {
    this.attempt(() => {
      const isTaken = this.cursor.store(position, (error) => {
        if (error === null) this.stored(position)
        else this.failed(error)
      })
      if (!isTaken) this.later()
    })
  }

  private stored(position: number): void {
    if (this.trouble !== '') this.log.info({ file: this.cursor.name }, `${this.cursor.name} can be stored again`)
    this.trouble = ''
    this.target.stored(position, false)
    if (this.target.acknowledged() > position) this.later()
  }

  private attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.failed(toError(error))
    }
  }

  private failed(error: Error): void {
    const { name } = this.cursor
    const message = `cannot store ${name}: ${error.message}; it is tried again, meanwhile nothing is removed`
    if (this.trouble !== message) this.log.error({ file: name, err: error }, message)
    this.trouble = message
    this.later()
  }
}
