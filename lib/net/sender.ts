/**
 * What every sending over a network has in common: messages wait in a bounded queue, one piece is under way at a time, and
 * one that failed is sent again, later each time. How a piece is sent is another's work.
 */
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { Backoff } from './backoff.js'
import type { LoopBinding, NetLog, NetLoop } from './loop.js'
import { Pieces } from './pieces.js'

/** Configuration insert: how much waits, and how often what failed is tried again. */
export const senderConfig = {
  bufferMax: {
    doc: 'With how many characters not sent the train waits.',
    format: 'size',
    min: 1,
    default: 1_048_576,
    live: true,
  },
  retryMs: {
    doc: 'After how long a failed try is repeated; twice as long each time, by chance up to half of that less.',
    format: 'duration',
    min: 1,
    default: 1000,
    live: true,
  },
  retryMaxMs: {
    doc: 'Above which the waiting does not grow.',
    format: 'duration',
    min: 1,
    default: 60_000,
    live: true,
  },
  retriesMax: {
    doc: 'How often in a row it is tried again before the train stops; null: for ever.',
    format: 'nat',
    default: null,
    live: true,
  },
} as const

/** How much waits, and how often what failed is tried again. */
export interface SenderOptions {
  readonly bufferMax: number
  readonly retryMs: number
  readonly retryMaxMs: number
  readonly retriesMax: number | null
}

/** The defaults of `senderConfig`. */
export const SENDER_DEFAULTS = { bufferMax: 1_048_576, retryMs: 1000, retryMaxMs: 60_000, retriesMax: null } as const

/** Who hears of the sending. */
export interface SenderTarget {
  /** `flushed` has moved on, or there is room again. */
  flushed(): void
  /** It was tried often enough. */
  failed(error: Error): void
}

/** Sends pieces, one at a time. */
export interface Channel {
  /** Where they go, as people write it. */
  readonly name: string
  /** Whether messages may be joined, as in a stream. */
  readonly isJoining: boolean
  /** Send one; rejects if it was not sent, or nobody knows. Answers when the system, or the peer, has it. */
  send(data: string | Buffer): Promise<void>
  /** Let go of what is open: a piece that is under way fails. */
  close(): void
}

/** The queue, and its way out. */
export class Sender {
  flushed = 0
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: SenderOptions
  private readonly channel: Channel
  private readonly target: SenderTarget
  private readonly pieces: Pieces
  private seals: { readonly at: number; readonly then: (position: number) => void }[] = []
  private readonly backoff: Backoff
  private isOpen = false
  private isBusy = false
  private isBroken = false
  private retry: LoopBinding | null = null
  private whenEmpty: (() => void) | null = null

  constructor(
    loop: NetLoop,
    log: NetLog,
    options: SenderOptions,
    channel: Channel,
    target: SenderTarget,
    random?: () => number,
  ) {
    this.loop = loop
    this.log = log
    this.options = options
    this.channel = channel
    this.target = target
    this.pieces = new Pieces(channel.isJoining)
    this.backoff = new Backoff(options, random)
  }

  /** Begin to send. */
  open(): void {
    this.isOpen = true
    this.sendSoon()
  }

  /** Take a message, with whatever ends it. */
  append(message: string | Buffer): void {
    this.pieces.add(message)
    this.sendSoon()
  }

  position(): number {
    return this.pieces.position
  }

  full(): boolean {
    return this.isBroken || this.position() - this.flushed > this.options.bufferMax
  }

  /** Tell the position as it is now, once everything up to there was sent. */
  seal(then: (position: number) => void): void {
    const at = this.position()
    if (this.flushed === at) then(at)
    else this.seals.push({ at, then })
  }

  /** Send everything. Ends too when it was given up. */
  async close(): Promise<void> {
    if (this.flushed < this.position() && !this.isBroken)
      await new Promise<void>((resolve) => (this.whenEmpty = resolve))
  }

  /** Let go, whatever is left. */
  release(): void {
    this.isOpen = false
    if (this.retry !== null) this.loop.cancel(this.retry)
    this.channel.close()
  }

  /** Not at once: what comes in the same turn makes one piece. */
  private sendSoon(): void {
    if (!this.isOpen || this.isBusy || this.isBroken) return
    this.isBusy = true
    this.loop.enqueue(() => void this.sendAll())
  }

  private async sendAll(): Promise<void> {
    for (let piece = this.pieces.first(); piece !== null && this.isOpen; piece = this.pieces.first()) {
      try {
        await this.channel.send(piece.data)
      } catch (error) {
        this.failed(toError(error))
        return
      }
      this.sent(piece.end)
    }
    this.isBusy = false
  }

  private sent(end: number): void {
    if (this.backoff.failures > 0)
      this.log.info({ failures: this.backoff.failures }, `${this.channel.name} takes data again`)
    this.backoff.reset()
    this.pieces.shift()
    this.flushed = end
    for (const { at, then } of this.seals.filter((seal) => seal.at <= end)) then(at)
    this.seals = this.seals.filter((seal) => seal.at > end)
    this.target.flushed()
    if (this.flushed === this.position()) this.whenEmpty?.()
  }

  private failed(error: Error): void {
    if (!this.isOpen) return // It was let go.
    const { retriesMax } = this.options
    const delayMs = this.backoff.nextMs()
    const { failures } = this.backoff
    const left = this.position() - this.flushed
    if (retriesMax !== null && failures > retriesMax) {
      this.isBroken = true
      const message = `cannot send to ${this.channel.name}, after ${failures} tries: ${error.message}; ${left} characters were not sent and are not acknowledged`
      this.target.failed(new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error }))
      this.whenEmpty?.()
      return
    }
    if (failures === 1)
      this.log.warn({ err: error }, `cannot send to ${this.channel.name}, it is tried again: ${error.message}`)
    else this.log.debug({ failures, err: error }, `cannot send to ${this.channel.name}: ${error.message}`)
    this.retry = this.loop.after(delayMs, () => {
      this.retry = null
      void this.sendAll()
    })
  }
}
