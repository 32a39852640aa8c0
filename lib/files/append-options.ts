/** How a file is appended to, and who hears of it. */
import type { OpenAppendOptions } from './open-append.js'
import type { RotationOptions } from './rotation.js'
import type { SyncOptions } from './syncing.js'

/** How a file is written. */
export interface AppendOptions extends RotationOptions, OpenAppendOptions, SyncOptions {
  /** Above how many characters not written the file is full. */
  readonly bufferMax: number
  /** A line that each file begins with, without its end; null: none. */
  readonly header: string | null
  /** How often a failed write is tried again, `retryMs` after it and later each time, before it is given up. */
  readonly retriesMax: number
}

/** Who hears of the writing. */
export interface AppendTarget {
  /** `flushed` has moved on, or there is room again. */
  flushed(): void
  /** The file can't be written, and was tried often enough. */
  failed(error: Error): void
}

/** The same of a file, which others may succeed. */
export interface FileTarget extends AppendTarget {
  /** A check-point is to name the files that there are now; tells once it is stored. */
  checkpoint(then: (isStored: boolean) => void): void
}
