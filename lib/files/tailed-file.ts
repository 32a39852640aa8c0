/** One file that is being read: which it is, how far it was read, and which of it is not acknowledged yet. */
import type { FileMark } from './file-mark.js'
import { NO_FINGERPRINT, type Fingerprint } from './fingerprint.js'
import type { LoopBinding } from './loop.js'

/** A range of a file's bytes that went on its way together. */
export interface FileRange {
  readonly file: TailedFile
  readonly start: number
  readonly end: number
  /** The bytes, where they can't be read again at their place: those of a compressed file. */
  readonly bytes: Buffer | null
  /** Whether it is one line that was too long. */
  readonly isLong: boolean
  /** Whether all of it is over. */
  isDone: boolean
}

/** What tells one file from another, whatever its name: device and inode. */
export function identityOf(dev: bigint | number, ino: bigint | number): string {
  return `${dev}:${ino}`
}

/**
 * Whether two files of the same identity may be the same. They aren't if they were born at different times: the number
 * of a deleted inode is given away again. 0 stands for a time that the file system doesn't tell.
 */
export function isSameBirth(one: bigint, other: bigint): boolean {
  return one === 0n || other === 0n || one === other
}

/**
 * A file by its inode, not by its name. `offset` is always the beginning of a line; a line that has no end yet is
 * read again from there once its end has come, so that an idle file keeps nothing in memory.
 */
export class TailedFile {
  /** The name it was found under, or that it moved to. */
  path: string
  /** Device and inode. */
  readonly id: string
  /** When it was born, in ns since the Unix epoch; 0 if the file system doesn't tell. */
  birth = 0n
  /** When it was last written to before it was begun, in ns. */
  since = 0n
  /** What it begins with, as far as it was looked at; of a compressed file, what that unpacks to. */
  fingerprint: Fingerprint = NO_FINGERPRINT
  /** The descriptor; -1 while it is closed. */
  fd = -1
  /** Where the first line begins that was not passed on. */
  offset: number
  /** Up to where it is known that this line has no end; `offset` where nothing is known. */
  scanned: number
  /** The largest size that was seen. */
  seen: number
  /** The last bytes before `at`, so that it is noticed if they are others by then: how many, and their hash. */
  readonly seam = { at: -1, length: 0, hash: 0 }
  /** Whether it waits for its turn to be read, or is being read. */
  isQueued = false
  /** Whether it may have grown since its reading began. */
  isDirty = false
  /** Whether its name was taken from it: read to the end, then let go. */
  isLeaving = false
  /** Whether its content is gone or spoiled: truncated, deleted while it was closed, or not to be unpacked. */
  isGone = false
  /** Whether it may have got other content unnoticed, so that what it begins with has to be looked at. */
  isSuspect = false
  /** Whether it had nothing when it was begun: then what it had first may be in copies, unseen, when something is read. */
  beganEmpty = false
  /** Whether it is compressed, so that its offsets count bytes that don't lie in it. */
  isPacked = false
  /** How large it was, compressed, when its reading began; -1 while that isn't known. */
  packedSize = -1
  /** Why it couldn't be unpacked when that was tried last; empty if it could. */
  fault = ''
  /** Its inotify watch. */
  watch: LoopBinding | null = null
  /** Runs until it was quiet for long enough to be let go. */
  timer: LoopBinding | null = null
  /** When it, leaving, last had something to read, on the loop's clock. */
  readAt = 0
  /** Lines and bytes of them that this run has passed on. */
  lines = 0
  bytes = 0
  /** Up to where everything was passed on: `offset`, but for the pieces of a chunk that are still to come. */
  put = 0
  /** When it was last written to, as it was seen last; null before it was looked at. */
  private written: bigint | null = null
  private pending: FileRange[] = []
  private head = 0
  private lastMark: MadeMark | null = null

  constructor(path: string, id: string, offset: number) {
    this.path = path
    this.id = id
    this.offset = offset
    this.scanned = offset
    this.seen = offset
    this.put = offset
  }

  /** Up to where everything is acknowledged. */
  get acknowledged(): number {
    return this.pending[this.head]?.start ?? this.put
  }

  /** How many ranges are under way. */
  get underWay(): number {
    return this.pending.length - this.head
  }

  /** Read on from here: what is before was read earlier. */
  goOnAt(offset: number): void {
    this.offset = this.scanned = this.put = offset
    if (offset > this.seen) this.seen = offset
  }

  /** Whether it was written to since this was asked last, or since it was begun. `mtime` is when it was, in ns. */
  isWritten(mtime: bigint): boolean {
    const before = this.written ?? this.since
    this.written = mtime
    return mtime !== before
  }

  /** Note a range that goes on its way. Ranges are noted in the order of the file. */
  begin(start: number, end: number, bytes: Buffer | null = null, isLong = false): FileRange {
    const range = { file: this, start, end, bytes, isLong, isDone: false }
    this.pending.push(range)
    this.put = end
    return range
  }

  /** Note a range that an earlier run put, and that goes on its way once more. */
  beginAgain(start: number, end: number, bytes: Buffer | null, isLong: boolean): FileRange {
    const range = { file: this, start, end, bytes, isLong, isDone: false }
    this.pending = [...this.pending.slice(this.head), range].sort((a, b) => a.start - b.start)
    this.head = 0
    return range
  }

  /** Note that a range is over. The acknowledged prefix moves once nothing before it is under way. */
  settle(range: FileRange): void {
    range.isDone = true
    while (this.pending[this.head]?.isDone === true) this.head += 1
    if (this.head === this.pending.length) {
      this.pending = []
      this.head = 0
    } else if (this.head > 1024 && this.head * 2 > this.pending.length) {
      this.pending.splice(0, this.head)
      this.head = 0
    }
  }

  /**
   * How far it was read. The same object as before while nothing has changed, so that marks of ten thousand files cost
   * little.
   */
  mark(isOver = false): FileMark {
    const { put, since, path, isPacked } = this
    // What one has that waits need not be what it had first: a later run has to look for that, too.
    const isUnknown = this.beganEmpty && put === 0
    const fingerprint = isUnknown ? NO_FINGERPRINT : this.fingerprint
    const size = isPacked || isUnknown ? put : Math.max(this.seen, put)
    const state = isOver ? 'over' : this.isLeaving ? 'rotated' : ''
    const last = this.lastMark
    // Of what it was made, as marks have different fields: to look into ten thousand of them takes several times as long.
    if (
      last !== null &&
      last.put === put &&
      last.since === since &&
      last.size === size &&
      last.state === state &&
      last.fingerprint === fingerprint &&
      last.path === path
    )
      return last.mark
    const mark: FileMark = {
      ...{ path, id: this.id, birth: String(this.birth), since: String(since), offset: put },
      ...(size > put && { size }),
      ...fingerprint,
      ...(isPacked && { packed: true }),
      ...(state !== '' && { [state]: true }),
    }
    this.lastMark = { put, since, size, state, fingerprint, path, mark }
    return mark
  }
}

/** A mark, and of what it was made. */
interface MadeMark {
  readonly put: number
  readonly since: bigint
  readonly size: number
  readonly state: string
  readonly fingerprint: Fingerprint
  readonly path: string
  readonly mark: FileMark
}
