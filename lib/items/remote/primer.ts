/** Asks for what items have now, a few at a time: a daemon carries out only so many requests of one client at once. */

/** How a value is asked for, and how many at a time. */
export interface PrimerOptions {
  /** How many are asked for at a time; 64 if it isn't given. */
  readonly atOnceMax?: number
}

/**
 * A queue of things to do, each in it once. What fails is the affair of whoever does it.
 *
 * @example
 * const done = []
 * const primer = new Primer()
 * await new Promise((resolve) => primer.add(async () => resolve(done.push('a'))))
 * assert.deepEqual(done, ['a'])
 */
export class Primer {
  readonly #atOnceMax: number
  readonly #waiting = new Set<() => Promise<void>>()
  #underWay = 0

  constructor({ atOnceMax = 64 }: PrimerOptions = {}) {
    this.#atOnceMax = atOnceMax
  }

  /** Do it when it is its turn. One that waits already isn't done twice. */
  add(work: () => Promise<void>): void {
    this.#waiting.add(work)
    this.#go()
  }

  /** It need not be done any more. */
  remove(work: () => Promise<void>): void {
    this.#waiting.delete(work)
  }

  #go(): void {
    for (const work of this.#waiting) {
      if (this.#underWay >= this.#atOnceMax) return
      this.#waiting.delete(work)
      this.#underWay += 1
      void work().finally(() => {
        this.#underWay -= 1
        this.#go()
      })
    }
  }
}
