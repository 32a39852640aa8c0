/**
 * The file that is to take the place of the one that is written: after a rotation, or because its name leads to another
 * file by now. It is opened first; then a check-point is made whose record names both; only then it is written to. So
 * a later run knows which of them holds what, without guessing.
 */
import { closeSync, fstatSync, renameSync, rmSync } from 'node:fs'
import { openAppend, type OpenAppendOptions } from './open-append.js'
import { endOf, waitingName, type FileEnd } from './output-mark.js'
import type { Rotation } from './rotation.js'

/** One successor. */
export class Successor {
  readonly fd: number
  readonly end: FileEnd
  /** Set once the record names it. */
  isNamed = false
  readonly #options: OpenAppendOptions
  readonly #rotation: Rotation | null

  private constructor(fd: number, options: OpenAppendOptions, rotation: Rotation | null) {
    this.fd = fd
    this.end = endOf(fd, fstatSync(fd).size)
    this.#options = options
    this.#rotation = rotation
  }

  /** A new file that waits beside. @throws {DeadbeatError} If it can't be made. */
  static ofRotation(options: OpenAppendOptions, rotation: Rotation): Successor {
    const path = waitingName(options.path)
    rmSync(path, { force: true }) // Left by a run that died before it was named.
    return new Successor(openAppend({ ...options, path }), options, rotation)
  }

  /** The file that has the name now; null if that is the one that is open. @throws {DeadbeatError} If it can't be opened. */
  static ofName(options: OpenAppendOptions, current: number): Successor | null {
    const fd = openAppend(options)
    const [now, before] = [endOf(fd, 0), endOf(current, 0)]
    if (now.dev !== before.dev || now.ino !== before.ino) return new Successor(fd, options, null)
    closeSync(fd)
    return null
  }

  /** Take the place. Answers false if it couldn't be taken, and the file before goes on. */
  takePlace(): boolean {
    const { path } = this.#options
    if (this.#rotation === null) return true
    if (this.#rotation.rotate(() => renameSync(waitingName(path), path))) return true
    this.abandon()
    return false
  }

  /** It isn't needed. */
  abandon(): void {
    closeSync(this.fd)
    if (this.#rotation !== null) rmSync(waitingName(this.#options.path), { force: true })
  }
}
