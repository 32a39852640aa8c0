/**
 * Follows files by their names, through every kind of rotation.
 *
 * A name may get another file at any time: the old one was renamed, deleted, or truncated after it was copied. What
 * counts is the inode. The old file stays open and is read to its end before the new one is begun, and is let go when
 * nothing was written to it for `rotateWaitMs`, since its writer may not have noticed yet. The order of inotify's
 * events is not relied upon: each event only makes us look at a name again, and `look` compares what is there with
 * what is known. So polling needs no rules of its own.
 */
import { closeSync, fstatSync, statSync } from 'node:fs'
import { IN } from 'inotify-ts'
import { codeOf, toError } from '../errors/index.js'
import { ChunkReader, type ChunkOptions, type ChunkTarget } from './chunk-reader.js'
import type { Piece } from './cut-chunk.js'
import { Departures, type DepartureTarget } from './departures.js'
import { FileFinder, type FinderTarget } from './file-finder.js'
import { untoldFileSystem } from './file-system.js'
import { FollowedName, type Followed } from './followed-name.js'
import type { FileLog, FileLoop, LoopBinding, WatchEvent } from './loop.js'
import { OpenFiles } from './open-files.js'
import { openTail } from './open-tail.js'
import { identityOf, isSameBirth, type FileRange, type TailedFile } from './tailed-file.js'
import { watchAdvice, watchFile } from './watch-file.js'

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

/** How many names are looked at before other work gets its turn. */
const POLL_SLICE = 256

/** The files that are followed. */
export class FileFollower implements ChunkTarget, FinderTarget, DepartureTarget {
  readonly followed: Followed
  readonly loop: FileLoop
  readonly log: FileLog
  readonly options: FollowOptions
  readonly reader: ChunkReader
  isPaused = false
  private readonly give: PieceTarget
  private readonly finder: FileFinder
  private readonly departures: Departures
  private poll: LoopBinding | null = null
  private hasWarned = false

  constructor(loop: FileLoop, log: FileLog, options: FollowOptions, give: PieceTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.give = give
    const open = new OpenFiles(options.openFilesMax)
    this.followed = { names: new Map(), known: new Map(), aliases: new Map(), old: new Set(), past: new Map(), open }
    this.reader = new ChunkReader(loop, open, this, options)
    this.finder = new FileFinder(loop, log, options.filenames, options.rescanMs, this)
    this.departures = new Departures(this)
  }

  /** Begin. Answers the patterns that match nothing and the paths that don't exist. */
  async start(): Promise<readonly string[]> {
    const barren = await this.finder.start()
    return [...barren, ...this.names().flatMap(({ exists, path }) => (exists ? [] : [path]))]
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
    this.finder.close()
    if (this.poll !== null) this.loop.cancel(this.poll)
    for (const name of this.names()) name.stopRetrying(this.loop)
    for (const file of this.files()) this.departures.unbind(file)
    await this.reader.close()
  }

  /** Close every descriptor. */
  release(): void {
    this.followed.open.closeAll()
  }

  /** A range is over. */
  settle(range: FileRange): void {
    const { file } = range
    file.settle(range)
    if (file.underWay === 0 && this.followed.old.has(file) && this.followed.known.get(file.id) !== file) {
      this.departures.drop(file)
    }
  }

  /** The descriptor of a range's file. Null if its bytes are gone. */
  descriptor(file: TailedFile): number | null {
    return file.isGone ? null : this.followed.open.descriptor(file)
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
    for (const path of paths) {
      let name = names.get(path)
      if (name === undefined) names.set(path, (name = new FollowedName(path, literals.has(path))))
      this.look(name, isFirst && this.options.tail)
    }
    for (const [path, name] of names) if (!living.has(path)) this.look(name, false)
  }

  changed(path: string): boolean {
    const name = this.followed.names.get(path)
    if (name === undefined) return false
    this.look(name, false)
    return true
  }

  piece(file: TailedFile, piece: Piece): void {
    if (file.isLeaving) file.readAt = this.loop.now()
    if (piece.end > file.seen) file.seen = piece.end
    this.give(file, piece)
  }

  atEnd(file: TailedFile, gotNothing: boolean): void {
    if (file.scanned > file.seen) file.seen = file.scanned
    if (gotNothing && file.scanned > 0 && fstatSync(file.fd).size < file.scanned) this.departures.truncated(file)
    else if (file.isDirty) this.reader.ready(file)
    else if (file.isLeaving) this.departures.drained(file)
  }

  unreadable(file: TailedFile, error: Error): void {
    const name = this.followed.names.get(file.path)
    if (codeOf(error) === 'ESTALE') {
      this.departures.lose(file)
      if (name !== undefined) this.look(name, false)
    } else if (name !== undefined) {
      this.fault(name, error)
    }
  }

  /** Compare what a name leads to now with what is known of it. */
  private look(name: FollowedName, atEnd: boolean): void {
    const { known, aliases, names } = this.followed
    let stat
    try {
      stat = statSync(name.path, { bigint: true, throwIfNoEntry: false })
    } catch (error) {
      this.fault(name, toError(error))
      return
    }
    name.exists = stat !== undefined
    if (stat === undefined) {
      if (name.current !== undefined) this.departures.leave(name.current)
      if (!name.isLiteral && name.files.length === 0) {
        names.delete(name.path)
        name.stopRetrying(this.loop)
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
      this.begin(name, atEnd)
    } else if (file.path !== name.path) {
      aliases.set(id, name)
    } else {
      const size = Number(stat.size)
      if (file.isLeaving) this.departures.comeBack(name, file)
      if (size > file.seen) file.seen = size
      if (size !== file.scanned && name.files[0] === file) this.reader.ready(file)
    }
  }

  /** A name leads to a file that is not known. */
  private begin(name: FollowedName, atEnd: boolean): void {
    const { known, open, past } = this.followed
    let opened
    try {
      opened = openTail(name.path, atEnd)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.fault(name, toError(error))
      return
    }
    const { file, fd } = opened
    if (known.has(file.id)) {
      closeSync(fd) // The name changed hands between two looks; the event of that is still to come.
      return
    }
    if (name.fault !== '') this.log.info({ file: name.path }, `${name.path} can be read again`)
    name.fault = ''
    name.retryMs = 0
    const before = past.get(file.id)
    if (before !== undefined && before.birth === file.birth && before.offset <= file.seen) {
      file.goOnAt(before.offset)
    }
    past.delete(file.id)
    const { current } = name
    known.set(file.id, file)
    name.files.push(file)
    this.watch(name, file, fd)
    if (name.isPolled) this.poll ??= this.loop.every(this.options.pollMs, () => this.lookAround(this.names()))
    // Asked again, as nobody tells what was written before the watch began.
    file.seen = fstatSync(fd).size
    open.adopt(file, fd)
    if (name.files.length > 1) {
      name.rotations += 1
      const { path, rotations } = name
      this.log.info({ file: path, rotations }, `${path} was rotated: its old file is read to the end first`)
    }
    if (current !== undefined) this.departures.leave(current)
    const first = name.files[0]
    // One that is leaving was maybe read to its end before this one came.
    if (first !== undefined && (first.isLeaving || first.seen > first.offset)) this.reader.ready(first)
  }

  /** A name can't be read: say so once, and try again. */
  private fault(name: FollowedName, error: Error): void {
    const { retryMs, retryMaxMs } = this.options
    const code = codeOf(error)
    name.retryMs = Math.min(retryMaxMs, name.retryMs === 0 ? retryMs : name.retryMs * 2)
    if (name.fault !== code) {
      const advice = code === 'EACCES' ? 'let the daemon read it; ' : code === 'EMFILE' ? 'lower openFilesMax; ' : ''
      const message = `cannot read ${name.path}: ${error.message}; ${advice}it is tried again from time to time`
      this.log.error({ file: name.path, err: error }, message)
    }
    name.fault = code
    name.stopRetrying(this.loop)
    name.retry = this.loop.after(name.retryMs, () => {
      name.retry = null
      this.look(name, false)
      if (name.files[0] !== undefined) this.reader.ready(name.files[0])
    })
  }

  private watch(name: FollowedName, file: TailedFile, fd: number): void {
    name.isPolled = !this.loop.inotify
    if (!this.loop.inotify) return
    try {
      file.watch = watchFile(this.loop, fd, name.path, (event) => this.heard(file.id, event))
    } catch (error) {
      name.isPolled = true
      const message = `${name.path} can't be watched: like all others of the kind it is polled${watchAdvice(error)}`
      if (!this.hasWarned) this.log.warn({ file: name.path, err: error }, message)
      this.hasWarned = true
    }
    // Of such a file system the finder has warned, by its directory.
    if (untoldFileSystem(name.path) !== null) name.isPolled = true
  }

  private heard(id: string, event: WatchEvent): void {
    const { known, names, old, open } = this.followed
    const file = known.get(id)
    if (file === undefined) return
    if ((event.mask & (IN.MODIFY | IN.Q_OVERFLOW)) !== 0) {
      // Even if it can't be read yet: once it is open, it can be deleted and nothing of it is lost.
      if (this.isPaused && open.secure(file)) file.seen = Math.max(file.seen, fstatSync(file.fd).size)
      if (names.get(file.path)?.files[0] === file || old.has(file)) this.reader.readyNow(file)
    }
    // After an overflow the finder looks at all names.
    if ((event.mask & ~(IN.MODIFY | IN.ISDIR | IN.Q_OVERFLOW)) !== 0) this.changed(file.path)
  }

  private lookAround(names: FollowedName[]): void {
    for (const name of names.splice(0, POLL_SLICE)) if (name.isPolled) this.look(name, false)
    if (names.length > 0) this.loop.enqueue(() => this.lookAround(names))
  }
}
