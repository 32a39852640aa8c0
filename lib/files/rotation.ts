/** Rotates a file that is written: by size, by time, keeping some of the old ones. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { toError } from '../errors/index.js'
import type { FileLog, FileLoop } from './loop.js'

/** When a file is rotated. */
export interface RotationOptions {
  readonly path: string
  /** From how many bytes on; null: never because of its size. */
  readonly rotateBytes: number | null
  /** How long after its opening; null: never because of its age. */
  readonly rotateEveryMs: number | null
  /** How many old files are kept: `path.1` is the newest. */
  readonly keep: number
  /** After how long a rotation that failed is tried again, later each time. */
  readonly retryMs: number
}

/** The rotation of one file. */
export class Rotation {
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly options: RotationOptions
  private openedAt = 0
  private failures = 0
  private retryAt = -Infinity

  constructor(loop: FileLoop, log: FileLog, options: RotationOptions) {
    this.loop = loop
    this.log = log
    this.options = options
  }

  /** The file was opened anew. */
  opened(): void {
    this.openedAt = this.loop.now()
  }

  /** Whether a file of `length` bytes is due. Asked before something is written: an idle file isn't rotated. */
  isDue(length: number): boolean {
    const { rotateBytes, rotateEveryMs } = this.options
    if (this.loop.now() < this.retryAt) return false
    if (rotateBytes !== null && length >= rotateBytes) return true
    return rotateEveryMs !== null && this.loop.now() - this.openedAt >= rotateEveryMs
  }

  /**
   * Rename the files, and let another take the place. Where that fails the file grows on: it is told once, and tried
   * again from time to time. Answers whether it was done.
   */
  rotate(takePlace: () => void): boolean {
    const { path } = this.options
    try {
      this.rename()
      takePlace()
    } catch (error) {
      this.failed(error)
      return false
    }
    if (this.failures > 0) this.log.info({ file: path }, `${path} can be rotated again`)
    this.failures = 0
    return true
  }

  /** It can't be rotated now. */
  failed(error: unknown): void {
    const { path, retryMs } = this.options
    this.failures += 1
    this.retryAt = this.loop.now() + retryMs * Math.min(this.failures, 60)
    const message = `cannot rotate ${path}: ${toError(error).message}; it grows on, and it is tried again`
    if (this.failures === 1) this.log.error({ file: path, err: error }, message)
  }

  /**
   * Rename `path` to `path.1`, `path.1` to `path.2` and so on, as far as there is no gap; only where there is none the
   * oldest goes. So nothing is lost by trying again, neither if `path` can't be renamed nor if it already is.
   */
  private rename(): void {
    const { path, keep } = this.options
    if (!existsSync(path)) return
    let gap = 1
    while (gap < keep && existsSync(`${path}.${gap}`)) gap += 1
    if (keep === 0) rmSync(path)
    for (let i = Math.min(gap, keep) - 1; i >= 0; i--) renameSync(i === 0 ? path : `${path}.${i}`, `${path}.${i + 1}`)
  }
}
