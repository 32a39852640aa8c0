/** A lock on a file: one process has it, and the kernel takes it back from whoever dies. */
import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs'
import { LOCK_EX, LOCK_NB, native } from 'inotify-ts/native'
import { codeOf } from '../errors/index.js'

/**
 * A file that this process has locked. It is made with mode 0600 if it isn't there, and stays where it is: who removed it
 * would take the lock from under whoever comes next.
 *
 * @example
 * const { mkdtempSync } = await import('node:fs')
 * const path = `${mkdtempSync('/tmp/deadbeat-example-')}/lock`
 * const lock = FileLock.take(path)
 * if (FileLock.works) assert.equal(FileLock.take(path), null)
 * lock.release()
 */
export class FileLock {
  /** Whether there are locks here: they need the native part of inotify-ts. Without it everybody gets one. */
  static readonly works: boolean = native !== null
  #fd: number

  /**
   * The lock; null if somebody has it, this process included.
   *
   * @param note What is written into the file, for those who don't get it.
   * @throws {Error} With the system's code if the file can't be made, or is a link.
   */
  static take(path: string, note = ''): FileLock | null {
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants
    const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    try {
      native?.flock(fd, LOCK_EX | LOCK_NB)
      if (note !== '') rewrite(fd, note)
      return new FileLock(fd)
    } catch (error) {
      closeSync(fd)
      if (codeOf(error) === 'EAGAIN') return null
      throw error
    }
  }

  private constructor(fd: number) {
    this.#fd = fd
  }

  /** Let somebody else have it. A second call does nothing. */
  release(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }
}

function rewrite(fd: number, text: string): void {
  ftruncateSync(fd)
  writeSync(fd, text)
}
