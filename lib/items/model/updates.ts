/** An item's values as an async iterator, for `for await`. */
import type { Item } from './item.js'

/** One value that an iterator gives. */
export interface Update<T> {
  readonly value: T | null
  /** UNIX seconds. */
  readonly time: number
  /** How many values came before this one and were never seen: newer ones took their place, or they were lost on the way. */
  readonly missed: number
}

const MS_PER_S = 1000

/** How an iterator begins and ends. */
export interface UpdatesOptions {
  /** Whether what is known already comes first. */
  readonly prime?: boolean
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The values of an item from now on. Whoever is slow gets the latest one and how many were left out: nothing piles up.
 */
export class Updates<T> implements AsyncIterableIterator<Update<T>> {
  readonly #stop: () => void
  readonly #signal: AbortSignal | null
  #latest: Update<T> | null = null
  #wake: (() => void) | null = null
  #isOver = false

  constructor(item: Item<T>, { prime = false, signal }: UpdatesOptions = {}) {
    this.#signal = signal ?? null
    const stopListening = item.subscribe(
      (value, timeMs, { missed }) => {
        const before = this.#latest === null ? 0 : this.#latest.missed + 1
        this.#latest = { value, time: timeMs / MS_PER_S, missed: missed + before }
        this.#wake?.()
      },
      { prime },
    )
    const stopClosing = item.onClose(() => this.#end())
    this.#stop = () => {
      stopListening()
      stopClosing()
    }
    if (signal?.aborted === true) this.#end()
    else signal?.addEventListener('abort', this.#onAbort)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Update<T>, undefined>> {
    while (this.#latest === null && !this.#isOver)
      await new Promise<void>((resolve) => {
        const others = this.#wake
        this.#wake = () => {
          this.#wake = null
          resolve()
          others?.()
        }
      })
    const update = this.#latest
    if (update === null) return { done: true, value: undefined }
    this.#latest = null
    return { done: false, value: update }
  }

  return(): Promise<IteratorResult<Update<T>, undefined>> {
    this.#latest = null
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  readonly #onAbort = (): void => void this.return()

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stop()
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#wake?.()
  }
}
