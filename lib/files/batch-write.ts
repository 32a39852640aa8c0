/**
 * Writes what is left of a batch: at once, as long as that goes quickly, which costs less than to wake a thread; else on
 * the thread pool, which uses the descriptor meanwhile.
 */
import { write, writeSync } from 'node:fs'
import { toError } from '../errors/index.js'
import type { FileLoop } from './loop.js'

/** Of up to so many bytes it is also told at once that they are written; of more in the next turn. */
const LITTLE = 16384
/** Once a write took longer than this, the disk is busy, or the kernel holds back whoever fills its memory ... */
const SLOW_MS = 2
/** ... and so many are left to the thread pool, lest the whole process wait each time. */
const BY_POOL = 64

/** The writes of one file, one at a time. */
export class BatchWrite {
  /** Whether something is being written, or it wasn't told yet that it is: keep the descriptor. */
  isUnderWay = false
  /** Whether it is a pipe, which may keep whoever writes to it waiting for ever: that is for the thread pool. */
  isPipe = false
  private readonly loop: Pick<FileLoop, 'now'>
  private byPool = 0

  constructor(loop: Pick<FileLoop, 'now'>) {
    this.loop = loop
  }

  /** Write the bytes from `from` on, at once if it must be so and it is no pipe; tell how many were written, then or later. */
  write(
    fd: number,
    bytes: Buffer,
    from: number,
    isAtOnce: boolean,
    then: (error: Error | null, n: number) => void,
  ): void {
    const left = bytes.length - from
    if (!this.isPipe && (isAtOnce || left <= LITTLE)) {
      then(...writeNow(fd, bytes, from))
      return
    }
    this.isUnderWay = true
    const told = (error: Error | null, count: number): void => {
      this.isUnderWay = false
      then(error, error === null ? count : 0)
    }
    if (this.isPipe || this.byPool > 0) {
      this.byPool = Math.max(0, this.byPool - 1)
      write(fd, bytes, from, left, null, told)
      return
    }
    const begun = this.loop.now()
    const written = writeNow(fd, bytes, from)
    if (this.loop.now() - begun > SLOW_MS) this.byPool = BY_POOL
    setImmediate(told, ...written)
  }
}

function writeNow(fd: number, bytes: Buffer, from: number): [error: Error | null, count: number] {
  try {
    return [null, writeSync(fd, bytes, from, bytes.length - from)]
  } catch (error) {
    return [toError(error), 0]
  }
}
