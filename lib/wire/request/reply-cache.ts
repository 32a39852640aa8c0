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
export type Remembered = Pick<Work, 'type' | 'target'> &
  ({ readonly work: Work; readonly body: null } | { readonly work: null; readonly body: Body })

/** Of what was answered not the work, which has all that was sent. */
type Answered = Remembered & { readonly work: null; readonly bytes: number; readonly expiresMs: number }

/**
 * Answers by the keys of their requests. What is under way is always remembered; what was answered until there are too many,
 * they take too many bytes, or they are too old.
 */
export class ReplyCache {
  /** The answers, the oldest first, and what is under way. */
  private readonly answered = new Map<string, Answered>()
  private readonly running = new Map<string, Work>()
  private readonly options: ReplyCacheOptions
  private bytes = 0

  constructor(options: ReplyCacheOptions) {
    this.options = options
  }

  /** What is known of a key; null: nothing. */
  find(key: string, nowMs: number): Remembered | null {
    this.expire(nowMs)
    const work = this.running.get(key)
    if (work === undefined) return this.answered.get(key) ?? null
    return { type: work.type, target: work.target, work, body: null }
  }

  /** The first request with its key. */
  begin(key: string, work: Work): void {
    this.running.set(key, work)
  }

  /** It was answered; null: there is no one answer that could be given again. */
  end(key: string, body: Body | null, nowMs: number): void {
    const work = this.running.get(key)
    this.running.delete(key)
    if (work === undefined || body === null) return
    const { type, target } = work
    const bytes = key.length + target.length + body.json.length + (body.bulk?.length ?? 0)
    this.answered.set(key, { type, target, work: null, body, bytes, expiresMs: nowMs + this.options.replyCacheMs })
    this.bytes += bytes
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

  private drop(key: string, { bytes }: Answered): void {
    this.answered.delete(key)
    this.bytes -= bytes
  }
}
