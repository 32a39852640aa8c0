/** What becomes of a file that lost its name or its content: nothing of it may get lost, and nothing may be kept for ever. */
import { fstatSync, statSync } from 'node:fs'
import { cutRest, type Piece } from './cut-chunk.js'
import { codeOf } from '../errors/index.js'
import { fingerprintOf, headOf } from './fingerprint.js'
import type { Followed, FollowedName } from './followed-name.js'
import type { FileLog, FileLoop } from './loop.js'
import { mayPass } from './may-pass.js'
import { noteWritten } from './same-content.js'
import { TailedFile, identityOf } from './tailed-file.js'

/** What departures need of the follower. */
export interface DepartureTarget {
  readonly followed: Followed
  readonly reader: { ready(file: TailedFile): void; forget(file: TailedFile): void }
  readonly loop: FileLoop
  readonly log: FileLog
  readonly options: {
    readonly rotateWaitMs: number
    readonly lineMax: number
    readonly retryMs: number
    readonly retryMaxMs: number
  }
  readonly isPaused: boolean
  piece(file: TailedFile, piece: Piece): void
}

/** Where the old content of a truncated file lies. */
export interface Copies {
  /** Its copy, of which there is still something to read. */
  readonly rest: TailedFile | null
  /** Copies of what it had after that, the oldest first. */
  readonly later: readonly TailedFile[]
  /** Whether its copy was found, so that nothing of it is lost, whether or not there is still something to read. */
  readonly isFound: boolean
}

/** There are none. */
export const NO_COPIES: Copies = { rest: null, later: [], isFound: false }

/** While reading is paused, a file can't be let go: it is looked at this seldom, at most. */
const PAUSED_MS = 1000

/** The end of files. */
export class Departures {
  private readonly to: DepartureTarget
  private hasBegun = false

  constructor(to: DepartureTarget) {
    this.to = to
  }

  /** Let files go from now on, what is over already first: before, an earlier run's ranges are still being read again. */
  begin(): void {
    this.hasBegun = true
    for (const file of [...this.to.followed.old]) this.settled(file)
  }

  /** Ranges of a file are over: let it go if they were all that was wanted of it. */
  settled(file: TailedFile): void {
    const { old, known } = this.to.followed
    if (this.hasBegun && file.underWay === 0 && old.has(file) && known.get(file.id) !== file) this.drop(file)
  }

  /** A file lost its name: read it to its end, wait for its writer, then let it go. */
  leave(file: TailedFile): void {
    if (file.isLeaving) return
    // Where nobody tells what is written, this is the last that is seen of it: it may be compressed before it is read.
    noteWritten(file, this.to.followed.open)
    file.isLeaving = true
    file.readAt = this.to.loop.now()
    const files = this.to.followed.names.get(file.path)?.files ?? []
    // Behind an older one it waits for its turn.
    if (files.indexOf(file) <= 0) this.to.reader.ready(file)
  }

  /** A file has its name back. */
  comeBack(name: FollowedName, file: TailedFile): void {
    const { current } = name
    const at = name.files.indexOf(file)
    if (at >= 0) name.files.splice(at, 1)
    this.to.followed.old.delete(file)
    this.stopWaiting(file)
    file.isLeaving = false
    name.files.push(file)
    name.isUntold = true
    if (current !== undefined) this.leave(current)
  }

  /** A leaving file was read to its end: the next one may begin. */
  drained(file: TailedFile): void {
    const { followed, loop, options } = this.to
    const name = followed.names.get(file.path)
    const [first, next] = name?.files ?? []
    if (first === file && next !== undefined) {
      name?.files.shift()
      followed.old.add(file)
      this.to.reader.ready(next)
    }
    file.timer ??= loop.after(options.rotateWaitMs, () => this.waited(file))
  }

  /** A packed file was read to its end: nobody writes to it any more. */
  finished(file: TailedFile): void {
    this.retire(file)
  }

  /**
   * What is left of a packed file can't be read. It is tried again if that may pass, and while it may be still being
   * written: as long as a rotated file is waited for.
   */
  cannotUnpack(file: TailedFile, error: Error): void {
    const { followed, loop, options, reader } = this.to
    const code = codeOf(error)
    const now = loop.now()
    if (file.fd >= 0 && fstatSync(file.fd).size !== file.packedSize) file.readAt = now
    const quietMs = now - file.readAt
    if (mayPass(code) || (code !== 'ESTALE' && quietMs < options.rotateWaitMs)) {
      this.tellNotYet(file, error)
      const waitMs = Math.min(options.retryMaxMs, Math.max(options.retryMs, quietMs))
      file.timer = loop.after(waitMs, () => {
        file.timer = null
        reader.ready(file)
      })
      return
    }
    const name = followed.names.get(file.path)
    if (name !== undefined) name.lossesUnknown += 1
    const message = `an older file of ${file.path}, which is compressed, can't be read to its end: ${error.message}`
    this.to.log.error({ file: file.path, readBytes: file.put, err: error }, message)
    file.isGone = true
    this.retire(file)
  }

  /**
   * A file has other content: it is shorter than what was read of it, or begins otherwise. What it had besides is read
   * from copies, if there are any.
   */
  truncated(file: TailedFile, { rest, later, isFound }: Copies): void {
    const { followed, loop, reader } = this.to
    const name = followed.names.get(file.path)
    const fresh = new TailedFile(file.path, file.id, 0)
    const copies = rest === null ? later : [rest, ...later]
    reader.forget(file)
    followed.open.move(file, fresh)
    followed.known.set(file.id, fresh)
    fresh.birth = file.birth
    const { mtimeNs, size } = fstatSync(fresh.fd, { bigint: true })
    fresh.since = mtimeNs
    fresh.seen = Number(size)
    fresh.fingerprint = fingerprintOf(headOf(fresh.fd, false))
    fresh.beganEmpty = fresh.fingerprint.length === 0
    fresh.watch = file.watch
    fresh.isLeaving = file.isLeaving
    fresh.readAt = loop.now()
    file.watch = null
    file.isGone = true
    this.stopWaiting(file)
    const at = name?.files.indexOf(file) ?? -1
    if (name === undefined || at < 0) followed.old.add(fresh)
    else name.files.splice(at, 1, ...copies, fresh)
    followed.old.delete(file)
    if (file.underWay > 0) followed.old.add(file)
    if (name !== undefined) name.rotations += 1
    if (isFound) this.tellCopied(file, copies.length > 0)
    else this.tellTruncated(file, fresh.seen)
    // What was only seen may be of newer content, by which no copy of the old one would be known again.
    if (isFound || file.isSuspect) file.seen = isFound ? file.put : file.scanned
    if (rest === null) this.remember(file) // Else its copy is remembered, once that was read to its end.
    reader.ready(copies[0] ?? fresh)
  }

  /** A file can't be found any more: it was deleted or replaced while it was closed. */
  lose(file: TailedFile): void {
    const { followed, log } = this.to
    const name = followed.names.get(file.path)
    const lost = Math.max(file.seen, file.scanned) - file.offset
    if (name !== undefined) name.lost += lost
    if (lost > 0)
      log.warn({ file: file.path, lostBytes: lost }, `${file.path} vanished before its last ${lost} bytes were read`)
    file.isGone = true
    this.retire(file)
  }

  /** Let go of a file that nobody needs any more, or keep it until its ranges are over. */
  drop(file: TailedFile): void {
    const { followed } = this.to
    if (file.underWay > 0) {
      followed.old.add(file)
    } else {
      followed.old.delete(file)
      followed.open.close(file)
    }
  }

  /** End whatever is bound for a file. */
  unbind(file: TailedFile): void {
    this.stopWaiting(file)
    if (file.watch !== null) this.to.loop.inotifyRm(file.watch)
    file.watch = null
  }

  private stopWaiting(file: TailedFile): void {
    if (file.timer !== null) this.to.loop.cancel(file.timer)
    file.timer = null
  }

  /** It was waited for a leaving file. Whatever came meanwhile is read before it goes, however long that takes. */
  private waited(file: TailedFile): void {
    const { loop, options, reader, isPaused } = this.to
    file.timer = null
    const quietMs = loop.now() - file.readAt
    const size = fstatSync(file.fd).size
    if (file.isQueued || isPaused || size !== Math.max(file.scanned, file.seen) || quietMs < options.rotateWaitMs) {
      const restMs = Math.max(1, options.rotateWaitMs - Math.max(0, quietMs))
      const waitMs = isPaused ? Math.max(PAUSED_MS, options.rotateWaitMs) : restMs
      file.timer = loop.after(waitMs, () => this.waited(file))
      if (!file.isQueued) reader.ready(file)
    } else if (!this.handOver(file)) {
      const rest = cutRest(file, size, options.lineMax)
      if (rest !== null) this.to.piece(file, rest)
      this.retire(file)
    }
  }

  /** If the file has come under another name that is followed too, it goes on there, and isn't read twice. */
  private handOver(file: TailedFile): boolean {
    const { followed, loop } = this.to
    const name = followed.aliases.get(file.id)
    followed.aliases.delete(file.id)
    if (name === undefined || name.files.length > 0) return false
    const stat = statSync(name.path, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined || identityOf(stat.dev, stat.ino) !== file.id) return false
    this.removeFromName(file)
    followed.old.delete(file)
    file.path = name.path
    file.isLeaving = false
    name.files.push(file)
    name.isPolled = !loop.inotify || file.watch === null
    return true
  }

  private tellNotYet(file: TailedFile, error: Error): void {
    const { path, put, fault } = file
    file.fault = error.message
    if (fault === error.message) return
    const message = `an older file of ${path}, which is compressed, can't be read now: ${error.message}; it is tried again`
    this.to.log.warn({ file: path, readBytes: put, err: error }, message)
  }

  private tellCopied({ path, put }: TailedFile, hasMore: boolean): void {
    const what = hasMore ? 'what is left of its old content is read from its copy first' : 'its copy was read before'
    this.to.log.info({ file: path, readBytes: put, lostBytes: 0 }, `${path} was truncated: ${what}`)
  }

  /** `size` is how much it has now. */
  private tellTruncated({ path, put, scanned, seen, isSuspect }: TailedFile, size: number): void {
    const { followed, log } = this.to
    // What was only seen may be of newer content; so may what was read last, if it has grown beyond that.
    const hasGrown = isSuspect && size >= scanned
    const lost = hasGrown ? 0 : (isSuspect ? scanned : Math.max(seen, scanned)) - put
    const isUnknown = hasGrown || (isSuspect && seen > scanned)
    const fields = { file: path, readBytes: put, lostBytes: lost }
    const name = followed.names.get(path)
    if (name !== undefined) name.lost += lost
    if (name !== undefined && isUnknown) name.lossesUnknown += 1
    const how = 'was truncated and written anew before anybody looked'
    const what = `what it had behind byte ${put} is lost unread, ${lost > 0 ? `${lost} bytes at least` : 'if anything'}`
    if (isUnknown) log.warn(fields, `${path} ${how}: ${what}`)
    else if (lost > 0) log.warn(fields, `${path} was truncated before its last ${lost} bytes were read: they are lost`)
    else log.info(fields, `${path} was truncated: it is read from its beginning`)
  }

  private retire(file: TailedFile): void {
    const { followed, reader } = this.to
    if (!file.isGone) this.remember(file)
    this.unbind(file)
    this.removeFromName(file)
    if (followed.known.get(file.id) === file) followed.known.delete(file.id)
    reader.forget(file)
    this.drop(file)
  }

  /** A file must not be read again if another name of it comes to be followed, nor if a copy of it is found. */
  private remember(file: TailedFile): void {
    const mark = file.mark(true)
    if (mark.length > 0) this.to.followed.past.add(mark)
  }

  private removeFromName(file: TailedFile): void {
    const name = this.to.followed.names.get(file.path)
    const at = name?.files.indexOf(file) ?? -1
    if (name === undefined || at < 0) return
    name.files.splice(at, 1)
    const next = name.files[0]
    if (at === 0 && next !== undefined) this.to.reader.ready(next)
  }
}
