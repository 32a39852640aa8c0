/**
 * Files that had a name for so short a time that nobody saw them under it, as when it is rotated twice while this
 * process is stopped. inotify tells of each file that comes to have a name; if the one that has it was told of before,
 * there was another in between. It is looked for where rotations leave what had the name, and read in its order.
 */
import { fstatSync, statSync } from 'node:fs'
import { toError } from '../errors/index.js'
import type { Arrivals } from './arrivals.js'
import type { Departures } from './departures.js'
import type { FileMark } from './file-mark.js'
import { findAgain, isSameInode, type Whereabouts } from './find-again.js'
import { NO_FINGERPRINT } from './fingerprint.js'
import type { Followed, FollowedName } from './followed-name.js'
import { knownBeside } from './known-contents.js'
import { Listings, type Entry, type Listing } from './listing.js'
import type { FileLog, FileLoop } from './loop.js'
import { olderFirst, rotatedBeside } from './rotated-beside.js'
import { holdsBeginningOf } from './same-content.js'
import { identityOf, type TailedFile } from './tailed-file.js'

/** What is needed of the follower. */
export interface UnseenTarget {
  readonly followed: Followed
  readonly arrivals: Arrivals
  readonly departures: Pick<Departures, 'truncated'>
  readonly reader: { ready(file: TailedFile): void }
  readonly loop: Pick<FileLoop, 'wall'>
  readonly log: FileLog
}

/** The files that nobody saw. */
export class UnseenFiles {
  private readonly to: UnseenTarget
  /** What was born before, in ns, had its name when nobody looked. */
  private readonly since: bigint

  constructor(to: UnseenTarget) {
    this.to = to
    this.since = BigInt(Math.floor(to.loop.wall())) * 1_000_000n
  }

  /** inotify told that a file came to have a name, which was looked at since. */
  told(name: FollowedName): void {
    if (name.isUntold) {
      name.isUntold = false
    } else if (name.foundAhead > 0) {
      name.foundAhead -= 1
    } else if (name.fault === '' && !this.isElsewhere(name)) {
      const count = this.seek(name, new Listings())
      if (count === 0) this.tellLost(name, `a file was ${name.path} for a moment, and is gone before anybody looked`)
      else name.foundAhead = count - 1
    }
  }

  /** Look for files that had a name before the one that has it now, and after the one before. Answers how many. */
  seek(name: FollowedName, listings: Listings): number {
    const before = this.before(name)
    const isKnown = knownBeside(name.path, this.to.followed)
    const between = listings.look(name.path, (listing) =>
      before === undefined
        ? rotatedBeside(name.path, listing).filter((entry) => entry.birth > this.since && !isKnown(entry))
        : behindLast(before, listing, findAgain(before, listing, isKnown)),
    )
    const count = this.insert(name, name.current, between)
    const what = count === 1 ? 'the file in between is' : `the ${count} files in between are`
    const message = `${name.path} was rotated more than once unseen: ${what} read in order`
    if (count > 0) this.to.log.info({ file: name.path, oldFiles: count }, message)
    return count
  }

  /** A file was found empty: if it was written to since it was begun, what it had may be in copies that were made of it. */
  foundEmpty(file: TailedFile): void {
    const name = this.to.followed.names.get(file.path)
    const { mtimeNs, size } = fstatSync(file.fd, { bigint: true })
    if (name?.files.includes(file) !== true || size > 0n || mtimeNs <= file.since) return
    const before = this.copiesSince(file)
    file.since = mtimeNs
    file.fingerprint = NO_FINGERPRINT // What was seen of it while it waited is in one of them.
    const count = this.insert(name, file, before)
    const message = `${file.path} was written and truncated unseen: what it had is read from ${count} of its copies`
    if (count > 0) this.to.log.info({ file: file.path, oldFiles: count }, message)
    else this.tellLost(name, `${file.path} was written and truncated, or truncated only, before anybody looked`)
  }

  /**
   * A file that was empty when it was begun has something now, of which nothing was read. Whether that isn't what it had first, as it
   * was copied and truncated while it waited: then its copies come first, and it is begun anew behind them.
   */
  isBehindCopies(file: TailedFile): boolean {
    const { departures, followed } = this.to
    file.beganEmpty = false
    const name = followed.names.get(file.path)
    if (name?.files.includes(file) !== true || file.put > 0) return false
    if (fstatSync(file.fd, { bigint: true }).mtimeNs <= file.since) return false
    // One that the file begins with now is of what it has still, before it is truncated.
    const old = this.copiesSince(file).filter((entry) => !holdsBeginningOf(file.fd, entry))
    const later = old.map((entry) => this.takeIn(name, entry)).filter((copy) => copy !== null)
    if (later.length === 0) return false
    file.fingerprint = NO_FINGERPRINT // It is of what is read yet.
    departures.truncated(file, { rest: null, later, isFound: true })
    return true
  }

  /** The copies that were made of a file since it was begun, the oldest first, but for those that are known. */
  private copiesSince(file: TailedFile): readonly Entry[] {
    const isKnown = knownBeside(file.path, this.to.followed)
    const sought = { ...file.mark(), ...NO_FINGERPRINT, offset: 0 }
    return new Listings().look(file.path, (listing) => findAgain(sought, listing, isKnown)).before
  }

  /** Put files before another one of a name, or behind all. Answers how many can be read. */
  private insert(name: FollowedName, next: TailedFile | undefined, entries: readonly Entry[]): number {
    const { files } = name
    const found = entries.map((entry) => this.takeIn(name, entry)).filter((file) => file !== null)
    files.splice(next === undefined ? files.length : files.indexOf(next), 0, ...found)
    name.rotations += found.length
    if (found[0] !== undefined && files[0] === found[0]) this.to.reader.ready(found[0])
    return found.length
  }

  /** Take it in. Null, and an error in the log, if it can't be read. */
  private takeIn(name: FollowedName, entry: Entry): TailedFile | null {
    const { arrivals, followed, log } = this.to
    let why = entry.packing === 'other' ? 'only gzip is unpacked' : 'it is gone'
    try {
      const file = entry.packing === 'other' ? null : arrivals.takeIn(name, entry, null)
      if (file?.isPacked === false) arrivals.bind(name, file, followed.open.descriptor(file))
      if (file !== null) return file
    } catch (error) {
      why = toError(error).message
    }
    name.lossesUnknown += 1
    log.error({ file: entry.path }, `${entry.path}, which was ${name.path} for a moment, is lost unread: ${why}`)
    return null
  }

  /** The file that had the name before the one that has it now, as far as is known. */
  private before({ path, files, current }: FollowedName): FileMark | undefined {
    const { old, past } = this.to.followed
    const waiting = files.filter((file) => file !== current).at(-1)
    const left = waiting ?? [...old].filter((file) => file.path === path && !file.isGone).at(-1)
    return left?.mark() ?? [...past.all()].filter((mark) => mark.path === path).at(-1)
  }

  /** Whether the file that has the name is followed under another one. */
  private isElsewhere({ path }: FollowedName): boolean {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    const file = stat === undefined ? undefined : this.to.followed.known.get(identityOf(stat.dev, stat.ino))
    return file !== undefined && file.path !== path
  }

  private tellLost(name: FollowedName, how: string): void {
    name.lossesUnknown += 1
    this.to.log.warn({ file: name.path }, `${how}: what was in it is lost unread, if anything`)
  }
}

/**
 * What came after a file. If that was copied and truncated before it lost its name, what is older than what it has now is
 * its own, and is found when it is read.
 */
function behindLast(before: FileMark, listing: Listing, { found, newer }: Whereabouts): readonly Entry[] {
  const own = listing.withId(before.id)
  if (own === null || own.id === found?.id || !isSameInode(own, before)) return newer
  const order = olderFirst(before.path)
  return newer.filter((entry) => order(own, entry) < 0)
}
