/** Being there as long as the process lives, whatever the link does: a lease that is taken anew when it was lost. */
import { ClosedError, requireFunction, toError } from '../../errors/index.js'
import type { LeaseId } from '../engine/lease-id.js'
import type { Lease } from './lease.js'
import type { LineSupport } from './line.js'
import { patiently, pause, unlessAborted } from './patiently.js'

/** How long to wait after an `enter` that failed; it doubles with each in a row, up to the TTL. */
const RETRY_MS = 100

/** What a session is made of. */
export interface SessionOptions {
  /** How long it is missed when this process is gone without a word; 10 s if it isn't given. */
  readonly ttlMs?: number
  /** Creates what goes with the lease: called at first, and again with each new lease, whose keys are all gone. */
  readonly enter: (lease: Lease) => void | Promise<void>
  /**
   * Told of each loss, a LeaseLostError, before the session tries to come back, and of what went wrong on the way back;
   * it goes on trying. Somebody else may have taken over meanwhile: that is what has to be decided here.
   */
  readonly onError: (error: Error) => void
}

/** A lease that comes back under the same number when it was lost, with what it carried. It ends when it is closed. */
export class Session implements AsyncDisposable {
  readonly #support: LineSupport
  readonly #options: SessionOptions
  readonly #closing = new AbortController()
  #lease: Lease | null = null
  #life: Promise<void> = Promise.resolve()

  constructor(support: LineSupport, options: SessionOptions) {
    requireFunction(options, 'enter', 'onError')
    this.#support = support
    this.#options = options
  }

  /** The lease that is held; null while there is none. */
  get lease(): Lease | null {
    return this.#lease?.alive() === true ? this.#lease : null
  }

  /**
   * Take the first lease and enter with it.
   *
   * @throws what `enter` throws, or UnavailableError: then there is no session.
   */
  async open(): Promise<this> {
    const lease = await this.#support.keeper.grant(this.#options)
    await this.#enter(lease)
    this.#life = this.#comeBack(lease)
    return this
  }

  /**
   * End it: what goes with its lease is deleted at once.
   *
   * @throws {UnavailableError} If the store can't be told: then it goes when the time of the lease is over.
   */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the session is closed'))
    await this.#life
    await this.#lease?.revoke()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #enter(lease: Lease): Promise<void> {
    try {
      await unlessAborted(lease.signal, async () => this.#options.enter(lease))
      this.#lease = lease
    } catch (error) {
      // Half of what it creates may be there. Its failure is what counts.
      await lease.revoke().catch(() => undefined)
      throw error
    }
  }

  /** After each loss, until it is closed, or the backend is. */
  async #comeBack(first: Lease): Promise<void> {
    const { signal } = this.#closing
    try {
      for (let lease = first; ; lease = await this.#renew(lease.id)) {
        const { lost } = lease
        this.#options.onError(await unlessAborted(signal, () => lost))
      }
    } catch (error) {
      if (!signal.aborted && !(error instanceof ClosedError)) throw error
    }
  }

  async #renew(id: LeaseId): Promise<Lease> {
    const { clock } = this.#support
    const { signal } = this.#closing
    const { ttlMs = 10_000, onError } = this.#options
    for (let failures = 0; ; failures++) {
      try {
        const lease = await this.#grantAgain(id)
        await this.#enter(lease)
        return lease
      } catch (error) {
        signal.throwIfAborted()
        onError(toError(error))
        if (error instanceof ClosedError) throw error
      }
      await pause(clock, Math.min(RETRY_MS * 2 ** failures, ttlMs), signal)
    }
  }

  /** The store may still have it, and keys with it that this process has given up: both have to go first. */
  async #grantAgain(id: LeaseId): Promise<Lease> {
    const { engine, keeper, clock } = this.#support
    return patiently(clock, this.#closing.signal, async () => {
      await engine.revoke(id)
      const lease = await keeper.grant({ ...this.#options, id })
      // Whoever has closed it meanwhile has not waited for this one, which would be kept alive for nobody.
      if (this.#closing.signal.aborted) await lease.revoke()
      return lease
    })
  }
}
