/** How often one message may be logged: what is beyond is counted, and the count is told. */

/** How many, how long, of how many different messages. */
export interface RateLimitOptions {
  /** 0 for as many as there are. */
  readonly linesMax: number
  readonly windowMs: number
  readonly messagesMax: number
}

interface Window {
  readonly start: number
  readonly tell: (withheld: number) => void
  lines: number
  withheld: number
}

/**
 * See above. A window of a message begins with its first line; what was withheld is told when it is over.
 *
 * @example
 * const told = []
 * const rate = new RateLimit({ linesMax: 2, windowMs: 1000, messagesMax: 100 })
 * const admits = (nowMs) => rate.admits('no room', nowMs, (withheld) => told.push(withheld))
 * assert.deepEqual([0, 1, 2, 3].map(admits), [true, true, false, false])
 * rate.tell(1000)
 * assert.deepEqual(told, [2])
 */
export class RateLimit {
  #options: RateLimitOptions
  readonly #windows = new Map<string, Window>() // Oldest first.

  constructor(options: RateLimitOptions) {
    this.#options = options
  }

  /** From now on by these; windows that are open stay. */
  adjust(options: RateLimitOptions): void {
    this.#options = options
  }

  /**
   * Whether a line may be written now.
   *
   * @param tell Is told how many were withheld, if the line begins a window and any are.
   */
  admits(key: string, nowMs: number, tell: (withheld: number) => void): boolean {
    const { linesMax, messagesMax } = this.#options
    if (linesMax === 0) return true
    this.tell(nowMs)
    const open = this.#windows.get(key)
    if (open !== undefined) {
      if (open.lines++ < linesMax) return true
      open.withheld++
      return false
    }
    const [oldest] = this.#windows.keys()
    if (oldest !== undefined && this.#windows.size >= messagesMax) this.#end(oldest)
    this.#windows.set(key, { start: nowMs, tell, lines: 1, withheld: 0 })
    return true
  }

  /** Tell what was withheld in windows that are over; of all of them if the time is Infinity. */
  tell(nowMs: number): void {
    for (const [key, { start }] of this.#windows) {
      if (nowMs < start + this.#options.windowMs) return
      this.#end(key)
    }
  }

  /** Whether anything was withheld that was not told. */
  get isWithholding(): boolean {
    return [...this.#windows.values()].some(({ withheld }) => withheld > 0)
  }

  #end(key: string): void {
    const { withheld = 0, tell } = this.#windows.get(key) ?? {}
    this.#windows.delete(key)
    if (withheld > 0) tell?.(withheld)
  }
}
