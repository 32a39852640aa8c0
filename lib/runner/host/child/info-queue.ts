/**
 * What running code is told, in order. Code that doesn't read is told so, and then nothing more: nine messages may wait,
 * behind them stands `null`, and there the iteration ends (specification A11).
 */

/** How many messages may wait. */
const WAITING_MAX = 9

interface Waiting {
  readonly message: object | null
  /** Of two with the same key only the later is kept, at the place of the former. */
  readonly key: unknown
}

/** The queue. One reader gets each message. */
export class InfoQueue implements AsyncIterableIterator<object | null> {
  readonly #waiting: Waiting[] = []
  readonly #readers: ((result: IteratorResult<object | null, undefined>) => void)[] = []
  /** Nothing is added any more. */
  #isDetached = false
  /** The null was read. */
  #isOver = false
  /** How many messages came too late. */
  dropped = 0

  /**
   * Add a message.
   *
   * @param key of two messages with the same key only the later stays.
   * @returns Whether it was added: false once the code has stalled.
   */
  push(message: object, key?: unknown): boolean {
    if (this.#isDetached) {
      this.dropped += 1
      return false
    }
    if (this.#readers.length > 0) {
      this.#readers.shift()?.({ value: message, done: false })
      return true
    }
    const same = key === undefined ? -1 : this.#waiting.findIndex((waiting) => waiting.key === key)
    if (same >= 0) this.#waiting[same] = { message, key }
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push({ message, key })
    else {
      this.dropped += 1
      this.end()
      return false
    }
    return true
  }

  /** There is no more: behind what waits stands `null`. */
  end(): void {
    if (this.#isDetached) return
    this.#isDetached = true
    this.#waiting.push({ message: null, key: undefined })
    while (this.#readers.length > 0) this.#readers.shift()?.(this.#take())
  }

  next(): Promise<IteratorResult<object | null, undefined>> {
    if (this.#isOver || this.#waiting.length > 0) return Promise.resolve(this.#take())
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  /** A loop over it that is left may be begun again. */
  return(): Promise<IteratorResult<object | null, undefined>> {
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): IteratorResult<object | null, undefined> {
    const first = this.#waiting.shift()
    if (first === undefined) return { value: undefined, done: true }
    this.#isOver ||= first.message === null
    return { value: first.message, done: false }
  }
}
