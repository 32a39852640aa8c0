/** Writes what is left of a batch: a little at once, more on the thread pool, which uses the descriptor meanwhile. */
import { write, writeSync } from 'node:fs'
import { toError } from '../errors/index.js'

/** Up to how many bytes are written at once, without the thread pool. */
const AT_ONCE = 16384

/** The writes of one file, one at a time. */
export class BatchWrite {
  /** Whether the thread pool uses the descriptor. */
  isUnderWay = false

  /** Write the bytes from `from` on, at once if it must be so; tell how many were written, then or later. */
  write(
    fd: number,
    bytes: Buffer,
    from: number,
    isAtOnce: boolean,
    then: (error: Error | null, n: number) => void,
  ): void {
    const left = bytes.length - from
    if (left > AT_ONCE && !isAtOnce) {
      this.isUnderWay = true
      write(fd, bytes, from, left, null, (error, count) => {
        this.isUnderWay = false
        then(error, error === null ? count : 0)
      })
      return
    }
    let count: number
    try {
      count = writeSync(fd, bytes, from, left)
    } catch (error) {
      then(toError(error), 0)
      return
    }
    then(null, count)
  }
}
