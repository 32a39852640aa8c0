/** Who hears of an item's values. */
import type { Reading } from './reading.js'

const MS_PER_S = 1000

/** What is told besides a value and its time. */
export interface About {
  /** How many publications are known to be lost before this one. */
  readonly missed: number
}

/** Hears a value and when it came, in ms since the Unix epoch. Null: it was cleared. */
export type Listener<T> = AsMethod<T>['hear']

const NONE_MISSED: About = Object.freeze({ missed: 0 })

/** Parameters of methods are compared both ways: thus an `Item<number>` is an `Item`. */
interface AsMethod<T> {
  hear(value: T | null, timeMs: number, about: About): void
  carry(reading: Reading<T>, timeMs: number): void
}

/**
 * The listeners of one item. All hear all values in one order, also of what is published by a listener while it hears; so does
 * whoever carries them further, who is told first: what a listener does about a value goes out behind it.
 *
 * @example
 * const [heard, sent] = [[], []]
 * const publications = new Publications((error) => { throw error }, ({ value }) => sent.push(value))
 * publications.add((value) => value < 3 && publications.tell({ value: value + 1, time: 0 }, 0))
 * publications.add((value) => heard.push(value))
 * publications.tell({ value: 1, time: 0 }, 0)
 * assert.deepEqual([heard, sent], [[1, 2, 3], [1, 2, 3]])
 */
export class Publications<T> {
  readonly #listeners = new Set<Listener<T>>()
  /** Those of them when last was told; null: others have come or gone since. */
  #all: readonly Listener<T>[] | null = null
  readonly #fail: (error: unknown) => void
  readonly #carry: AsMethod<T>['carry']
  readonly #waiting: [reading: Reading<T>, missed: number][] = []
  #isTelling = false

  /**
   * @param fail Is told what a listener throws: the others hear all the same.
   * @param carry Carries a value further; its time in ms since the Unix epoch besides.
   */
  constructor(fail: (error: unknown) => void, carry: AsMethod<T>['carry']) {
    this.#fail = fail
    this.#carry = carry
  }

  get size(): number {
    return this.#listeners.size
  }

  add(listener: Listener<T>): void {
    this.#listeners.add(listener)
    this.#all = null
  }

  /** Whether it was there. */
  delete(listener: Listener<T>): boolean {
    this.#all = null
    return this.#listeners.delete(listener)
  }

  tell(reading: Reading<T>, missed: number): void {
    if (this.#isTelling) {
      this.#waiting.push([reading, missed])
      return
    }
    this.#isTelling = true
    this.#tellAll(reading, missed)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#tellAll(...next)
    this.#isTelling = false
  }

  #tellAll(reading: Reading<T>, missed: number): void {
    const timeMs = reading.time * MS_PER_S
    try {
      this.#carry(reading, timeMs)
    } catch (error) {
      this.#fail(error)
    }
    this.#all ??= [...this.#listeners]
    for (const listener of this.#all) {
      if (!this.#listeners.has(listener)) continue // It was stopped by another just now.
      try {
        listener(reading.value, timeMs, missed === 0 ? NONE_MISSED : { missed })
      } catch (error) {
        this.#fail(error)
      }
    }
  }
}
