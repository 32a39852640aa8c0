/** Asking a slow authority about keys: everybody who waits for the same key waits for one answer, and not all ask at once. */

/** Whom to ask, how many questions may be under way, and who hears of the answers. */
export interface JointLookupOptions<Answer, Waiter> {
  readonly concurrencyMax: number
  readonly lookUp: (key: string) => Promise<Answer>
  /** An answer came. Nobody waits if they were all taken back. */
  readonly answered: (key: string, answer: Answer, waiters: readonly Waiter[]) => void
  /** The look-up failed. Not told if nobody waits any more. */
  readonly failed: (key: string, error: unknown, waiters: readonly Waiter[]) => void
}

/**
 * Look-ups that are shared by those who want the same, in the order in which they were first wanted.
 *
 * @example
 * const heard = []
 * const answered = (key, answer, waiters) => heard.push([key, answer, waiters])
 * const lookup = new JointLookup({ concurrencyMax: 1, lookUp: async (key) => key.length, answered, failed() {} })
 * lookup.ask('abc', 1)
 * lookup.ask('abc', 2)
 * assert.equal(lookup.size, 1)
 */
export class JointLookup<Answer, Waiter> {
  readonly #options: JointLookupOptions<Answer, Waiter>
  readonly #waiting = new Map<string, Waiter[]>()
  readonly #queue: string[] = []
  #underWay = 0

  constructor(options: JointLookupOptions<Answer, Waiter>) {
    this.#options = options
  }

  /** How many keys somebody waits for. */
  get size(): number {
    return this.#waiting.size
  }

  /** Wait for the answer to a key. It never comes before this call has ended. */
  ask(key: string, waiter: Waiter): void {
    const waiters = this.#waiting.get(key)
    if (waiters !== undefined) {
      waiters.push(waiter)
      return
    }
    this.#waiting.set(key, [waiter])
    this.#queue.push(key)
    this.#askNext()
  }

  /** Everybody who waits, taken back in the order of their keys; what is queued is never asked. */
  takeBack(): Waiter[] {
    const waiters = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    this.#queue.length = 0
    return waiters
  }

  #askNext(): void {
    while (this.#underWay < this.#options.concurrencyMax) {
      const key = this.#queue.shift()
      if (key === undefined) return
      this.#underWay++
      void this.#lookUp(key)
    }
  }

  async #lookUp(key: string): Promise<void> {
    const { lookUp, answered, failed } = this.#options
    let tell: (waiters: readonly Waiter[]) => void
    try {
      const answer = await lookUp(key)
      tell = (waiters) => answered(key, answer, waiters)
    } catch (error) {
      await Promise.resolve() // It may have thrown at once, within ask().
      tell = (waiters) => {
        if (waiters.length > 0) failed(key, error, waiters)
      }
    }
    const waiters = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    this.#underWay--
    this.#askNext()
    tell(waiters)
  }
}
