/** Watches directories for entries that come, go or change, also for directories that don't exist yet. */
import { dirname } from 'node:path'
import { IN } from 'inotify-ts'
import { codeOf, toError } from '../errors/index.js'
import { untoldFileSystem } from './file-system.js'
import type { FileLog, FileLoop, LoopBinding, WatchEvent } from './loop.js'

const ENTRIES = IN.CREATE | IN.MOVED_TO | IN.MOVED_FROM | IN.DELETE | IN.ATTRIB
const MASK = ENTRIES | IN.DELETE_SELF | IN.MOVE_SELF | IN.ONLYDIR

/** Who is told of changes. */
export interface DirectoryTarget {
  /** An entry of a directory came, went or changed. */
  entry(directory: string, event: WatchEvent): void
  /** Anything may have changed: directories came or went, or the kernel lost events. */
  anything(): void
}

/** The directories that are watched. */
export class DirectoryWatches {
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly target: DirectoryTarget
  private readonly watches = new Map<string, LoopBinding>()
  /** Directories that inotify can't tell everything of; they are looked at from time to time. */
  readonly polled = new Set<string>()

  constructor(loop: FileLoop, log: FileLog, target: DirectoryTarget) {
    this.loop = loop
    this.log = log
    this.target = target
  }

  /** Watch these directories too. Answers whether one of them is new. */
  add(directories: readonly string[]): boolean {
    let isNew = false
    for (const directory of directories) if (this.watch(directory)) isNew = true
    return isNew
  }

  /** Watch nothing any more. */
  close(): void {
    for (const watch of this.watches.values()) this.loop.inotifyRm(watch)
    this.watches.clear()
  }

  private watch(directory: string): boolean {
    if (this.watches.get(directory)?.live === true) return false
    if (!this.loop.inotify) {
      const isNew = !this.polled.has(directory)
      this.polled.add(directory)
      return isNew
    }
    try {
      const watch = this.loop.inotifyAdd(directory, MASK, (event) => this.heard(directory, event))
      this.watches.set(directory, watch)
    } catch (error) {
      const code = codeOf(error)
      // What is missing comes into being in the nearest directory that exists.
      if ((code === 'ENOENT' || code === 'ENOTDIR') && directory !== '/') return this.watch(dirname(directory))
      return this.poll(directory, `cannot be watched (${toError(error).message})`)
    }
    const kind = untoldFileSystem(directory)
    if (kind !== null) this.poll(directory, `lies on ${kind}, where inotify doesn't tell of every change`)
    return true
  }

  private poll(directory: string, reason: string): boolean {
    if (this.polled.has(directory)) return false
    this.polled.add(directory)
    this.log.warn({ directory }, `${directory} ${reason}: it is polled`)
    return true
  }

  private heard(directory: string, event: WatchEvent): void {
    if ((event.mask & (IN.DELETE_SELF | IN.MOVE_SELF | IN.IGNORED | IN.UNMOUNT | IN.Q_OVERFLOW)) !== 0) {
      const watch = this.watches.get(directory)
      // After a move the watch follows the directory, although its path leads elsewhere now.
      if (watch !== undefined && (event.mask & IN.Q_OVERFLOW) === 0) {
        this.watches.delete(directory)
        if (watch.live) this.loop.inotifyRm(watch)
      }
      this.target.anything()
    } else {
      this.target.entry(directory, event)
    }
  }
}
