/** Whether what an item has can be relied on, and who is told when that changes. */
import { toError } from '../../errors/index.js'

/** It is so; it may be out of date; nothing is known. */
export type ItemState = 'live' | 'stale' | 'unknown'

/**
 * The condition of one item.
 *
 * @example
 * const heard = []
 * const condition = new Condition((error) => { throw error })
 * condition.onChange((state) => heard.push(state))
 * condition.become('live')
 * condition.become('live')
 * condition.become('stale')
 * assert.deepEqual(heard, ['live', 'stale'])
 */
export class Condition {
  /** Whether the last look failed, or it was said that it is out of date. */
  isStale = false
  readonly #fail: (error: unknown) => void
  readonly #listeners = new Set<(state: ItemState) => void>()
  #told: ItemState = 'unknown'
  #trouble = ''

  /** `fail` is told what a listener throws, and of trouble: the others hear all the same. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail
  }

  /** Hear of each new state. Answers how to stop. */
  onChange(listener: (state: ItemState) => void): () => void {
    const own = (state: ItemState): void => listener(state) // So that one function may listen twice.
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** It is in this state by now. */
  become(state: ItemState): void {
    if (state === this.#told) return
    this.#told = state
    for (const listener of [...this.#listeners]) {
      try {
        listener(state)
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  /** A look has failed: the same trouble is told once. */
  trouble(thrown: unknown): void {
    this.isStale = true
    const { message } = toError(thrown)
    if (message !== this.#trouble) this.#fail(thrown)
    this.#trouble = message
  }

  /** A look has succeeded. */
  recover(): void {
    this.#trouble = ''
  }
}
