/** Locks: one holder at a time, in the order of asking. */
import { Holding } from './holding.js'
import { standInLine, type LineOptions, type LineSupport } from './line.js'

/** A lock that is held. `await using` gives it back at the end of the scope. */
export class Lock extends Holding {
  /**
   * Give it back: the next one in line has it.
   *
   * @throws {UnavailableError} If the store can't be told: then it is free when the time of its lease is over.
   */
  async release(): Promise<void> {
    await this.leave()
  }
}

/**
 * Wait until the lock of a path is free, and take it. Who asks first has it first.
 *
 * @throws {UnavailableError} If the store can't be reached at first.
 * @throws {LockLostError} If the place in line was lost while waiting.
 */
export async function lock(support: LineSupport, path: string, options: LineOptions = {}): Promise<Lock> {
  return new Lock(support, await standInLine(support, path, new Uint8Array(0), options))
}
