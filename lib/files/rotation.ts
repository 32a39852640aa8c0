/** Rotates a file that is written: by size, by time, keeping some of the old ones. */
import { existsSync, renameSync, rmSync } from 'node:fs'
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
   * Rename `path` to `path.1`, `path.1` to `path.2` and so on, as far as there is no gap; only where there is none the
   * oldest goes. So nothing is lost by trying again, neither if `path` can't be renamed nor if it already is.
   *
   * @throws What renaming throws.
   */
  rotate(): void {
    const { path, keep } = this.options
    if (!existsSync(path)) return
    let gap = 1
    while (gap < keep && existsSync(`${path}.${gap}`)) gap += 1
    if (keep === 0) rmSync(path)
    for (let i = Math.min(gap, keep) - 1; i >= 0; i--) renameSync(i === 0 ? path : `${path}.${i}`, `${path}.${i + 1}`)
  }
}
