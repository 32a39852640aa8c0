/** What a batch has to read, also if an earlier run was killed in the middle of it. */
import { statSync } from 'node:fs'
import { DeadbeatError } from '../errors/index.js'
import type { FileMark, FilesMark } from './file-mark.js'
import { fingerprintOf } from './fingerprint.js'
import type { Entry } from './listing.js'
import type { FileLog } from './loop.js'
import { Patterns } from './patterns.js'
import { Search } from './search.js'
import { TailedFile } from './tailed-file.js'

/** The plan. */
export class BatchPlan {
  /** Bytes known to have been lost unread, by the path of their file. */
  readonly lost = new Map<string, number>()
  private readonly log: FileLog
  private readonly patterns: Patterns
  /** Files that an earlier run has begun or finished, in its order. */
  private readonly earlier: TailedFile[] = []
  /** The paths that these have now. */
  private readonly places = new Map<string, TailedFile>()
  /** The paths that they had. */
  private readonly marked = new Set<string>()

  constructor(filenames: readonly string[], log: FileLog) {
    this.log = log
    this.patterns = new Patterns(filenames)
  }

  /**
   * Find the files of an earlier run. Answers them: those that are over are leaving.
   *
   * @throws What looking into a directory throws.
   */
  async continueFrom(mark: FilesMark): Promise<readonly TailedFile[]> {
    const present = new Set((await this.patterns.expand()).paths)
    const isMeant = (path: string): boolean => present.has(path) || this.patterns.means(path)
    const search = new Search(mark.files, this.log)
    for (const one of mark.files) {
      if (isMeant(one.path)) this.find(one, search, present)
      else if (one.over !== true)
        this.log.info({ file: one.path }, `${one.path} isn't among the files to read any more`)
    }
    for (const path of mark.waiting ?? []) {
      if (!present.has(path) && this.patterns.means(path))
        this.log.error({ file: path }, `${path} was still to be read, and is gone`)
    }
    return this.earlier
  }

  /**
   * What is to be read, in order: what an earlier run has begun, then the paths.
   *
   * @throws {DeadbeatError} With code ENOENT, if a file doesn't exist or a pattern matches nothing.
   */
  async queue(): Promise<(string | TailedFile)[]> {
    const { paths, barren } = await this.patterns.expand()
    const missing = new Set(paths.filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined))
    const without = [...missing].filter((path) => !this.marked.has(path))
    if (this.marked.size === 0) without.push(...barren.map((pattern) => `${pattern} (matches nothing)`))
    if (without.length > 0) throw new DeadbeatError('ENOENT', `no such file: ${without.join(', ')}`)
    return [
      ...this.earlier.filter((file) => !file.isLeaving),
      ...paths.filter((path) => !missing.has(path) && !this.places.has(path)),
    ]
  }

  private find(mark: FileMark, search: Search, present: ReadonlySet<string>): void {
    this.marked.add(mark.path)
    const where = search.find(mark)
    const { found, before, newer } = where
    if (mark.over !== true) this.takeOthers(before, mark.path, search, present)
    if (found !== null) this.take(found, mark.path, mark)
    else if (mark.over !== true) this.lost.set(mark.path, search.tellLost(mark, where))
    if (mark.over !== true) this.takeOthers(newer, mark.path, search, present)
  }

  /** What else had a path meanwhile. */
  private takeOthers(entries: readonly Entry[], path: string, search: Search, present: ReadonlySet<string>): void {
    for (const entry of entries) {
      if (present.has(entry.path)) continue // It has its own place among the others.
      search.take(entry)
      if (entry.packing !== 'other') this.take(entry, path, null)
      else
        this.log.error({ file: entry.path }, `${entry.path}, which was ${path}, is lost unread: only gzip is unpacked`)
    }
  }

  private take(entry: Entry, path: string, mark: FileMark | null): void {
    const file = fileAt(entry, path, mark)
    this.earlier.push(file)
    this.places.set(entry.path, file)
  }
}

/** A file that was found, to be read from where an earlier run stopped; without a mark, from its beginning. */
export function fileAt(entry: Entry, path: string, mark: FileMark | null): TailedFile {
  const file = new TailedFile(path, entry.id, 0)
  file.birth = entry.birth
  file.since = mark === null ? entry.mtime : BigInt(mark.since)
  file.seen = entry.size
  file.isPacked = entry.packing === 'gzip'
  file.fingerprint = fingerprintOf(entry.head)
  file.isLeaving = mark?.over === true
  file.goOnAt(mark?.offset ?? 0)
  return file
}
