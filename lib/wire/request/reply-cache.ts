/** What was answered to requests with a key: whoever asks again, as its answer was lost, gets the same without its being done twice. */
import type { Body } from '../frames/encode.js'
import type { Work } from './work.js'

/** How much is remembered. The oldest goes first. */
export interface ReplyCacheOptions {
  /** So many answers. */
  readonly replyCacheMax: number
  /** So many bytes of answers. */
  readonly replyCacheBytesMax: number
  /** So long, in ms. */
  readonly replyCacheMs: number
}

/** A request with a key: under way, or answered. */
export type Remembered = { readonly work: Work; readonly body: null } | { readonly work: Work; readonly body: Body }

interface Entry {
  readonly work: Work
  body: Body | null
  bytes: number
  expiresMs: number
}

/**
 * Answers by the keys of their requests. What is under way is always remembered; what was answered until there are too many,
 * they take too many bytes, or they are too old.
 */
export class ReplyCache {
  /** The answers, the oldest first, and what is under way. */
  private readonly answered = new Map<string, Entry>()
  private readonly running = new Map<string, Entry>()
  private readonly options: ReplyCacheOptions
  private bytes = 0

  constructor(options: ReplyCacheOptions) {
    this.options = options
  }

  /** What is known of a key; null: nothing. */
  find(key: string, nowMs: number): Remembered | null {
    this.expire(nowMs)
    return this.running.get(key) ?? this.answered.get(key) ?? null
  }

  /** The first request with its key. */
  begin(key: string, work: Work): void {
    this.running.set(key, { work, body: null, bytes: 0, expiresMs: 0 })
  }

  /** It was answered; null: there is no one answer that could be given again. */
  end(key: string, body: Body | null, nowMs: number): void {
    const entry = this.running.get(key)
    this.running.delete(key)
    if (entry === undefined || body === null) return
    entry.body = body
    entry.bytes = key.length + body.json.length + (body.bulk?.length ?? 0)
    entry.expiresMs = nowMs + this.options.replyCacheMs
    this.answered.set(key, entry)
    this.bytes += entry.bytes
    this.shrink()
  }

  private shrink(): void {
    for (const [key, entry] of this.answered) {
      if (this.answered.size <= this.options.replyCacheMax && this.bytes <= this.options.replyCacheBytesMax) return
      this.drop(key, entry)
    }
  }

  private expire(nowMs: number): void {
    for (const [key, entry] of this.answered) {
      if (entry.expiresMs > nowMs) return
      this.drop(key, entry)
    }
  }

  private drop(key: string, entry: Entry): void {
    this.answered.delete(key)
    this.bytes -= entry.bytes
  }
}
