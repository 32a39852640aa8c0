/** Reads each file that comes into a directory, and puts it away when all of it is over. */
import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { IN } from 'inotify-ts'
import { codeOf, toError } from '../errors/index.js'
import { fileAt } from './batch-plan.js'
import type { ChunkOptions } from './chunk-reader.js'
import type { Piece } from './cut-chunk.js'
import { FileBatch } from './file-batch.js'
import type { FileMark, FilesMark } from './file-mark.js'
import { findInode } from './find-again.js'
import { Listings } from './listing.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'
import { putAway } from './put-away.js'
import { isTemporary } from './spool-names.js'
import type { TailedFile } from './tailed-file.js'

/** How a spool is read. */
export interface SpoolReadOptions extends ChunkOptions {
  readonly directory: string
  /** Where files are moved to; null: they are removed. */
  readonly doneDirectory: string | null
  /** What makes a file ready: that it was moved into the directory, or also that its writer closed it. */
  readonly ready: 'moved' | 'closed'
  readonly order: 'name' | 'mtime'
  readonly pollMs: number
}

/** After how long it is asked again whether a file may be put away. */
const AGAIN_MS = 1000

/** The reader of one spool. */
export class SpoolReader {
  /** Reads the files, one after another. */
  readonly batch: FileBatch
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly options: SpoolReadOptions
  /** Names that were begun and are not put away yet. */
  private readonly begun = new Set<string>()
  private unbind: () => void = () => undefined
  /** Files that an earlier run has begun. */
  private earlier: TailedFile[] = []
  /** Files of which everything is over. */
  private over: TailedFile[] = []
  private isWaiting = false
  private isLooking = false
  private isStale = false
  private isClosed = false
  private readonly whenStored: (then: (isStored: boolean) => void) => void
  private again: LoopBinding | null = null

  /** `whenStored` tells when no check-point asks any more for what is over now, or false if that can't be said now. */
  constructor(
    loop: FileLoop,
    log: FileLog,
    options: SpoolReadOptions,
    give: (file: TailedFile, piece: Piece) => void,
    whenStored: (then: (isStored: boolean) => void) => void = (then) => then(true),
  ) {
    this.loop = loop
    this.log = log
    this.options = { ...options, directory: resolve(options.directory) }
    this.whenStored = whenStored
    this.batch = new FileBatch(
      loop,
      log,
      { ...options, filenames: [] },
      {
        piece: give,
        ended: () => undefined, // More may come at any time.
        settled: (file) => this.settled(file),
        failed: (error, path) => {
          if (codeOf(error) === 'ENOENT') {
            log.info({ file: path }, `${path} is gone: somebody has taken it, or it was put away when it was listed`)
            this.begun.delete(basename(path)) // Another may come under its name.
          } else log.error({ file: path, err: error }, `${error.message}; it is left where it is`)
          loop.enqueue(() => this.batch.next()) // Not at once: of thousands that fail each would call the next.
        },
      },
    )
  }

  /** How far everything was read. What is over stands in it until it is put away. */
  mark(): FilesMark {
    return { version: 1, filenames: [this.options.directory], files: this.batch.mark().files }
  }

  /**
   * Before start: find what an earlier run has begun.
   *
   * @throws What looking into the directory throws.
   */
  continueFrom(mark: FilesMark): void {
    const listings = new Listings()
    for (const file of mark.files) this.findAgain(file, listings)
  }

  /** @throws What watching or reading the directory throws. */
  async start(): Promise<void> {
    const { doneDirectory, pollMs } = this.options
    if (doneDirectory !== null) await mkdir(doneDirectory, { recursive: true })
    if (this.isClosed) return
    if (this.loop.inotify) {
      this.watch()
    } else {
      // While it still looks another look has nothing to add: the next one comes.
      const timer = this.loop.every(pollMs, () => {
        if (!this.isLooking) this.lookAgain()
      })
      this.unbind = () => void this.loop.cancel(timer)
    }
    this.batch.begin()
    for (const file of this.earlier.splice(0)) if (!file.isLeaving) this.batch.add(file)
    await this.look()
  }

  /** Read no more. */
  async close(): Promise<void> {
    this.isClosed = true
    this.unbind()
    if (this.again !== null) this.loop.cancel(this.again)
    await this.batch.close()
  }

  private watch(): void {
    const { directory, ready } = this.options
    const mask = IN.MOVED_TO | (ready === 'closed' ? IN.CLOSE_WRITE : 0) | IN.ONLYDIR
    const watch = this.loop.inotifyAdd(directory, mask, (event) => {
      if ((event.mask & IN.Q_OVERFLOW) !== 0) this.lookAgain()
      else if ((event.mask & IN.IGNORED) !== 0)
        this.log.error({ directory }, `${directory} was removed: nothing more can come`)
      else if ((event.mask & IN.ISDIR) === 0) this.take(event.name)
    })
    this.unbind = () => void this.loop.inotifyRm(watch)
  }

  private lookAgain(): void {
    this.look().catch((error: unknown) => {
      const { directory } = this.options
      this.log.error({ directory, err: error }, `cannot look into ${directory}: ${toError(error).message}`)
    })
  }

  /** One look at a time, however slow the directory is: who asks for one meanwhile gets another behind it. */
  private async look(): Promise<void> {
    this.isStale = true
    if (this.isLooking) return
    this.isLooking = true
    try {
      while (this.isStale && !this.isClosed) {
        this.isStale = false
        for (const name of await this.list()) this.take(name)
      }
    } finally {
      this.isLooking = false
    }
  }

  /** The names of the files that are there, in the order in which they are read. */
  private async list(): Promise<string[]> {
    const { directory, order } = this.options
    const entries = await readdir(directory, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    names.sort()
    if (order === 'mtime') {
      const times = new Map<string, number>()
      for (const name of names) times.set(name, await mtimeOf(join(directory, name)))
      names.sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))
    }
    return names
  }

  private take(name: string): void {
    if (isTemporary(name) || this.begun.has(name)) return
    this.begun.add(name)
    this.batch.add(join(this.options.directory, name))
  }

  private findAgain(mark: FileMark, listings: Listings): void {
    const { path, offset, size = offset } = mark
    if (dirname(path) !== this.options.directory) {
      this.log.info({ file: path }, `${path} doesn't lie in the directory any more that is read: it is left alone`)
      return
    }
    const entry = findInode(mark, listings.around(path))
    if (entry !== null) {
      const file = fileAt(entry, entry.path, mark)
      this.begun.add(basename(entry.path))
      this.batch.know(file)
      this.earlier.push(file)
    } else if (mark.over !== true) {
      const message = `${path}, read up to byte ${offset}, is gone: at least ${size - offset} bytes of it are lost unread`
      this.log.error({ file: path, readBytes: offset, lostBytes: size - offset }, message)
    }
  }

  /** All of a file is over. It is put away once no check-point is left that would ask for it. */
  private settled(file: TailedFile): void {
    this.over.push(file)
    this.ask()
  }

  private ask(): void {
    if (this.isWaiting || this.over.length === 0) return
    this.isWaiting = true
    const files = this.over.splice(0)
    this.whenStored((isStored) => {
      this.isWaiting = false
      if (isStored) {
        for (const one of files) this.putAway(one)
        this.ask()
        return
      }
      this.over.unshift(...files)
      this.again ??= this.loop.after(AGAIN_MS, () => {
        this.again = null
        this.ask()
      })
    })
  }

  private putAway(file: TailedFile): void {
    const { doneDirectory } = this.options
    const name = basename(file.path)
    try {
      const what = putAway(file, doneDirectory)
      if (typeof what === 'object') {
        this.batch.readOn(file, what.fd) // Its writer has appended to it since it was read.
        return
      }
      this.batch.forget(file)
      this.begun.delete(name)
      if (what === 'other') this.take(name) // Moved over it, or written into it, and still to be read.
    } catch (error) {
      const what = doneDirectory === null ? 'removed' : `moved to ${doneDirectory}`
      const message = `${file.path} was read and can't be ${what}: ${toError(error).message}; without check-points it is read again after a restart`
      this.log.error({ file: file.path, err: error }, message)
    }
  }
}

async function mtimeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return 0 // It is gone; opening it will say so.
  }
}
