/**
 * Keeps few descriptors for many files: those used last. A file that is closed here is opened again by its name, or,
 * if the name was given away meanwhile, by its inode under another name of the same directory.
 */
import { closeSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DeadbeatError, codeOf } from '../errors/index.js'
import { OPEN_FLAGS } from './open-tail.js'
import { identityOf, isSameBirth, type TailedFile } from './tailed-file.js'

/** The files that have a descriptor. */
export class OpenFiles {
  private readonly max: number
  /** Used longest ago first: a Set keeps the order of insertion. */
  private readonly open = new Set<TailedFile>()

  constructor(max: number) {
    this.max = max
  }

  /** How many are open. */
  get size(): number {
    return this.open.size
  }

  /**
   * The descriptor of a file, which is opened if it has none.
   *
   * @throws What opening throws; a DeadbeatError with code ESTALE if the file can't be found any more.
   */
  descriptor(file: TailedFile): number {
    this.open.delete(file)
    this.open.add(file)
    if (file.fd < 0) {
      file.fd = openInode(file)
      this.makeRoom()
    }
    return file.fd
  }

  /** Open a file ahead of its reading, if there is room. Answers whether it is open. */
  secure(file: TailedFile): boolean {
    if (file.fd >= 0) return true
    if (this.open.size > this.max) return false
    try {
      return this.descriptor(file) >= 0
    } catch {
      return false // Its reading will fail too, and be reported.
    }
  }

  /** Take over a descriptor that was opened elsewhere. */
  adopt(file: TailedFile, fd: number): void {
    file.fd = fd
    this.open.add(file)
    this.makeRoom()
  }

  /** Give one file's descriptor to another: the same inode with new content. */
  move(from: TailedFile, to: TailedFile): void {
    this.open.delete(from)
    to.fd = from.fd
    from.fd = -1
    this.open.add(to)
  }

  /** Close a file, if it is open. */
  close(file: TailedFile): void {
    this.open.delete(file)
    if (file.fd < 0) return
    closeSync(file.fd)
    file.fd = -1
  }

  /** Close all of them. */
  closeAll(): void {
    for (const file of [...this.open]) this.close(file)
  }

  private makeRoom(): void {
    if (this.open.size <= this.max) return
    for (const file of this.open) {
      if (!isIdle(file)) continue
      this.close(file)
      if (this.open.size <= this.max) return
    }
  }
}

/** Whether nothing needs the file's descriptor now. A leaving file may have lost its name: it is never closed early. */
function isIdle(file: TailedFile): boolean {
  return !file.isQueued && !file.isLeaving && file.underWay === 0
}

function openInode(file: TailedFile): number {
  const direct = tryOpen(file.path, file)
  if (direct !== null) return direct
  const directory = dirname(file.path)
  const stem = basename(file.path)
  const names = readdirSync(directory).sort((a, b) => Number(b.startsWith(stem)) - Number(a.startsWith(stem)))
  for (const name of names) {
    const path = join(directory, name)
    if (statIdentity(path) !== file.id) continue
    const fd = tryOpen(path, file)
    if (fd !== null) return fd
  }
  throw new DeadbeatError(
    'ESTALE',
    `cannot open ${file.path} again: the file (device:inode ${file.id}) was replaced while it was closed and has no other name in ${directory}`,
  )
}

/** Open a path if it leads to this file; null if it doesn't. */
function tryOpen(path: string, file: TailedFile): number | null {
  let fd: number
  try {
    fd = openSync(path, OPEN_FLAGS)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  const { dev, ino, birthtimeNs } = fstatSync(fd, { bigint: true })
  if (identityOf(dev, ino) === file.id && isSameBirth(birthtimeNs, file.birth)) return fd
  closeSync(fd)
  return null
}

function statIdentity(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return identityOf(dev, ino)
  } catch {
    return null // Gone since the directory was read: not the one that is looked for.
  }
}
