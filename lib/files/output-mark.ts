/** Where an output file ends at a check-point, and how a later run cuts it back to there. */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DeadbeatError } from '../errors/index.js'
import type { FileLog } from './loop.js'

/** A file's end. */
export type FileEnd = {
  readonly dev: string
  readonly ino: string
  /** Its length in bytes. */
  readonly bytes: number
}

/** The mark of an output. */
export type OutputMark = FileEnd & {
  readonly path: string
  /** The file that was about to take its place, whose bytes behind this end came later. */
  readonly next?: FileEnd
  /** Others write to it, too: it can't be told what is ours. */
  readonly isShared?: boolean
  /** It was closed in order: what is behind its end is another's. */
  readonly isClosed?: boolean
}

/** Makes the marks of one output, whichever file it is in. */
export class MarkMaker {
  private readonly path: string
  private readonly log: FileLog
  private end: FileEnd = { dev: '', ino: '', bytes: 0 }
  private isShared = false
  private isDeleted = false

  constructor(path: string, log: FileLog) {
    this.path = path
    this.log = log
  }

  /** It goes on in this file. */
  opened(fd: number): void {
    this.end = endOf(fd, 0)
    this.isShared = false
    if (this.isDeleted) this.log.info({ file: this.path }, `${this.path} is there again, and written to`)
    this.isDeleted = false
  }

  /**
   * The mark where `bytes` bytes are written to the file: its descriptor, or -1 if it was closed; and the file that waits.
   * The mark of a file that has less by now, as logrotate's copytruncate leaves it, is where it ends.
   */
  make(fd: number, bytes: number, next: FileEnd | undefined): OutputMark {
    const mark = { ...this.end, path: this.path, bytes }
    if (fd < 0) return { ...mark, isClosed: true }
    const stat = fstatSync(fd)
    if (stat.nlink === 0) this.tellDeleted()
    if (stat.size > bytes) this.isShared = true
    else if (stat.size < bytes && stat.isFile()) {
      mark.bytes = stat.size
      this.tellCut(bytes - stat.size)
    }
    return { ...mark, ...(next === undefined ? {} : { next }), ...(this.isShared ? { isShared: true } : {}) }
  }

  private tellDeleted(): void {
    const { path } = this
    const message = `${path} was deleted: what is written goes into a file without a name, and is lost when that is closed; let it be opened anew (SIGHUP or SIGUSR1)`
    if (!this.isDeleted) this.log.warn({ file: path }, message)
    this.isDeleted = true
  }

  private tellCut(missing: number): void {
    const { path } = this
    const message = `${path} is ${missing} bytes shorter than what was written to it: someone has cut it; it is appended to`
    this.log.warn({ file: path, missing }, message)
  }
}

/** The end of an open file that has `bytes` bytes of ours. */
export function endOf(fd: number, bytes: number): FileEnd {
  const { dev, ino } = fstatSync(fd, { bigint: true })
  return { dev: String(dev), ino: String(ino), bytes }
}

/** The name under which the file waits that is to take the place of another. */
export const waitingName = (path: string): string => `${path}.next`

/**
 * Cut an output back to its mark, wherever it is by now: under its name, under the name to which it was rotated, or with
 * its successor already in its place. What is behind the mark came later, and will come again.
 *
 * @throws {DeadbeatError} `ERR_CHECKPOINT` if the mark is none; the system's errors if the file can't be cut.
 */
export function cutBack(path: string, mark: unknown, log: FileLog): void {
  if (!isMark(mark)) {
    throw new DeadbeatError('ERR_CHECKPOINT', `the check-point's mark of ${path} is none: ${JSON.stringify(mark)}`)
  }
  if (mark.path !== path) {
    log.warn({ file: path }, `${path} is another file than before (${mark.path}): it is begun or appended to as it is`)
    return
  }
  if (mark.isShared === true) {
    log.warn({ file: path }, `${path} is not cut back, since others write to it: lines may repeat`)
    return
  }
  const { next } = mark
  const waiting = waitingName(path)
  if (next !== undefined && !isThere(path) && isSame(waiting, next)) renameSync(waiting, path)
  if (next !== undefined && isSame(path, next)) {
    cutTo(path, next, mark, log)
    // Somebody may have moved the one before it, when it had more than the record says.
    const moved = siblingsOf(path).find((sibling) => isSame(sibling, mark))
    if (moved !== undefined) cutTo(moved, mark, mark, log)
  } else if (isSame(path, mark)) cutTo(path, mark, mark, log)
  else cutElsewhere(path, mark, log)
}

function cutElsewhere(path: string, mark: OutputMark, log: FileLog): void {
  const siblings = siblingsOf(path)
  let isFound = false
  for (const end of mark.next === undefined ? [mark] : [mark, mark.next]) {
    const moved = siblings.find((sibling) => isSame(sibling, end))
    if (moved === undefined) continue
    isFound = true
    cutTo(moved, end, mark, log)
  }
  if (!isFound && mark.bytes > 0) {
    log.warn(
      { file: path },
      `what was written to ${path} is not there any more (moved or removed): lines behind the check-point may repeat`,
    )
  }
}

function cutTo(path: string, { bytes }: FileEnd, { isClosed }: OutputMark, log: FileLog): void {
  const { size } = statSync(path)
  if (size < bytes) {
    log.error(
      { file: path, missing: bytes - size },
      `${path} is ${bytes - size} bytes shorter than the check-point says: someone has cut it; it is appended to`,
    )
  } else if (size > bytes && isClosed !== true) {
    const fd = openSync(path, 'r+')
    try {
      ftruncateSync(fd, bytes)
      fdatasyncSync(fd) // The next record may name another file: nobody would cut this one again.
    } finally {
      closeSync(fd)
    }
    log.info(
      { file: path, bytes: size - bytes },
      `cut ${size - bytes} bytes off ${path} that were written behind the check-point`,
    )
  }
}

/** Files beside it that may have been it: its name, followed by `.` or `-` and more. */
function siblingsOf(path: string): string[] {
  const [directory, name] = [dirname(path), basename(path)]
  if (!isThere(directory)) return []
  return readdirSync(directory)
    .filter((other) => other.startsWith(`${name}.`) || other.startsWith(`${name}-`))
    .map((other) => join(directory, other))
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function isSame(path: string, { dev, ino }: FileEnd): boolean {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat !== undefined && String(stat.dev) === dev && String(stat.ino) === ino
}

function isMark(mark: unknown): mark is OutputMark {
  const { path, dev, ino, bytes, next } = (mark ?? {}) as Partial<Record<keyof OutputMark, unknown>>
  const isEnd = [path, dev, ino].every((text) => typeof text === 'string') && Number.isSafeInteger(bytes)
  return isEnd && (next === undefined || isMark({ ...(next as object), path }))
}
