/** Where a test's line ends: a drain that keeps what it is given. */
import { Drain } from '../movement/cog/drain.js'
import type { Winder } from '../movement/cog/cog.js'

/** See above. All that it has counts as written. */
export class Collected<T> extends Drain<T> {
  readonly data: T[] = []
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  get flushed(): number {
    return this.data.length
  }

  take(data: T): void {
    this.data.push(data)
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.data.length < count) return true
      resolve()
      return false
    })
  }

  position(): number {
    return this.data.length
  }

  /** Resolves with all that came once it is so many. */
  async count(count: number): Promise<readonly T[]> {
    if (this.data.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
    return this.data
  }
}

/**
 * A drain that keeps what it is given.
 *
 * @example
 * const all = collect(train)
 * train.line(new TestSupply(train, {}), (n) => [n + 1], all)
 * assert.deepEqual(all.data, [])
 */
export function collect<T>(train: Winder): Collected<T> {
  return new Collected<T>(train, {})
}
