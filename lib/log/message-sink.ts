/** One destination of the log: what it doesn't take now waits, bounded and in order, and is tried again. */
import { Backlog } from './backlog.js'
import type { Sink, SinkEvents } from './sink.js'

/** What became of a try: it was taken; it is to be tried again, or `delivered` will tell; it can never be sent. */
export type Attempt = 'sent' | 'later' | 'impossible'

/** What each is made with. */
export interface MessageSinkOptions {
  /** A line in the destination's form. */
  readonly format: (json: string) => Buffer
  readonly waitingMax: number
  /** How long after a failure it is tried again. */
  readonly retryMs: number
}

const TELL_AGAIN_MS = 60_000

/** See above: the part that doesn't depend on how messages are sent. */
export abstract class MessageSink implements Sink {
  protected readonly options: MessageSinkOptions
  readonly #backlog: Backlog
  readonly #events: SinkEvents
  #retry: NodeJS.Timeout | null = null
  #toldAt = -Infinity
  #isClosed = false
  #emptied: (() => void) | null = null

  constructor(options: MessageSinkOptions, events: SinkEvents) {
    this.options = options
    this.#events = events
    this.#backlog = new Backlog(options.waitingMax)
  }

  /** Try to send one message now. */
  protected abstract attempt(message: Buffer): Attempt

  /** As `attempt`, where the process ends: nothing is left to wait for but a reader that is slow. */
  protected abstract attemptLast(message: Buffer): Attempt

  /** Let go of descriptors. */
  protected abstract release(): void

  abstract reopen(): void

  write(json: string): void {
    if (this.#backlog.length === 0 && this.#send(json)) return
    this.#backlog.push(json)
    this.retryLater()
  }

  /** Send what waits, as far as it is taken. To be called whenever something may be taken again. */
  protected flush(): void {
    for (let line = this.#backlog.first; line !== undefined; line = this.#backlog.first) {
      if (!this.#send(line)) {
        this.retryLater()
        return
      }
      this.#backlog.shift()
    }
    this.#emptied?.()
  }

  /** The oldest message, of which `attempt` said `later`, was taken after all. */
  protected delivered(): void {
    this.#backlog.shift()
    this.flush()
  }

  /** Tell, once a minute, why nothing can be sent. */
  protected failing(reason: string): void {
    const now = performance.now()
    if (now < this.#toldAt + TELL_AGAIN_MS) return
    this.#toldAt = now
    this.#events.failing(reason)
  }

  /** Messages that were sent are known to be gone. */
  protected lose(lines = 1): void {
    this.#backlog.lose(lines)
  }

  protected retryLater(): void {
    if (this.#retry !== null) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.flush()
    }, this.options.retryMs)
    if (!this.#isClosed) this.#retry.unref() // A log keeps no process alive, but one that is closed is waited for.
  }

  async close(waitMs: number): Promise<void> {
    this.#isClosed = true
    this.#retry?.ref()
    this.flush()
    if (this.#backlog.length > 0) {
      let patience: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#emptied = resolve
        patience = setTimeout(resolve, waitMs)
      })
      clearTimeout(patience)
    }
    clearTimeout(this.#retry ?? undefined)
    this.#tellLost(this.#backlog.takeAll().length)
    this.release()
  }

  last(): string[] {
    for (let line = this.#backlog.first; line !== undefined; line = this.#backlog.first) {
      if (this.attemptLast(this.options.format(line)) === 'later') break
      this.#backlog.shift()
    }
    return this.#backlog.takeAll()
  }

  /** Whether the line is off our hands. */
  #send(json: string): boolean {
    const attempt = this.attempt(this.options.format(json))
    if (attempt === 'impossible') this.#backlog.lose()
    if (attempt === 'sent') this.#tellLost(0)
    return attempt !== 'later'
  }

  #tellLost(more: number): void {
    const lines = this.#backlog.takeLost() + more
    if (lines > 0) this.#events.lost(lines)
  }
}
