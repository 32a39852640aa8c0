/**
 * Sends data in batches to somebody who answers. A batch goes once it is full or its first datum has waited long enough; one
 * is under way at a time, in order, and one that failed is sent again, later each time.
 */
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { Backoff } from './backoff.js'
import type { LoopBinding, NetLog, NetLoop } from './loop.js'
import { SENDER_DEFAULTS, senderConfig, type SenderOptions, type SenderTarget } from './sender.js'

/** Configuration insert: how large batches are, how much waits, and how often what failed is tried again. */
export const batchConfig = {
  batchMax: { doc: 'With how many data a batch is sent.', format: 'nat', min: 1, default: 500, live: true },
  batchBytes: {
    doc: 'With how many characters a batch is sent; a datum that is longer goes alone.',
    format: 'size',
    min: 1,
    default: 1_048_576,
    live: true,
  },
  batchAgeMs: { doc: 'How long after its first datum a batch is sent.', format: 'duration', default: 1000, live: true },
  whenRefused: {
    doc: 'What becomes of data that are refused for good: stop (the train), or drop (told as an error in the log, and counted).',
    format: ['stop', 'drop'],
    default: 'stop',
    live: true,
  },
  ...senderConfig,
  bufferMax: { ...senderConfig.bufferMax, default: 8_388_608 },
} as const

/** How data are sent. */
export interface BatchOptions extends SenderOptions {
  readonly batchMax: number
  readonly batchBytes: number
  readonly batchAgeMs: number
  readonly whenRefused: 'stop' | 'drop'
}

/** The defaults of `batchConfig`. */
export const BATCH_DEFAULTS = {
  ...SENDER_DEFAULTS,
  batchMax: 500,
  batchBytes: 1_048_576,
  batchAgeMs: 1000,
  whenRefused: 'stop',
  bufferMax: 8_388_608,
} as const

/** Who takes batches. */
export interface BatchChannel<T> {
  /** Where they go, as people write it. */
  readonly name: string
  /** Send one; answers when it is safe there. Rejects with `Refused`, `TooLarge`, `TryLater`, or anything to be tried again. */
  send(batch: readonly T[]): Promise<void>
  /** Let go of what is open. */
  close(): void
}

/** A batch, or these of its data (by their place), will never be taken; what is not named was. */
export class Refused extends DeadbeatError {
  readonly places: readonly number[] | null

  constructor(message: string, options: { cause?: unknown; places?: readonly number[] } = {}) {
    super('ERR_REFUSED', message, options)
    this.places = options.places ?? null
  }
}

/** Half of it might be taken. */
export class TooLarge extends Refused {}

/** Who takes them said when to come again. */
export class TryLater extends DeadbeatError {
  readonly afterMs: number

  constructor(message: string, afterMs: number) {
    super('ERR_TRY_LATER', message)
    this.afterMs = afterMs
  }
}

interface Waiting<T> {
  readonly data: T
  readonly size: number
  readonly sinceMs: number
}

/** The queue. Its positions count data. */
export class BatchSender<T> {
  flushed = 0
  /** How many data were refused for good. */
  refused = 0
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: BatchOptions
  private readonly channel: BatchChannel<T>
  private readonly target: SenderTarget
  private readonly backoff: Backoff
  private queue: Waiting<T>[] = []
  private size = 0
  private seals: { readonly at: number; readonly then: (position: number) => void }[] = []
  private isOpen = false
  private isBusy = false
  private isBroken = false
  /** Smaller than `batchMax` while a batch was too large. */
  private most = Infinity
  private timer: LoopBinding | null = null
  private whenEmpty: (() => void) | null = null

  constructor(
    loop: NetLoop,
    log: NetLog,
    options: BatchOptions,
    channel: BatchChannel<T>,
    target: SenderTarget,
    random?: () => number,
  ) {
    this.loop = loop
    this.log = log
    this.options = options
    this.channel = channel
    this.target = target
    this.backoff = new Backoff(options, random)
  }

  /** Begin to send. */
  open(): void {
    this.isOpen = true
    void this.run()
  }

  /** Take a datum that has some size. */
  append(data: T, size: number): void {
    this.queue.push({ data, size, sinceMs: this.loop.now() })
    this.size += size
    void this.run()
  }

  position(): number {
    return this.flushed + this.queue.length
  }

  full(): boolean {
    return this.isBroken || this.size > this.options.bufferMax
  }

  /** Tell the position as it is now, once everything up to there is over. */
  seal(then: (position: number) => void): void {
    const at = this.position()
    if (this.flushed === at) then(at)
    else this.seals.push({ at, then })
  }

  /** Send everything. Ends too when it was given up. */
  async close(): Promise<void> {
    if (this.queue.length === 0 || this.isBroken) return
    const emptied = new Promise<void>((resolve) => (this.whenEmpty = resolve))
    if (this.backoff.failures === 0) void this.run()
    await emptied
  }

  /** Let go, whatever is left. */
  release(): void {
    this.isOpen = false
    this.stopTimer()
    this.channel.close()
  }

  private async run(): Promise<void> {
    if (!this.isOpen || this.isBusy || this.isBroken) return
    this.isBusy = true
    for (let count = this.due(); count > 0; count = this.due()) {
      const batch = this.queue.slice(0, count).map(({ data }) => data)
      await Promise.resolve() // What takes a datum is not the place to send it.
      try {
        await this.channel.send(batch)
        this.over(count)
      } catch (error) {
        if (!this.takeUp(toError(error), count)) return
      }
    }
    this.isBusy = false
  }

  /** How many data make the next batch; 0 if it can wait. */
  private due(): number {
    const { batchMax, batchBytes, batchAgeMs } = this.options
    const [first] = this.queue
    if (first === undefined || !this.isOpen || this.isBroken) return 0
    const most = Math.min(batchMax, this.most)
    let count = 0
    for (let size = 0; count < this.queue.length && count < most; count++) {
      size += this.queue[count]?.size ?? 0
      if (size > batchBytes) return Math.max(count, 1)
      if (size === batchBytes) return count + 1
    }
    const dueMs = first.sinceMs + batchAgeMs
    if (count === most || this.whenEmpty !== null || this.loop.now() >= dueMs) return count
    this.timer ??= this.loop.after(dueMs - this.loop.now(), () => {
      this.timer = null
      void this.run()
    })
    return 0
  }

  private over(count: number): void {
    if (this.backoff.failures > 0)
      this.log.info({ failures: this.backoff.failures }, `${this.channel.name} takes data again`)
    this.backoff.reset()
    this.most = Infinity
    this.stopTimer()
    this.flushed += count
    for (const { size } of this.queue.splice(0, count)) this.size -= size
    for (const { at, then } of this.seals.filter((seal) => seal.at <= this.flushed)) then(at)
    this.seals = this.seals.filter((seal) => seal.at > this.flushed)
    this.target.flushed()
    if (this.queue.length === 0) this.whenEmpty?.()
  }

  /** Something went wrong. Answers whether to go on at once. */
  private takeUp(error: Error, count: number): boolean {
    if (!this.isOpen) return false
    if (error instanceof TooLarge && count > 1) {
      this.most = Math.ceil(count / 2)
      return true
    }
    if (error instanceof Refused) return this.refuse(error, count)
    this.tryLater(error)
    return false
  }

  private refuse(error: Refused, count: number): boolean {
    const places = error.places ?? Array.from({ length: count }, (_, place) => place)
    const what = `${this.channel.name} refused ${places.length} of ${count} data: ${error.message}`
    if (this.options.whenRefused === 'stop') {
      this.giveUp(new DeadbeatError('ERR_REFUSED', `${what}; they are not acknowledged`, { cause: error }))
      return false
    }
    this.refused += places.length
    this.log.error({ refused: this.refused, places: places.slice(0, 10) }, `${what}; they are dropped`)
    this.over(count)
    return true
  }

  private tryLater(error: Error): void {
    const { retriesMax } = this.options
    const delayMs = Math.max(this.backoff.nextMs(), error instanceof TryLater ? error.afterMs : 0)
    const { failures } = this.backoff
    if (retriesMax !== null && failures > retriesMax) {
      const left = `${this.queue.length} data were not sent and are not acknowledged`
      const message = `cannot send to ${this.channel.name}, after ${failures} tries: ${error.message}; ${left}`
      this.giveUp(new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error }))
      return
    }
    const message = `cannot send to ${this.channel.name}: ${error.message}`
    if (failures === 1) this.log.warn({ err: error, retryMs: delayMs }, `${message}; it is tried again`)
    else this.log.debug({ err: error, failures }, message)
    this.stopTimer()
    this.timer = this.loop.after(delayMs, () => {
      this.timer = null
      this.isBusy = false
      void this.run()
    })
  }

  private giveUp(error: Error): void {
    this.isBroken = true
    this.target.failed(error)
    this.whenEmpty?.()
  }

  private stopTimer(): void {
    if (this.timer !== null) this.loop.cancel(this.timer)
    this.timer = null
  }
}
