/** Syncs what is written to the disk: never, after each write, or some time after the first write that isn't synced. */
import { fdatasync } from 'node:fs'
import type { FileLoop, LoopBinding } from './loop.js'

/** When a file is synced. */
export interface SyncOptions {
  /** Never, after each write, or `syncMs` after the first write that isn't synced. */
  readonly sync: 'none' | 'batch' | 'interval'
  readonly syncMs: number
}

/** Who hears of the syncing. */
export interface SyncTarget {
  /** The descriptor of the file. */
  readonly fd: number
  /** Everything up to a position is as safe as it is meant to be. */
  durable(to: number): void
  /** The file can't be synced. What the kernel could not store it may have dropped: a second try would claim success. */
  cannotSync(error: Error): void
}

/** The syncing of one file. */
export class Syncing {
  /** Whether the descriptor is in use. */
  isBusy = false
  private readonly loop: Pick<FileLoop, 'after' | 'cancel'>
  private readonly options: SyncOptions
  private readonly target: SyncTarget
  private written = 0
  private synced = 0
  private timer: LoopBinding | null = null
  private isEnding = false
  private isOver = false

  constructor(loop: Pick<FileLoop, 'after' | 'cancel'>, options: SyncOptions, target: SyncTarget) {
    this.loop = loop
    this.options = options
    this.target = target
  }

  /** Everything up to a position is written. */
  wrote(to: number): void {
    this.written = to
    if (this.options.sync === 'none') this.done(to)
    else if (this.isOver) return
    else if (this.options.sync === 'batch' || this.isEnding) this.now()
    else this.timer ??= this.loop.after(this.options.syncMs, () => this.now())
  }

  /** Everything that is written was synced by whoever writes: its descriptor is to be closed. Not while it is busy. */
  syncedAll(): void {
    this.cancelTimer()
    if (this.synced < this.written) this.done(this.written)
  }

  /** Sync at once, now and after each write to come: the file is to be closed. */
  end(): void {
    this.isEnding = true
    this.now()
  }

  /** Sync no more. One that is under way is told still, and is the last one. */
  cancel(): void {
    this.isOver = true
    this.cancelTimer()
  }

  /** Sync what is written at once, if that is asked for at all and not under way. */
  now(): void {
    this.cancelTimer()
    if (this.isBusy || this.isOver || this.synced === this.written) return
    this.isBusy = true
    const to = this.written
    fdatasync(this.target.fd, (error) => {
      this.isBusy = false
      if (error !== null) {
        this.cancel() // It would claim success the next time.
        this.target.cannotSync(error)
        return
      }
      this.done(to)
      // The time of what was written meanwhile may have come while this was under way.
      if (this.written > this.synced) this.wrote(this.written)
    })
  }

  private cancelTimer(): void {
    if (this.timer !== null) this.loop.cancel(this.timer)
    this.timer = null
  }

  private done(to: number): void {
    this.synced = to
    this.target.durable(to)
  }
}
