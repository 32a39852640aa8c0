/**
 * Appends text to a file: joined to large writes, one under way at a time, at once when the input pauses. Positions
 * count characters taken, since those are known without encoding; `flushed` follows once they are written and, where
 * that is asked for, synced. A write that fails is tried again from the very byte at which it stopped.
 */
// Longer than 300 lines because writing, sealing and changing files share one buffer, one position and one descriptor.
import { closeSync, fdatasyncSync, fstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import type { AppendOptions, FileTarget } from './append-options.js'
import { BatchWrite } from './batch-write.js'
import { InputPause } from './input-pause.js'
import type { FileLog, FileLoop, LoopBinding } from './loop.js'
import { advice, openAppend, takeBack } from './open-append.js'
import { cutBack, MarkMaker, type OutputMark } from './output-mark.js'
import { Pending } from './pending.js'
import { Rotation } from './rotation.js'
import { Seals } from './seals.js'
import { Succession } from './succession.js'
import type { Successor } from './successor.js'
import { syncDirectorySync } from './sync-directory.js'
import { Syncing, type SyncTarget } from './syncing.js'

/** From how many characters on a write doesn't wait for the input to pause. */
const BATCH = 65536

/** The file. */
export class AppendFile implements SyncTarget {
  readonly options: AppendOptions
  readonly takesMany = true
  flushed = 0
  fd = -1 // While it isn't open.
  private readonly loop: FileLoop
  private readonly log: FileLog
  private readonly target: FileTarget
  private readonly seals = new Seals<OutputMark>()
  private readonly rotation: Rotation
  private readonly succession: Succession
  private readonly marks: MarkMaker
  private readonly pause: InputPause
  private readonly syncing: Syncing
  private readonly writing: BatchWrite
  private readonly out = new Pending()
  /** At which length of `out` something has to be done. */
  private mark = 1
  /** Characters taken before those in `out`. */
  private base = 0
  /** The bytes of the file, as far as they are written. */
  private length = 0
  /** What is being written, or waits to be tried again; its bytes before `from` are written. */
  private batch: Buffer | null = null
  private from = 0
  private readonly head: Buffer
  /** How many bytes of `batch` are the head: it was made for an empty file. */
  private headed = 0
  private retry: LoopBinding | null = null
  private isGivenUp = false
  private isReleased = false
  private failures = 0
  private whenEmpty: (() => void) | null = null

  constructor(loop: FileLoop, log: FileLog, options: AppendOptions, target: FileTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.rotation = new Rotation(loop, log, options)
    this.marks = new MarkMaker(options.path, log)
    this.succession = new Succession(loop, options, this.rotation, log, {
      checkpoint: (then) => target.checkpoint(then),
      mayTakeOver: () => this.flush(),
    })
    this.pause = new InputPause(
      loop,
      () => (this.isReleased ? 0 : this.out.length),
      () => this.flush(),
    )
    this.syncing = new Syncing(loop, options, this)
    this.writing = new BatchWrite(loop)
    this.head = Buffer.from(options.header === null ? '' : `${options.header}\n`)
  }

  /** @throws {DeadbeatError} With the system's code and what to do, if the file can't be opened. */
  open(): void {
    this.goOnIn(openAppend(this.options))
  }

  /** Take text: whole lines, with their ends. */
  append(text: string): void {
    this.out.text += text
    if (this.out.length >= this.mark) this.grown()
  }

  /** Take the bytes of whole lines, without the last one's end. */
  appendBytes(lines: Buffer): void {
    this.out.addLines(lines)
    if (this.out.length >= this.mark) this.grown()
  }

  position(): number {
    return this.base + this.out.length
  }

  full(): boolean {
    return this.failures > 0 || this.isGivenUp || this.out.length > this.options.bufferMax
  }

  /** Before it is opened: undo what an earlier run wrote behind its mark. */
  cutBack(mark: unknown): void {
    cutBack(this.options.path, mark, this.log)
  }

  /** Tell the mark of the output as it is at this instant, once all of it is written. */
  seal(then: (mark: OutputMark) => void): void {
    if (this.flushed === this.position()) {
      then(this.markNow())
      return
    }
    this.succession.holdNothing()
    this.seals.add(this.position(), then)
    if (this.batch === null) this.seals.wrote(this.base, this.markNow)
    this.flush()
  }

  /** Where the file ends as it is written now. */
  private readonly markNow = (): OutputMark => {
    this.succession.marked(this.base)
    const mark = this.marks.make(this.fd, this.length, this.succession.nextEnd)
    this.length = mark.bytes
    return mark
  }

  /** Open the file anew under its name, behind what is being written now. If that fails, the old one stays. */
  reopen(): void {
    this.succession.isReopening = true
    this.flush()
  }

  /** Write everything, then close. Ends too when it was given up. */
  async close(): Promise<void> {
    if (this.fd < 0 || this.isReleased) return
    this.mark = Infinity
    this.flush() // Another file may take over still, if it needs no record.
    this.succession.close()
    this.flush()
    this.syncing.end()
    if (this.flushed < this.position() && !this.isGivenUp)
      await new Promise<void>((resolve) => (this.whenEmpty = resolve))
    this.release()
  }

  /** Close, whatever is left: as soon as nothing in the thread pool uses the descriptor. */
  release(): void {
    this.isReleased = true
    if (this.retry !== null) this.loop.cancel(this.retry)
    this.succession.close()
    this.syncing.cancel()
    this.closeWhenUnused()
  }

  /** The buffer isn't empty any more, or has become large. */
  private grown(): void {
    if (this.out.length >= BATCH) {
      this.mark = Infinity
      this.flush()
    } else {
      this.mark = BATCH
      this.pause.wait()
    }
  }

  private flush(): void {
    if (this.batch !== null || this.fd < 0 || this.isGivenUp || this.isReleased) return
    this.succession.prepare(this.fd, this.length > 0 && this.out.length > 0 && this.rotation.isDue(this.length))
    // Not while it is synced: its descriptor is in use.
    const next = this.syncing.isBusy ? null : this.succession.takeOver(this.flushed)
    if (next !== null) this.replaceBy(next)
    if (this.hasGivenUp()) return
    if (this.succession.isPending) this.syncing.now() // The record that names the next file waits for it.
    const due = Math.min(this.out.length, Math.min(this.succession.barrier, this.seals.next) - this.base)
    if (due <= 0) return
    this.batch = this.dress(this.out.take(due))
    this.from = 0
    this.base += due
    this.mark = BATCH
    this.put(this.batch)
  }

  private replaceBy(successor: Successor): void {
    try {
      if (this.options.sync !== 'none') {
        fdatasyncSync(this.fd)
        syncDirectorySync(dirname(this.options.path)) // Else what is written next might lie under the name of a file that waits.
      }
    } catch (error) {
      successor.abandon()
      this.syncing.cancel()
      this.giveUp(toError(error))
      return
    }
    closeSync(this.fd)
    this.goOnIn(successor.fd)
  }

  private goOnIn(fd: number): void {
    const stat = fstatSync(fd)
    this.fd = fd
    this.length = stat.size
    this.writing.isPipe = stat.isFIFO()
    this.marks.opened(fd)
    this.rotation.opened()
  }

  /** Put the head before what an empty file begins with. */
  private dress(bytes: Buffer): Buffer {
    this.headed = this.length === 0 ? this.head.length : 0
    return this.headed === 0 ? bytes : Buffer.concat([this.head, bytes])
  }

  /** Asked anew after what may have given up. */
  private hasGivenUp(): boolean {
    return this.isGivenUp
  }

  private put(batch: Buffer): void {
    // Another try is made at once: nothing must be under way when a file is let go that can't be written.
    this.writing.write(this.fd, batch, this.from, this.failures > 0, (error, count) => {
      if (error === null || this.isReleased) this.wrote(batch, count)
      else this.failed(batch, error)
    })
  }

  private wrote(batch: Buffer, count: number): void {
    this.length += count
    this.from += count
    if (this.from === batch.length) this.batch = null
    if (this.isReleased) this.closeWhenUnused()
    else if (this.batch !== null) this.put(batch)
    else this.wroteAll()
  }

  private wroteAll(): void {
    if (this.failures > 0) this.log.info({ file: this.options.path }, `${this.options.path} can be written again`)
    this.failures = 0
    this.mark = 1
    this.seals.wrote(this.base, this.markNow)
    this.syncing.wrote(this.base)
    const isAwaited = !this.seals.isEmpty || this.whenEmpty !== null || this.succession.isPending
    if (this.out.length >= BATCH || isAwaited) this.flush()
    else if (this.out.length > 0) this.grown()
  }

  durable(to: number): void {
    if (this.isReleased) {
      this.closeWhenUnused()
      return
    }
    this.flushed = to
    this.seals.reached(to)
    this.target.flushed()
    if (this.flushed === this.position()) this.whenEmpty?.()
    if (this.succession.isPending) this.flush()
  }

  cannotSync(error: Error): void {
    if (this.isReleased) this.closeWhenUnused()
    else this.giveUp(error)
  }

  private failed(batch: Buffer, error: Error): void {
    const { path, retriesMax, retryMs } = this.options
    this.failures += 1
    if (this.failures > retriesMax) {
      this.giveUp(error)
      return
    }
    if (this.failures === 1) {
      this.log.error(
        { file: path, err: error },
        `cannot write ${path}: ${error.message}; ${advice(error)}everything is kept and tried again`,
      )
    }
    this.retry = this.loop.after(retryMs * Math.min(this.failures, 60), () => {
      this.retry = null
      // Without a check-point: none can be made while this can't be written.
      const next = this.from === 0 && !this.syncing.isBusy ? this.succession.atOnce(this.fd) : null
      if (next !== null) {
        this.replaceBy(next)
        if (this.hasGivenUp()) return
        this.batch = this.dress(batch.subarray(this.headed))
      }
      this.put(this.batch ?? batch)
    })
  }

  private giveUp(error: Error): void {
    const { path } = this.options
    this.isGivenUp = true
    const left = this.position() - this.flushed
    const message = `gave up writing ${path} with ${left} characters left: ${error.message}; ${advice(error)}nothing of them is acknowledged`
    this.target.failed(new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error }))
    this.whenEmpty?.()
  }

  private closeWhenUnused(): void {
    if (this.fd < 0 || this.writing.isUnderWay || this.syncing.isBusy) return
    if (this.batch !== null) takeBack(this.fd, this.length, this.from)
    closeSync(this.fd)
    this.fd = -1
  }
}
