/**
 * The pid file: one process of those that share its path, and how the others learn which.
 *
 * What holds is the lock (flock) and not the file: the kernel gives it back when its holder ends, in whatever way, so
 * that the file of a killed process is in nobody's way. A file that is removed may still be locked by somebody who
 * opened it before; therefore who got the lock looks whether the path still leads to it. To ask who holds it takes no
 * lock, not even for a moment: a start at that moment would fail. The kernel's own list says it (/proc/locks).
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { loadError, LOCK_EX, LOCK_NB, native } from 'inotify-ts/native'
import { codeOf, toError } from '../errors/index.js'
import { DaemonError, EX, needsNative } from './daemon-error.js'

/** Who holds a pid file. */
export interface Holder {
  readonly pid: number
  /** When it took the file. */
  readonly since: Date
}

/** A path that can be lost and found again; each turn somebody else removed the file between two calls. */
const TRIES_MAX = 100

/**
 * A pid file that this process holds, until it ends or lets go of it.
 *
 * @example
 * const { native } = await import('inotify-ts')
 * const { mkdtempSync } = await import('node:fs')
 * const path = `${mkdtempSync('/tmp/deadbeat-example-')}/a.pid`
 * if (native) {
 *   const pidFile = PidFile.take(path)
 *   assert.equal(holderOf(path).pid, process.pid)
 *   pidFile.release()
 *   assert.equal(holderOf(path), null)
 * }
 */
export class PidFile {
  readonly path: string
  readonly #fd: number
  #isHeld = true

  /**
   * Lock the file, which is made if it isn't there, and write this process's number into it.
   *
   * @throws {DaemonError} ERR_HELD (73) if another process holds it; ERR_PID_FILE (73) if it can't be made, is a link,
   * has a second name, or is no plain file; ENOTSUP (69) without the native binding.
   */
  static take(path: string): PidFile {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const fd = lock(path)
      if (fd !== null) return new PidFile(path, fd)
    }
    throw new DaemonError('ERR_PID_FILE', `the pid file ${path} is removed again and again`, EX.cantCreate)
  }

  private constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
    ftruncateSync(fd)
    writeSync(fd, `${process.pid}\n`)
    process.once('exit', () => this.release())
  }

  /** Remove the file, or empty it where it can't be removed, and give its lock back. A second call does nothing. */
  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    try {
      // After a chroot the same path may be another file.
      if (isAt(this.path, this.#fd)) unlinkSync(this.path)
    } catch {
      // Its directory belongs to whom this process once was.
    }
    ftruncateSync(this.#fd)
    closeSync(this.#fd)
  }
}

/**
 * Who holds a pid file: the process whose number is in it, if the kernel says that it has the lock. Null if nobody
 * that this process can see has it, or there is no such file.
 *
 * @throws {Error} With the system's code if the file is there and can't be read.
 */
export function holderOf(path: string): Holder | null {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
  try {
    const { ino, mtime } = fstatSync(fd)
    const pid = Number(/^(\d+)\n/.exec(readFileSync(fd, 'latin1'))?.[1] ?? 0)
    return pid > 0 && hasLock(pid, ino) ? { pid, since: mtime } : null
  } finally {
    closeSync(fd)
  }
}

/** The locked descriptor; null if the path has led to another file since it was opened. */
function lock(path: string): number | null {
  if (native === null) throw needsNative(`the pid file ${path}`, loadError)
  const fd = open(path)
  try {
    native.flock(fd, LOCK_EX | LOCK_NB)
    if (isAt(path, fd)) return fd
  } catch (error) {
    closeSync(fd)
    if (codeOf(error) === 'EAGAIN') throw heldError(path)
    throw error
  }
  closeSync(fd)
  return null
}

function open(path: string): number {
  const refuse = (why: string, cause?: unknown): DaemonError =>
    new DaemonError('ERR_PID_FILE', `the pid file ${path} cannot be used: ${why}`, EX.cantCreate, { cause })
  let fd: number
  try {
    const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
    fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644)
  } catch (error) {
    throw refuse(codeOf(error) === 'ELOOP' ? 'it is a symbolic link' : toError(error).message, error)
  }
  const stats = fstatSync(fd)
  if (stats.isFile() && stats.nlink <= 1) return fd
  closeSync(fd)
  // What is written here would be written to the file of that other name.
  throw refuse(stats.isFile() ? 'it has a second name (a hard link)' : 'it is no plain file')
}

function heldError(path: string): DaemonError {
  const holder = holderOf(path)
  const who =
    holder === null
      ? 'by a process that has just begun, or that cannot be seen from here'
      : `by process ${holder.pid}, since ${holder.since.toISOString()}`
  return new DaemonError('ERR_HELD', `it runs already: the pid file ${path} is held ${who}`, EX.cantCreate)
}

function isAt(path: string, fd: number): boolean {
  const { dev, ino } = fstatSync(fd)
  try {
    const stats = statSync(path)
    return stats.dev === dev && stats.ino === ino
  } catch {
    return false
  }
}

/** Of the device only the process knows: what a file's own number of it says differs on layered file systems. */
function hasLock(pid: number, ino: number): boolean {
  return new RegExp(`^\\d+: FLOCK +\\w+ +WRITE +${pid} [0-9a-f]+:[0-9a-f]+:${ino} `, 'm').test(
    readFileSync('/proc/locks', 'latin1'),
  )
}
