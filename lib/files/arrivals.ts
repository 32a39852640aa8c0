/** How files come to be followed: found under a name, or left by an earlier run. */
import { closeSync, fstatSync } from 'node:fs'
import { codeOf, toError } from '../errors/index.js'
import { NO_COPIES, type Copies, type Departures } from './departures.js'
import type { FileMark } from './file-mark.js'
import { untoldFileSystem } from './file-system.js'
import { findAgain } from './find-again.js'
import { hasFingerprint, headOf } from './fingerprint.js'
import type { Followed, FollowedName } from './followed-name.js'
import { knownBeside } from './known-contents.js'
import { Listings, type Entry } from './listing.js'
import type { FileLog, FileLoop, WatchEvent } from './loop.js'
import { openEntry } from './open-entry.js'
import { openTail, type Opened } from './open-tail.js'
import { holdsBeginningOf } from './same-content.js'
import { isSameBirth, type TailedFile } from './tailed-file.js'
import type { UnreadableNames } from './unreadable-names.js'
import { watchAdvice, watchFile } from './watch-file.js'

/** What arrivals need of the follower. */
export interface ArrivalTarget {
  readonly followed: Followed
  readonly reader: { ready(file: TailedFile): void }
  readonly departures: Departures
  readonly unreadables: UnreadableNames
  readonly loop: FileLoop
  readonly log: FileLog
  /** inotify told something of a file. */
  heard(id: string, event: WatchEvent): void
  /** Some name has to be polled. */
  startPolling(): void
}

/** The beginning of files. */
export class Arrivals {
  private readonly to: ArrivalTarget
  private hasWarned = false

  constructor(to: ArrivalTarget) {
    this.to = to
  }

  /** A name leads to a file that is not known. */
  begin(name: FollowedName, atEnd: boolean): void {
    const { followed, log } = this.to
    let opened
    try {
      opened = openTail(name.path, atEnd)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.to.unreadables.add(name, toError(error))
      return
    }
    const { file, fd } = opened
    if (followed.known.has(file.id)) {
      closeSync(fd) // The name changed hands between two looks; the event of that is still to come.
      return
    }
    this.to.unreadables.remove(name)
    this.goOn(opened)
    const { current } = name
    followed.known.set(file.id, file)
    name.files.push(file)
    name.isUntold = true
    this.bind(name, file, fd)
    // Asked again, as nobody tells what was written before the watch began.
    file.seen = fstatSync(fd).size
    followed.open.adopt(file, fd)
    if (name.files.length > 1) {
      name.rotations += 1
      const { path, rotations } = name
      log.info({ file: path, rotations }, `${path} was rotated: its old file is read to the end first`)
    }
    if (current !== undefined) this.to.departures.leave(current)
    const first = name.files[0]
    // One that is leaving was maybe read to its end before this one came.
    if (first !== undefined && (first.isLeaving || first.seen > first.offset)) this.to.reader.ready(first)
  }

  /**
   * Take a file in that an earlier run read up to its mark, or that had the name after that one. It isn't watched
   * before `bind`. Answers null if it vanished since it was found.
   *
   * @throws What opening it throws.
   */
  takeIn(name: FollowedName, entry: Entry, mark: FileMark | null): TailedFile | null {
    const opened = openEntry(entry)
    if (opened === null) return null
    const { file, fd } = opened
    file.isLeaving = file.path !== name.path
    file.path = name.path
    file.readAt = this.to.loop.now()
    if (mark !== null) {
      file.goOnAt(mark.offset)
      file.since = BigInt(mark.since)
    }
    this.to.followed.known.set(file.id, file)
    this.to.followed.open.adopt(file, fd)
    return file
  }

  /**
   * Take in the copy that was made of a file before it was truncated, if there is more in it than was read, and what
   * was copied and truncated after that, if it was more than once.
   */
  takeCopies(name: FollowedName, file: TailedFile): Copies {
    const isKnown = knownBeside(file.path, this.to.followed, file)
    const mark = file.mark()
    // Not by its inode: that has other content, even if it begins alike.
    const { found, newer } = new Listings().look(file.path, (listing) =>
      findAgain({ ...mark, id: '' }, listing, isKnown),
    )
    if (found === null) return NO_COPIES
    const hasMore = found.packing !== 'none' || found.size > mark.offset
    const rest = hasMore ? this.takeIn(name, found, mark) : null
    const later = newer.filter(isCopyOf(file)).map((entry) => this.takeIn(name, entry, null))
    return { rest, later: later.filter((one) => one !== null), isFound: !hasMore || rest !== null }
  }

  /** Be told of what happens to a file, if only by looking at it from time to time. */
  bind(name: FollowedName, file: TailedFile, fd: number): void {
    name.isPolled = !this.to.loop.inotify
    if (this.to.loop.inotify) this.watch(name, file, fd)
    if (name.isPolled) this.to.startPolling()
  }

  private watch(name: FollowedName, file: TailedFile, fd: number): void {
    const { loop, log } = this.to
    try {
      file.watch = watchFile(loop, fd, name.path, (event) => this.to.heard(file.id, event))
    } catch (error) {
      name.isPolled = true
      const message = `${name.path} can't be watched: like all others of the kind it is polled${watchAdvice(error)}`
      if (!this.hasWarned) log.warn({ file: name.path, err: error }, message)
      this.hasWarned = true
    }
    // Of such a file system the finder has warned, by its directory.
    if (untoldFileSystem(name.path) !== null) name.isPolled = true
  }

  /** If the file was read before, go on where that ended. */
  private goOn({ file, fd }: Opened): void {
    const { past } = this.to.followed
    const before = past.take(file.id)
    if (before === undefined) return
    const isSame = before.offset <= file.seen && isSameBirth(file.birth, BigInt(before.birth))
    if (isSame && hasFingerprint(headOf(fd, false), before)) file.goOnAt(before.offset)
    else past.add(before) // Only the number is used again: a copy of what had it is still known.
  }
}

/**
 * Which of the entries behind the copy of a file's old content are copies of it, too. Of one that has lost its name that is
 * none that was written after it, nor one of what it has still.
 */
function isCopyOf({ fd, isLeaving }: TailedFile): (entry: Entry) => boolean {
  if (!isLeaving) return ({ packing }) => packing !== 'other'
  const { mtimeNs } = fstatSync(fd, { bigint: true })
  return (entry) => entry.packing !== 'other' && entry.mtime <= mtimeNs && !holdsBeginningOf(fd, entry)
}
