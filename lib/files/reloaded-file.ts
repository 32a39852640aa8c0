/** A file that is read whole, and read again whenever it changes: tables, lists and databases that others keep up to date. */
import { lstatSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { IN } from 'inotify-ts'
import { ConfigError, toError } from '../errors/index.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'

const MASK = IN.CLOSE_WRITE | IN.MOVED_TO | IN.CREATE | IN.DELETE | IN.DELETE_SELF | IN.MOVE_SELF | IN.ONLYDIR
/** A writer may close a file several times, and a directory may be busy with others. */
const SETTLE_MS = 100
/** How often a file is looked at that nobody tells of: without inotify, or where its name leads elsewhere. */
const POLL_MS = 10_000

/** Which file, and what becomes of its bytes. */
export interface ReloadedFileOptions<T> {
  /** The setting that names the file, for messages. */
  readonly setting: string
  readonly path: string
  readonly bytesMax: number
  /** Makes the value of the bytes. What it throws is what is wrong with the file. */
  readonly load: (bytes: Buffer) => T
}

/**
 * What a file holds, as of now. A file that can't be read or is wrong when it changes is told in the log, and what it
 * held before stays.
 *
 * It is watched by its directory, since most files are replaced by others of their name. Bytes are read in one go: a
 * file that is being written is read again when it is closed.
 *
 * @example
 * const file = new ReloadedFile(testTrain().esc, { info() {}, warn() {}, error() {} },
 *   { setting: 'file', path: '/nowhere', bytesMax: 100, load: String })
 * assert.throws(() => file.open(), /file: cannot read \/nowhere: ENOENT/)
 */
export class ReloadedFile<T> {
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly options: ReloadedFileOptions<T>
  private held: { readonly value: T } | null = null
  private stamp = ''
  private watch: LoopBinding | null = null
  private timer: LoopBinding | null = null
  private poll: LoopBinding | null = null

  constructor(loop: FileLoop, log: FileLog, options: ReloadedFileOptions<T>) {
    this.loop = loop
    this.log = log
    this.options = options
  }

  /** What it holds; null before it was opened. */
  get value(): T | null {
    return this.held === null ? null : this.held.value
  }

  /**
   * Read it, and watch it from now on.
   *
   * @throws {ConfigError} If it can't be read, or is wrong.
   */
  open(): void {
    const { setting, path } = this.options
    this.await() // Before it is read, so that no change falls between.
    try {
      this.stamp = stampOf(path)
      this.held = { value: this.read() }
    } catch (error) {
      this.close()
      throw new ConfigError([`${setting}: cannot read ${path}: ${toError(error).message}`], { cause: error })
    }
  }

  /** Watch it no more. What it held stays. */
  close(): void {
    if (this.watch?.live === true) this.loop.inotifyRm(this.watch)
    for (const timer of [this.timer, this.poll]) if (timer !== null) this.loop.cancel(timer)
    this.watch = this.timer = this.poll = null
  }

  /** Look whether it has changed, and read it if it has. */
  check(): void {
    const { path } = this.options
    try {
      const stamp = stampOf(path)
      if (stamp === this.stamp) return
      this.stamp = stamp // Also of a wrong file: it is told once.
      this.held = { value: this.read() }
    } catch (error) {
      this.log.warn({ path, err: error }, `cannot read ${path} anew: what it held before stays in use`)
      return
    }
    this.log.info({ path }, `${path} has changed: it was read anew`)
  }

  private read(): T {
    const { path, bytesMax, load } = this.options
    const { size } = statSync(path)
    if (size > bytesMax) throw new RangeError(`it must have at most ${bytesMax} bytes: it has ${size}`)
    return load(readFileSync(path))
  }

  private await(): void {
    const { path } = this.options
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    if (this.loop.inotify) {
      try {
        this.watch = this.loop.inotifyAdd(dirname(path), MASK, (event) => this.heard(event.mask))
      } catch (error) {
        const directory = dirname(path)
        this.log.warn({ directory, err: error }, `cannot watch ${directory}: ${path} is looked at now and then`)
      }
    }
    if (this.watch === null || isLink) this.poll ??= this.loop.every(POLL_MS, () => this.check())
  }

  private heard(mask: number): void {
    if ((mask & (IN.DELETE_SELF | IN.MOVE_SELF | IN.IGNORED | IN.UNMOUNT)) !== 0) {
      // The directory has gone: perhaps another comes.
      if (this.watch?.live === true) this.loop.inotifyRm(this.watch)
      this.poll ??= this.loop.every(POLL_MS, () => this.check())
      return
    }
    this.timer ??= this.loop.after(SETTLE_MS, () => {
      this.timer = null
      this.check()
    })
  }
}

/** What differs once a file is another or has changed. */
function stampOf(path: string): string {
  const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true })
  return [dev, ino, size, mtimeNs].join()
}
