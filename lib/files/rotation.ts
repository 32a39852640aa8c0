/** Rotates a file that is written: by size, by time, keeping some of the old ones. */
import { renameSync, rmSync } from 'node:fs'
import type { FileLoop } from './loop.js'

/** When a file is rotated. */
export interface RotationOptions {
  readonly path: string
  /** From how many bytes on; null: never because of its size. */
  readonly rotateBytes: number | null
  /** How long after its opening; null: never because of its age. */
  readonly rotateEveryMs: number | null
  /** How many old files are kept: `path.1` is the newest. */
  readonly keep: number
}

/** The rotation of one file. */
export class Rotation {
  private readonly loop: FileLoop
  private readonly options: RotationOptions
  private openedAt = 0

  constructor(loop: FileLoop, options: RotationOptions) {
    this.loop = loop
    this.options = options
  }

  /** The file was opened anew. */
  opened(): void {
    this.openedAt = this.loop.now()
  }

  /** Whether a file of `length` bytes is due. Asked before something is written: an idle file isn't rotated. */
  isDue(length: number): boolean {
    const { rotateBytes, rotateEveryMs } = this.options
    if (rotateBytes !== null && length >= rotateBytes) return true
    return rotateEveryMs !== null && this.loop.now() - this.openedAt >= rotateEveryMs
  }

  /**
   * Rename `path` to `path.1`, `path.1` to `path.2` and so on; the oldest goes.
   *
   * @throws What renaming throws.
   */
  rotate(): void {
    const { path, keep } = this.options
    rmSync(keep === 0 ? path : `${path}.${keep}`, { force: true })
    for (let i = keep - 1; i >= 0; i--) {
      const from = i === 0 ? path : `${path}.${i}`
      try {
        renameSync(from, `${path}.${i + 1}`)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error // There aren't that many yet.
      }
    }
  }
}
