/** Writes lines into a directory as files that appear there whole: written under `tmp/`, then renamed. */
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import type { AppendTarget } from './append-options.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'
import { Seals } from './seals.js'
import { SpoolNames, isSpoolName } from './spool-names.js'
import { syncDirectoriesTo, syncDirectory } from './sync-directory.js'

/** How a spool is written. */
export interface SpoolOptions {
  readonly directory: string
  /** What the names end in. */
  readonly suffix: string
  readonly mode: number
  /** When a file is complete: with so many lines, with so many characters, or so long after its first line. */
  readonly linesMax: number
  readonly bytesMax: number
  readonly ageMs: number
  /** Whether a file is synced to the disk before it appears. */
  readonly sync: boolean
  /** How many complete files may wait to be written. */
  readonly filesMax: number
  readonly retryMs: number
  readonly retriesMax: number
}

/** A file is written in one go: of one that is older than this the writer is dead. What was in it came again. */
const OLD_MS = 3_600_000

interface SpoolFile {
  readonly name: string
  readonly text: string
  /** The position behind its last line. */
  readonly end: number
}

/** The spool. Positions count lines. */
export class SpoolWriter {
  flushed = 0
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly options: SpoolOptions
  private readonly target: AppendTarget
  private readonly names: SpoolNames
  private readonly seals = new Seals<number>()
  private readonly complete: SpoolFile[] = []
  private text = ''
  private lines = 0
  private taken = 0
  private timer: LoopBinding | null = null
  private retry: LoopBinding | null = null
  private isWriting = false
  private isGivenUp = false
  private failures = 0
  private whenEmpty: (() => void) | null = null

  constructor(loop: FileLoop, log: FileLog, options: SpoolOptions, target: AppendTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.names = new SpoolNames({ wall: () => loop.wall(), pid: process.pid, suffix: options.suffix })
  }

  /** Make the directories, and remove what runs have left in `tmp` that were killed while they wrote. */
  async open(): Promise<void> {
    const tmp = join(this.options.directory, 'tmp')
    await mkdir(tmp, { recursive: true })
    if (this.options.sync) syncDirectoriesTo(tmp)
    // Should it be gone already, writing will tell.
    const left = await readdir(tmp).catch(() => [])
    for (const name of left) if (isSpoolName(name)) await this.removeOld(join(tmp, name))
  }

  /** Take a line, with its end. */
  append(line: string): void {
    const { linesMax, bytesMax, ageMs } = this.options
    this.text += line
    this.lines += 1
    this.taken += 1
    if (this.lines >= linesMax || this.text.length >= bytesMax) this.finishFile()
    else this.timer ??= this.loop.after(ageMs, this.finishFile)
  }

  position(): number {
    return this.taken
  }

  full(): boolean {
    return this.failures > 0 || this.isGivenUp || this.complete.length >= this.options.filesMax
  }

  /** Complete the file; tell how many lines were taken so far, once they are in the directory. */
  seal(then: (length: number) => void): void {
    if (this.flushed === this.taken) {
      then(this.taken)
      return
    }
    this.seals.add(this.taken, then)
    this.finishFile()
  }

  /** Write everything. Ends too when it was given up. */
  async close(): Promise<void> {
    this.finishFile()
    if (this.flushed < this.taken && !this.isGivenUp) await new Promise<void>((resolve) => (this.whenEmpty = resolve))
  }

  /** Try no more, whatever is left. */
  release(): void {
    for (const timer of [this.timer, this.retry]) if (timer !== null) this.loop.cancel(timer)
    this.timer = this.retry = null
  }

  private async removeOld(path: string): Promise<void> {
    try {
      if ((await stat(path)).mtimeMs < this.loop.wall() - OLD_MS) await rm(path)
    } catch (error) {
      // Another run that starts has removed it.
      if (codeOf(error) !== 'ENOENT') this.log.warn({ file: path, err: error }, `cannot remove ${path}, which is old`)
    }
  }

  private readonly finishFile = (): void => {
    if (this.timer !== null) this.loop.cancel(this.timer)
    this.timer = null
    if (this.lines === 0) return
    this.complete.push({ name: this.names.next(), text: this.text, end: this.taken })
    this.text = ''
    this.lines = 0
    if (!this.isWriting) void this.write()
  }

  private async write(): Promise<void> {
    this.isWriting = true
    for (let file = this.complete[0]; file !== undefined; file = this.complete[0]) {
      try {
        await this.writeFile(file)
      } catch (error) {
        this.failed(toError(error))
        return
      }
      this.complete.shift()
      this.failures = 0
      this.flushed = file.end
      this.seals.wrote(this.flushed, () => this.flushed)
      this.seals.reached(this.flushed)
      this.target.flushed()
    }
    this.isWriting = false
    if (this.flushed === this.taken) this.whenEmpty?.()
  }

  private async writeFile({ name, text }: SpoolFile): Promise<void> {
    const { directory, mode, sync } = this.options
    const temporary = join(directory, 'tmp', name)
    const file = await open(temporary, 'w', mode)
    try {
      await file.writeFile(text)
      if (sync) await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(directory, name))
    if (sync) await syncDirectory(directory)
  }

  private failed(error: Error): void {
    const { directory, retriesMax, retryMs } = this.options
    this.failures += 1
    if (this.failures > retriesMax) {
      this.isGivenUp = true
      const message = `gave up writing into ${directory} with ${this.taken - this.flushed} lines left: ${error.message}; none of them is acknowledged`
      this.target.failed(new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error }))
      this.whenEmpty?.()
      return
    }
    if (this.failures === 1) {
      const message = `cannot write into ${directory}: ${error.message}; everything is kept and tried again`
      this.log.error({ directory, err: error }, message)
    }
    this.retry = this.loop.after(retryMs * Math.min(this.failures, 60), () => void this.write())
  }
}
