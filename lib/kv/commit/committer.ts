/** Commits to a store, for direct operations and transactions alike. */
import type { Committed, Compare, Engine, Op } from '../engine/engine.js'
import { LeaseLostError } from '../errors.js'
import type { HeldLease } from '../held-lease.js'

const NOTHING: readonly never[] = []

/** Commits, and the leases that they carry. */
export class Committer {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** How many conditions, and how many operations, a commit may have. */
  get opsMax(): number {
    return this.#engine.opsMax
  }

  /**
   * Commit as `Engine.commit` does. A lease that is over is not even tried; one that the store doesn't know is told so.
   *
   * @throws {LeaseLostError} If one of the leases is over.
   */
  async commit(
    compares: readonly Compare[],
    ops: readonly Op[],
    otherwise: readonly Op[] = NOTHING,
    leases: readonly HeldLease[] = NOTHING,
  ): Promise<Committed> {
    for (const lease of leases) lease.check?.()
    try {
      return await this.#engine.commit(compares, ops, otherwise)
    } catch (error) {
      if (error instanceof LeaseLostError) {
        for (const lease of leases) if (lease.id === error.lease) lease.lose?.(error.message, error)
      }
      throw error
    }
  }
}
