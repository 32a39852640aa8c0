/** Numbers that only depend on a seed. */

/**
 * A generator of numbers: the same seed gives the same ones.
 *
 * @example
 * const [one, other] = [new Random(7), new Random(7)]
 * assert.deepEqual([one.below(100), one.chance(50)], [other.below(100), other.chance(50)])
 */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761
  }

  /** A whole number from 0 to below n. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * n)
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}
