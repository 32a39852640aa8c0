/** Who hears of an item's values. */

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
}

/**
 * The listeners of one item. All hear all values in one order, also of what is published by a listener while it hears.
 *
 * @example
 * const heard = []
 * const publications = new Publications((error) => { throw error })
 * publications.add((value) => value < 3 && publications.tell(value + 1, 0, 0))
 * publications.add((value) => heard.push(value))
 * publications.tell(1, 0, 0)
 * assert.deepEqual(heard, [1, 2, 3])
 */
export class Publications<T> {
  readonly #listeners = new Set<Listener<T>>()
  /** Those of them when last was told; null: others have come or gone since. */
  #all: readonly Listener<T>[] | null = null
  readonly #fail: (error: unknown) => void
  readonly #waiting: [value: T | null, timeMs: number, missed: number][] = []
  #isTelling = false

  /** `fail` is told what a listener throws: the others hear all the same. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail
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

  tell(value: T | null, timeMs: number, missed: number): void {
    if (this.#isTelling) {
      this.#waiting.push([value, timeMs, missed])
      return
    }
    this.#isTelling = true
    this.#tellAll(value, timeMs, missed)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#tellAll(...next)
    this.#isTelling = false
  }

  #tellAll(value: T | null, timeMs: number, missed: number): void {
    this.#all ??= [...this.#listeners]
    for (const listener of this.#all) {
      if (!this.#listeners.has(listener)) continue // It was stopped by another just now.
      try {
        listener(value, timeMs, missed === 0 ? NONE_MISSED : { missed })
      } catch (error) {
        this.#fail(error)
      }
    }
  }
}
