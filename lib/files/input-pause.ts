/** Notices when the text that gathers in a buffer pauses: so long as more comes, a write would be smaller than need be. */
import type { FileLoop } from './loop.js'

/** Up to how many characters the buffer is small, so that one quiet tick says enough. */
const SMALL = 16384
/** Through how many ticks a larger one must be quiet: meanwhile the thread pool may be reading what comes next. */
const QUIET_TICKS = 5

/** Looks at the length of a buffer at each tick of the loop, from `wait` on until it has paused. */
export class InputPause {
  private readonly loop: Pick<FileLoop, 'enqueue'>
  private readonly lengthNow: () => number
  private readonly paused: () => void
  private isWaiting = false
  private lookedAt = 0
  private quietTicks = 0

  /**
   * @param lengthNow Tells the buffer's length. At 0 nothing is waited for any more.
   * @param paused Called once, when the buffer has paused.
   */
  constructor(loop: Pick<FileLoop, 'enqueue'>, lengthNow: () => number, paused: () => void) {
    this.loop = loop
    this.lengthNow = lengthNow
    this.paused = paused
  }

  /** Wait for a pause, from now on. */
  wait(): void {
    if (this.isWaiting) return
    this.isWaiting = true
    this.lookedAt = this.lengthNow()
    this.quietTicks = 0
    this.loop.enqueue(this.look)
  }

  private readonly look = (): void => {
    const length = this.lengthNow()
    this.quietTicks = length === this.lookedAt ? this.quietTicks + 1 : 0
    this.lookedAt = length
    if (length > 0 && this.quietTicks < (length > SMALL ? QUIET_TICKS : 1)) {
      this.loop.enqueue(this.look)
      return
    }
    this.isWaiting = false
    if (length > 0) this.paused()
  }
}
