/**
 * The functions of node:fs as a program sees them whose files lie on a disk that may lose its power: each works on the
 * real file and notes it on the disk. What runs on the thread pool elsewhere runs here in a later turn, so that the order
 * of all is the same each time. Without power nothing is done any more, and nothing is answered that is answered later.
 */
import type * as fs from 'node:fs'
import { dirname } from 'node:path'
import type { Disk } from './disk.js'

type Fs = typeof fs
type Told<Result> = (error: Error | null, result: Result) => void

/** The descriptors that one life of the program has opened. */
export class Descriptors {
  private readonly open = new Set<number>()

  add(fd: number): number {
    this.open.add(fd)
    return fd
  }

  /** Answers whether it was open. */
  remove(fd: number): boolean {
    return this.open.delete(fd)
  }

  /** As the kernel does when the program ends. */
  closeAll(real: Fs): void {
    for (const fd of this.open) real.closeSync(fd)
    this.open.clear()
  }
}

/** What stands for node:fs and node:fs/promises. */
export interface FsLayer {
  readonly fs: object
  readonly promises: object
}

/** A module whose functions are, at any time, those of whatever stands for it just then. */
export function doorTo(module: object, now: () => object): object {
  const open = ([name, value]: readonly [string, unknown]): readonly [string, unknown] => {
    if (typeof value !== 'function' || /^[A-Z]/.test(name)) return [name, value]
    return [name, (...args: unknown[]) => (now() as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args)]
  }
  return Object.fromEntries(Object.entries(module).map(open))
}

/** node:fs and node:fs/promises for whatever lies on a disk; the rest goes to the real ones. */
export function fsOn(disk: Disk, descriptors: Descriptors, real: Fs): FsLayer {
  const later = <Result>(work: () => Result, then: Told<Result>): void => {
    setImmediate(() => {
      let result: Result | undefined
      let failure: Error | null = null
      try {
        if (!disk.isDead) result = work()
      } catch (error) {
        failure = error as Error
      }
      if (!disk.isDead) then(failure, result as Result)
    })
  }
  const promise = <Result>(work: () => Result): Promise<Result> =>
    new Promise((resolve, reject) => {
      later(work, (error, result) => (error === null ? resolve(result) : reject(error)))
    })

  const openSync = (path: string, flags: string | number = 'r', mode?: number): number => {
    const isThere = real.existsSync(path)
    const makes = typeof flags === 'number' ? (flags & real.constants.O_CREAT) !== 0 : !flags.startsWith('r')
    const empties = typeof flags === 'string' && flags.startsWith('w') && isThere
    const isChange = disk.has(path) && ((makes && !isThere) || empties)
    if (disk.isDead || (isChange && !disk.step())) return descriptors.add(real.openSync('/dev/null', 'r+'))
    const fd = descriptors.add(real.openSync(path, flags, mode))
    if (isChange && empties) disk.truncated(disk.fileAt(path), 0)
    else if (isChange) disk.made(path)
    return fd
  }
  const closeSync = (fd: number): void => {
    if (descriptors.remove(fd)) real.closeSync(fd)
  }
  const writeSync = (
    fd: number,
    bytes: Uint8Array,
    from = 0,
    length = bytes.length - from,
    at: number | null = null,
  ) => {
    if (!disk.step()) return length
    const offset = at ?? real.fstatSync(fd).size
    const count = real.writeSync(fd, bytes, from, length, at)
    disk.wrote(fd, offset, bytes.subarray(from, from + count))
    return count
  }
  const fsyncSync = (fd: number): void => {
    if (disk.step()) disk.synced(fd, disk.pendingOf(fd))
  }
  /** What is written while it is under way may not be on the disk. */
  const fsync = (fd: number, then: Told<void>): void => {
    const count = disk.pendingOf(fd)
    later(() => {
      if (disk.step()) disk.synced(fd, count)
    }, then)
  }
  const ftruncateSync = (fd: number, length: number): void => {
    if (!disk.step()) return
    real.ftruncateSync(fd, length)
    disk.truncated(disk.fileOf(fd), length)
  }
  const truncateSync = (path: string, length: number): void => {
    if (!disk.step()) return
    real.truncateSync(path, length)
    disk.truncated(disk.fileAt(path), length)
  }
  const renameSync = (from: string, to: string): void => {
    if (!disk.step()) return
    disk.renames(from, to)
    real.renameSync(from, to)
  }
  const rmSync = (path: string, options?: fs.RmOptions): void => {
    if (!real.existsSync(path) || !disk.step()) return
    disk.removed(path)
    real.rmSync(path, options)
  }
  const mkdirSync = (path: string, options?: fs.MakeDirectoryOptions): void => {
    if (real.existsSync(path)) return
    if (options?.recursive === true) mkdirSync(dirname(path), options)
    if (!disk.step()) return
    real.mkdirSync(path)
    disk.madeFolder(path)
  }

  const changed = {
    ...{ openSync, closeSync, writeSync, ftruncateSync, truncateSync, renameSync, rmSync, mkdirSync },
    ...{ fsyncSync, fdatasyncSync: fsyncSync, fsync, fdatasync: fsync },
    write: (fd: number, bytes: Uint8Array, from: number, length: number, at: number | null, then: Told<number>): void =>
      later(() => writeSync(fd, bytes, from, length, at), then),
    read: (fd: number, into: Uint8Array, from: number, length: number, at: number | null, then: Told<number>): void =>
      later(() => real.readSync(fd, into, from, length, at), then),
  }
  const syncing = (fd: number): Promise<void> =>
    new Promise((resolve, reject) => fsync(fd, (error) => (error === null ? resolve() : reject(error))))
  const open = async (path: string, flags?: string, mode?: number): Promise<object> => {
    const fd = await promise(() => openSync(path, flags, mode))
    return {
      writeFile: (data: Uint8Array | string) => promise(() => void writeSync(fd, Buffer.from(data))),
      sync: () => syncing(fd),
      datasync: () => syncing(fd),
      close: () => promise(() => closeSync(fd)),
    }
  }
  const promises = {
    ...real.promises,
    open,
    rename: (from: string, to: string) => promise(() => renameSync(from, to)),
    rm: (path: string, options?: fs.RmOptions) => promise(() => rmSync(path, options)),
    mkdir: (path: string, options?: fs.MakeDirectoryOptions) => promise(() => mkdirSync(path, options)),
    // Over within a turn, as all else: what a life has left under way would go on in the next one.
    readdir: (path: string) => promise(() => real.readdirSync(path)),
    stat: (path: string, options?: fs.StatOptions) => promise(() => real.statSync(path, options)),
  }
  return { fs: { ...real, ...changed }, promises }
}
