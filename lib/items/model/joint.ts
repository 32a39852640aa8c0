/** One look for all who want it at the same time. */

/**
 * Does a work once for all who ask while it is under way.
 *
 * @example
 * const joint = new Joint<number>()
 * let count = 0
 * const work = async () => ++count
 * assert.deepEqual(await Promise.all([joint.run(work), joint.run(work)]), [1, 1])
 * assert.equal(await joint.run(work), 2)
 */
export class Joint<T> {
  #running: Promise<T> | null = null

  /** The outcome of the work that is under way, else of this one. */
  async run(work: () => T | Promise<T>): Promise<T> {
    if (this.#running !== null) return await this.#running
    const running = (async () => await work())()
    this.#running = running
    try {
      return await running
    } finally {
      if (this.#running === running) this.#running = null
    }
  }

  /** Who asks from now on isn't answered by what has begun before. */
  leave(): void {
    this.#running = null
  }
}
