/** Finds the files that a list of paths and patterns means, now and whenever a directory changes. */
import { dirname, join } from 'node:path'
import { IN } from 'inotify-ts'
import { toError } from '../errors/index.js'
import { DirectoryWatches, type DirectoryTarget } from './directory-watches.js'
import type { FileLog, FileLoop, LoopBinding, WatchEvent } from './loop.js'
import { Patterns } from './patterns.js'

/** Who is told of files. */
export interface FinderTarget {
  /** These files exist, or are named and waited for. Told again and again; `isFirst` the first time. */
  found(paths: readonly string[], literals: ReadonlySet<string>, isFirst: boolean): void
  /** Something happened to this path; `hasCome`: a file came to have it. Answers whether it is known. */
  changed(path: string, hasCome: boolean): boolean
}

/** The finder. */
export class FileFinder implements DirectoryTarget {
  /** Whether nothing is looked for any more. */
  isClosed = false
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly rescanMs: number
  private readonly target: FinderTarget
  private readonly patterns: Patterns
  private readonly literals: ReadonlySet<string>
  private readonly directories: DirectoryWatches
  private timer: LoopBinding | null = null
  private isScanning = false
  private scanning: Promise<void> | null = null
  private isStale = false

  constructor(loop: FileLoop, log: FileLog, filenames: readonly string[], rescanMs: number, target: FinderTarget) {
    this.loop = loop
    this.log = log
    this.rescanMs = rescanMs
    this.target = target
    this.patterns = new Patterns(filenames)
    this.literals = new Set(this.patterns.literals)
    this.directories = new DirectoryWatches(loop, log, this)
  }

  /**
   * Look for the first time. Answers what matches nothing: patterns, and paths that don't exist are the caller's to see.
   * Binds nothing, and answers nothing, if it is closed meanwhile.
   */
  async start(): Promise<readonly string[]> {
    // Watched first and read afterwards: what comes into being in between is seen twice, not never.
    const first = await this.patterns.expand()
    if (this.isOver()) return []
    this.directories.add(first.directories)
    const { paths, directories, barren } = await this.patterns.expand()
    if (this.isOver()) return []
    if (this.directories.add(directories)) this.rescan()
    this.target.found(paths, this.literals, true)
    if (this.directories.polled.size > 0) this.timer = this.loop.every(this.rescanMs, () => this.rescan())
    return barren
  }

  /** Look no more. Resolves once no directory is being read any more. */
  async close(): Promise<void> {
    this.isClosed = true
    this.directories.close()
    if (this.timer !== null) this.loop.cancel(this.timer)
    await this.scanning
  }

  entry(directory: string, event: WatchEvent): void {
    const path = join(directory, event.name)
    const isNew = (event.mask & (IN.CREATE | IN.MOVED_TO)) !== 0
    const isDirectory = (event.mask & IN.ISDIR) !== 0
    if (this.target.changed(path, isNew && !isDirectory)) return
    if (isNew && (isDirectory || this.patterns.hasPatterns || this.isOnTheWay(path))) this.rescan()
  }

  anything(): void {
    this.rescan()
  }

  /** Look at everything again soon: once, however often it is asked for meanwhile. */
  rescan(): void {
    this.isStale = true
    if (this.isScanning || this.isClosed) return
    this.isScanning = true
    this.loop.enqueue(() => void (this.scanning = this.scan()))
  }

  /** Asked anew after each await, as it may have changed. */
  private isOver(): boolean {
    return this.isClosed
  }

  private async scan(): Promise<void> {
    try {
      while (this.isStale && !this.isOver()) {
        this.isStale = false
        const { paths, directories } = await this.patterns.expand()
        if (this.isOver()) return
        if (this.directories.add(directories)) this.isStale = true
        this.target.found(paths, this.literals, false)
      }
    } catch (error) {
      this.log.error({ err: error }, `cannot look for files: ${toError(error).message}; tried again at the next change`)
    } finally {
      this.isScanning = false
    }
  }

  /** Whether a link to a directory, which comes without ISDIR, leads to a path that is waited for. */
  private isOnTheWay(path: string): boolean {
    for (const literal of this.literals) if (dirname(literal).startsWith(path)) return true
    return false
  }
}
