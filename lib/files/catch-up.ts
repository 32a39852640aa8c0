/**
 * Takes up what an earlier run left: each of its files goes on where it stopped, whatever became of it since. What was
 * rotated meanwhile is read before the file that has the name now, the oldest first.
 */
import type { Arrivals } from './arrivals.js'
import type { FileMark, FilesMark } from './file-mark.js'
import { isCopy, isSameInode } from './find-again.js'
import { FollowedName, type Followed } from './followed-name.js'
import type { Entry } from './listing.js'
import type { FileLog } from './loop.js'
import { Patterns } from './patterns.js'
import { olderFirst } from './rotated-beside.js'
import { Search } from './search.js'
import type { TailedFile } from './tailed-file.js'

/** What catching up needs of the follower. */
export interface CatchUpTarget {
  readonly followed: Followed
  readonly arrivals: Arrivals
  readonly log: FileLog
  readonly reader: { ready(file: TailedFile): void }
  readonly options: { readonly filenames: readonly string[] }
}

/** What an earlier run left, and how it is taken up. */
export class CatchUp {
  private readonly to: CatchUpTarget
  private readonly marked = new Map<string, FollowedName>()
  /** Paths that the earlier run would have read from their beginning, had they come while it ran; null: all. */
  private expected: ReadonlySet<string> | null = new Set()

  constructor(to: CatchUpTarget) {
    this.to = to
  }

  /**
   * Find the files.
   *
   * @throws What opening a file throws that has lost its name, as it would be lost if it weren't read now.
   */
  async from({ filenames, files }: FilesMark): Promise<void> {
    const { log, options } = this.to
    const patterns = new Patterns(options.filenames)
    const isSame = filenames.join('\0') === options.filenames.join('\0')
    this.expected = isSame ? null : new Set((await new Patterns(filenames).expand()).paths)
    const present = isSame ? null : new Set((await patterns.expand()).paths)
    const literals = new Set(patterns.literals)
    const search = new Search(files, log)
    for (const [path, marks] of byPath(files)) {
      if (present === null || present.has(path) || patterns.means(path)) {
        this.take(new FollowedName(path, literals.has(path)), marks, search)
      } else if (marks.some(({ over }) => over !== true)) {
        log.info({ file: path }, `${path} isn't among the files to read any more: how far it was read is forgotten`)
      }
    }
  }

  /** Whether a path that is found at the start came while nobody ran, or is known: then it isn't begun at its end. */
  isOld(path: string): boolean {
    return this.expected === null || this.expected.has(path) || this.marked.has(path)
  }

  /** Be told of what happens to the files. */
  bind(): void {
    for (const name of this.marked.values())
      for (const file of name.files) if (!file.isPacked) this.bindFile(name, file)
  }

  /** Begin with those that have lost their names, and look at those that are empty still. */
  begin(): void {
    for (const { files } of this.marked.values())
      if (files[0]?.isLeaving === true || files[0]?.scanned === 0) this.to.reader.ready(files[0])
  }

  private bindFile(name: FollowedName, file: TailedFile): void {
    const { arrivals, followed, reader } = this.to
    try {
      arrivals.bind(name, file, followed.open.descriptor(file))
    } catch {
      reader.ready(file) // Reading it will fail, too, and be reported.
    }
  }

  private take(name: FollowedName, marks: readonly FileMark[], search: Search): void {
    const { followed } = this.to
    const order = olderFirst(name.path)
    let newer: readonly Entry[] = []
    /** What came after files that aren't found: of one that was empty when it was marked, it may be that one. */
    let unplaced: readonly Entry[] = []
    let isRotated = false
    for (const [i, mark] of marks.entries()) {
      if (mark.over === true) {
        followed.past.add(mark)
        continue
      }
      followed.names.set(name.path, name)
      this.marked.set(name.path, name)
      const where = search.find(mark)
      const { found, before } = where
      newer = where.newer
      if (found === null) {
        unplaced = unite(unplaced, newer)
        isRotated = true
        name.lost += search.tellLost(mark, where)
        continue
      }
      const others = without(unite(unplaced, before), [found])
      const older = others.filter((entry) => found.path === name.path || order(entry, found) < 0).sort(order)
      unplaced = without(others, older)
      isRotated = older.length > 0 || newer.length > 0 || found.path !== name.path
      this.takeAll(name, older, search)
      this.takeMarked(name, found, before.length === 0 ? mark : { ...mark, since: String(found.mtime) })
      const since = isSameInode(found, mark) ? [] : ownBehind(newer, mark, marks.slice(i + 1))
      this.takeAll(name, since, search)
      newer = without(newer, since)
      unplaced = without(unplaced, since)
    }
    this.takeAll(name, unite(unplaced, newer), search)
    if (this.marked.has(name.path) && name.current === undefined) this.takeNew(name, search)
    this.tellRotated(name, isRotated)
  }

  /** What has the name now is taken in at once: it may be rotated before the start is through. */
  private takeNew(name: FollowedName, search: Search): void {
    const entry = search.takePresent(name.path)
    if (entry === null) return
    try {
      this.takeIn(name, entry, null)
    } catch {
      // It is begun when it can be read.
    }
  }

  private takeAll(name: FollowedName, entries: readonly Entry[], search: Search): void {
    for (const entry of entries) {
      search.take(entry)
      this.takeIn(name, entry, null)
    }
  }

  private tellRotated(name: FollowedName, isRotated: boolean): void {
    const { path, files, current } = name
    const old = files.filter(({ isLeaving }) => isLeaving).length
    if (old === 0 || !isRotated) return
    // Without a file that has the name now, the last of them is counted when there is one.
    name.rotations += current === undefined ? old - 1 : old
    const what = old === 1 ? 'its old file is' : `${old} old files are`
    const message = `${path} was rotated while nobody followed it: ${what} read to the end first`
    this.to.log.info({ file: path, oldFiles: old }, message)
  }

  /** A file that has lost its name. */
  private takeIn(name: FollowedName, entry: Entry, mark: FileMark | null): void {
    const { arrivals, log } = this.to
    if (entry.packing === 'other') {
      log.error({ file: entry.path }, `${entry.path}, which was ${name.path}, is lost unread: only gzip is unpacked`)
      return
    }
    const file = arrivals.takeIn(name, entry, mark)
    if (file === null)
      log.error({ file: entry.path }, `${entry.path}, which was ${name.path}, vanished before it was read`)
    else name.files.push(file)
  }

  /** What was read. If it has the name still and can't be opened now, it is tried again like any other. */
  private takeMarked(name: FollowedName, entry: Entry, mark: FileMark): void {
    try {
      this.takeIn(name, entry, mark)
    } catch (error) {
      if (entry.path !== name.path) throw error
      this.to.followed.past.add(mark)
    }
  }
}

/** The files of both, each once. */
function unite(some: readonly Entry[], others: readonly Entry[]): Entry[] {
  return [...new Map([...some, ...others].map((entry) => [entry.id, entry])).values()]
}

/** Of what is newer than the copy of a file's old content: what the file has, or had, before what is marked later came. */
function ownBehind(newer: readonly Entry[], mark: FileMark, later: readonly FileMark[]): Entry[] {
  const [next] = later
  const isOwn = (entry: Entry): boolean =>
    isSameInode(entry, mark) || (next !== undefined && entry.mtime <= BigInt(next.since))
  const some = newer.filter((entry) => !later.some((one) => isCopy(entry, one)))
  return some.slice(0, some.findLastIndex(isOwn) + 1)
}

function without(entries: readonly Entry[], some: readonly Entry[]): Entry[] {
  const ids = new Set(some.map(({ id }) => id))
  return entries.filter(({ id }) => !ids.has(id))
}

function byPath(marks: readonly FileMark[]): Map<string, FileMark[]> {
  const paths = new Map<string, FileMark[]>()
  for (const mark of marks) {
    const ofPath = paths.get(mark.path)
    if (ofPath === undefined) paths.set(mark.path, [mark])
    else ofPath.push(mark)
  }
  return paths
}
