/**
 * Follows files by their names, through every kind of rotation.
 *
 * A name may get another file at any time: the old one was renamed, deleted, or truncated after it was copied. What counts
 * is the inode. The old file stays open and is read to its end before the new one is begun, and is let go when nothing was
 * written to it for `rotateWaitMs`, since its writer may not have noticed yet. The order of inotify's events is not relied
 * upon: each makes us look at a name again, and `look` compares what is there with what is known, as polling does.
 */
import { fstatSync, statSync } from 'node:fs'
import { IN } from 'inotify-ts'
import { codeOf, toError } from '../errors/index.js'
import { Arrivals, type ArrivalTarget } from './arrivals.js'
import { CatchUp } from './catch-up.js'
import type { ChunkOptions, ChunkTarget } from './chunk-reader.js'
import type { Piece } from './cut-chunk.js'
import { Departures, NO_COPIES, type DepartureTarget } from './departures.js'
import { FileFinder, type FinderTarget } from './file-finder.js'
import type { FilesMark } from './file-mark.js'
import { FileReader } from './file-reader.js'
import { FollowedName, marksOf, nothingFollowed, type Followed } from './followed-name.js'
import { Listings, packingOf } from './listing.js'
import { MissingNames } from './missing-names.js'
import type { FileLog, FileLoop, WatchEvent } from './loop.js'
import { Polling } from './polling.js'
import type { RangeOwner } from './range-again.js'
import { hasSameContent, isTruncated, noteWritten } from './same-content.js'
import { identityOf, isSameBirth, type FileRange, type TailedFile } from './tailed-file.js'
import { UnreadableNames } from './unreadable-names.js'
import { UnseenFiles } from './unseen-files.js'

/** What is followed, and how. */
export interface FollowOptions extends ChunkOptions {
  readonly filenames: readonly string[]
  /** Whether files that exist at the start are begun at their end. */
  readonly tail: boolean
  readonly pollMs: number
  readonly rescanMs: number
  readonly openFilesMax: number
  readonly rotateWaitMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
}

/** Gets whole lines of a file. The piece's bytes are valid during the call only. */
export type PieceTarget = (file: TailedFile, piece: Piece) => void

/** The files that are followed. */
export class FileFollower implements ChunkTarget, FinderTarget, DepartureTarget, ArrivalTarget, RangeOwner {
  readonly followed: Followed
  readonly loop: FileLoop
  readonly log: FileLog
  readonly options: FollowOptions
  readonly reader: FileReader
  readonly departures: Departures
  readonly arrivals: Arrivals
  readonly unseen: UnseenFiles
  readonly unreadables: UnreadableNames
  isPaused = false
  private readonly give: PieceTarget
  private readonly finder: FileFinder
  private readonly catchUp: CatchUp
  private readonly polling = new Polling(this)
  private readonly missing = new MissingNames(this)
  private hasOverflowed = false

  constructor(loop: FileLoop, log: FileLog, options: FollowOptions, give: PieceTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.give = give
    this.followed = nothingFollowed(options.openFilesMax)
    this.reader = new FileReader(loop, this.followed.open, this, options)
    this.finder = new FileFinder(loop, log, options.filenames, options.rescanMs, this)
    this.departures = new Departures(this)
    this.arrivals = new Arrivals(this)
    this.unseen = new UnseenFiles(this)
    this.unreadables = new UnreadableNames(this, (name) => {
      this.look(name, false)
      if (name.files[0] !== undefined) this.reader.ready(name.files[0])
    })
    this.catchUp = new CatchUp(this)
  }

  /** How far everything was read. */
  mark(): FilesMark {
    return { version: 1, filenames: this.options.filenames, files: marksOf(this.followed) }
  }

  /**
   * Before start: find what an earlier run read, to go on there.
   *
   * @throws What opening a file throws that isn't read to its end.
   */
  async continueFrom(mark: FilesMark): Promise<void> {
    await this.catchUp.from(mark)
  }

  /** Begin. Answers the patterns that match nothing and the paths that don't exist. */
  async start(): Promise<readonly string[]> {
    this.departures.begin()
    this.catchUp.bind()
    const barren = await this.finder.start()
    if (this.finder.isClosed) return []
    this.catchUp.begin()
    return [...barren, ...this.names().flatMap(({ exists, path, files }) => (exists || files.length > 0 ? [] : [path]))]
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.isPaused = true
    this.reader.pause()
  }

  /** Go on reading. */
  resume(): void {
    this.isPaused = false
    this.reader.resume()
  }

  /** Unbind from everything. Descriptors stay open for `original`, until `release`. */
  async close(): Promise<void> {
    const found = this.finder.close()
    this.polling.close()
    for (const name of this.names()) name.unbind(this.loop)
    for (const file of this.files()) this.departures.unbind(file)
    await Promise.all([found, this.reader.close()])
  }

  /** Close every descriptor. */
  release(): void {
    this.followed.open.closeAll()
  }

  /** A range is over. */
  settle(range: FileRange): void {
    range.file.settle(range)
    this.departures.settled(range.file)
  }

  /** The descriptor of a range's file. Null if its bytes are gone. */
  descriptor(file: TailedFile): number | null {
    return file.isGone ? null : this.followed.open.descriptor(file)
  }

  withId(id: string): TailedFile | undefined {
    const { known, old } = this.followed
    return known.get(id) ?? [...old].find((file) => file.id === id && !file.isGone)
  }

  keep(file: TailedFile, fd: number): void {
    this.followed.old.add(file)
    this.followed.open.adopt(file, fd)
  }

  /** Every name that is followed. */
  names(): FollowedName[] {
    return [...this.followed.names.values()]
  }

  /** Every file that is read or waited for. */
  files(): TailedFile[] {
    return [...this.followed.old, ...this.names().flatMap((name) => name.files)]
  }

  found(paths: readonly string[], literals: ReadonlySet<string>, isFirst: boolean): void {
    const { names } = this.followed
    const living = new Set(paths)
    // Where inotify doesn't tell, more than one file may have had a name since it was looked at.
    const listings = isFirst || (this.loop.inotify && !this.hasOverflowed) ? null : new Listings()
    this.hasOverflowed = false
    for (const path of paths) {
      if (packingOf(path) !== 'none') {
        // One that comes to match a pattern holds what was read before it was compressed.
        if (isFirst && literals.has(path)) this.log.warn({ file: path }, `${path} is compressed: only a batch reads it`)
        continue
      }
      let name = names.get(path)
      if (name === undefined) names.set(path, (name = new FollowedName(path, literals.has(path))))
      this.look(name, isFirst && this.options.tail && !this.catchUp.isOld(path), listings)
    }
    for (const [path, name] of names) if (!living.has(path)) this.look(name, false, listings)
  }

  changed(path: string, hasCome = false): boolean {
    const name = this.followed.names.get(path)
    if (name === undefined) return false
    this.look(name, false)
    if (hasCome) this.unseen.told(name)
    return true
  }

  piece(file: TailedFile, piece: Piece): void {
    if (file.isGone) return
    if (!hasSameContent(file, piece.end, this.followed.open)) {
      this.truncated(file)
      return
    }
    if (file.beganEmpty && this.unseen.isBehindCopies(file)) return
    if (file.isLeaving) file.readAt = this.loop.now()
    if (piece.end > file.seen) file.seen = piece.end
    this.give(file, piece)
  }

  atEnd(file: TailedFile, gotNothing: boolean): void {
    if (file.isGone) return
    const { open } = this.followed
    if (file.scanned > file.seen) file.seen = file.scanned
    if (gotNothing && file.scanned === 0 && !file.isPacked) this.unseen.foundEmpty(file)
    if (file.isPacked) this.departures.finished(file)
    else if (gotNothing ? isTruncated(file, fstatSync(file.fd).size, open) : !hasSameContent(file, file.scanned, open))
      this.truncated(file)
    else if (file.isDirty) this.reader.ready(file)
    else if (file.isLeaving) this.departures.drained(file)
  }

  replaced(file: TailedFile): void {
    if (file.isGone) return
    file.isSuspect = true
    this.truncated(file)
  }

  unreadable(file: TailedFile, error: Error): void {
    const name = this.followed.names.get(file.path)
    if (file.isPacked) {
      this.departures.cannotUnpack(file, error)
    } else if (codeOf(error) === 'ESTALE') {
      this.departures.lose(file)
      if (name !== undefined) this.look(name, false)
    } else if (name !== undefined) {
      this.unreadables.add(name, error)
    }
  }

  private truncated(file: TailedFile): void {
    if (file.beganEmpty && this.unseen.isBehindCopies(file)) return
    const name = this.followed.names.get(file.path)
    const copies = name?.files.includes(file) === true ? this.arrivals.takeCopies(name, file) : NO_COPIES
    this.departures.truncated(file, copies)
  }

  /** Compare what a name leads to now with what is known of it; `listings`, if others may have had it since. */
  look(name: FollowedName, atEnd: boolean, listings: Listings | null = null): void {
    const { known, aliases, names } = this.followed
    let stat
    try {
      stat = statSync(name.path, { bigint: true, throwIfNoEntry: false })
    } catch (error) {
      this.unreadables.add(name, toError(error))
      return
    }
    this.missing.looked(name, stat !== undefined)
    if (stat === undefined) {
      if (name.current !== undefined) this.departures.leave(name.current)
      if (!name.isLiteral && name.files.length === 0) {
        names.delete(name.path)
        name.unbind(this.loop)
      }
      return
    }
    const id = identityOf(stat.dev, stat.ino)
    let file = known.get(id)
    if (file !== undefined && !isSameBirth(file.birth, stat.birthtimeNs)) {
      this.departures.lose(file)
      file = undefined
    }
    if (file === undefined) {
      this.arrivals.begin(name, atEnd)
      if (listings !== null) this.unseen.seek(name, listings)
    } else if (file.path !== name.path) {
      aliases.set(id, name)
    } else {
      const size = Number(stat.size)
      const isWritten = file.isWritten(stat.mtimeNs) && name.isPolled
      if (file.isLeaving) this.departures.comeBack(name, file)
      if (size > file.seen) file.seen = size
      if (size === file.scanned && (size > 0 ? !isWritten : stat.mtimeNs <= file.since)) return
      // Between two looks it may have been truncated and have grown beyond what was read.
      if (name.isPolled) noteWritten(file, this.followed.open)
      if (name.files[0] === file) this.reader.ready(file)
    }
  }

  heard(id: string, event: WatchEvent): void {
    const { known, names, old } = this.followed
    if ((event.mask & IN.Q_OVERFLOW) !== 0) this.hasOverflowed = true
    const file = known.get(id)
    if (file === undefined) return
    if ((event.mask & (IN.MODIFY | IN.Q_OVERFLOW)) !== 0) {
      const isNext = names.get(file.path)?.files[0] === file || old.has(file)
      if (this.isPaused || !isNext || file.isQueued) noteWritten(file, this.followed.open)
      if (isNext) this.reader.readyNow(file)
    }
    // After an overflow the finder looks at all names.
    if ((event.mask & ~(IN.MODIFY | IN.ISDIR | IN.Q_OVERFLOW)) !== 0) this.changed(file.path)
  }

  startPolling(): void {
    this.polling.start()
  }
}
