/** Waiting for one change. */
import type { Change, Engine } from '../engine/engine.js'
import type { Range } from '../engine/range.js'

/** What is waited for, and how long. */
export interface NextChangeOptions {
  /** Which change counts; any, if it isn't given. */
  readonly counts?: (change: Change) => boolean
  /** Ends the waiting: it rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/**
 * Resolve at the next change within a range from revision `from` on, or when it can't be said any more whether there was
 * one: so whoever waits looks at the state again.
 *
 * @throws what the watch failed with, such as ClosedError, or the signal's reason.
 */
export function nextChange(engine: Engine, range: Range, from: number, options: NextChangeOptions): Promise<void> {
  const { counts = () => true, signal } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error)
      return
    }
    const abort = (): void => {
      watch.close()
      reject(signal.reason as Error)
    }
    const over = (): void => {
      signal.removeEventListener('abort', abort)
    }
    const watch = engine.watch(range, from, {
      changed: (changes) => {
        if (!changes.some(counts)) return
        over()
        watch.close()
        resolve()
      },
      gap: () => {
        over()
        resolve()
      },
      failed: (error) => {
        over()
        reject(error)
      },
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
