/** The leases of one backend: grants them, and ends those that are left when it is closed. */
import { ClosedError, requireAtLeast, toError } from '../../errors/index.js'
import type { Clock } from '../../movement/loop/clock.js'
import type { Engine } from '../engine/engine.js'
import type { LeaseId } from '../engine/lease-id.js'
import { Lease, type LeaseSupport } from './lease.js'

/** Steps of this size around a circle never meet, and fill it evenly however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** What lease is wanted. */
export interface LeaseOptions {
  /** How long it lives when nothing is heard of its holder; whole seconds in the store, which may grant more. */
  readonly ttlMs?: number
  /** Under this number, which must not exist; otherwise the store chooses one. */
  readonly id?: LeaseId
}

/** Grants leases and keeps them alive. */
export class LeaseKeeper {
  readonly #support: LeaseSupport
  readonly #leases = new Set<Lease>()
  #client: Promise<Lease> | null = null
  #spread = 0
  #isClosed = false

  constructor(engine: Engine, clock: Clock) {
    this.#support = {
      engine,
      clock,
      spread: () => (this.#spread = (this.#spread + GOLDEN) % 1),
      ended: (lease) => this.#leases.delete(lease),
    }
  }

  /** How many leases are kept alive. */
  get size(): number {
    return this.#leases.size
  }

  /**
   * Get a lease from the store. From here on it is kept alive.
   *
   * @throws {RangeError} If `ttlMs` is below 1.
   * @throws {RefusedError} If there is a lease of that `id` already.
   * @throws {UnavailableError} If the store can't be reached.
   */
  async grant({ ttlMs = 10_000, id }: LeaseOptions = {}): Promise<Lease> {
    requireAtLeast(1, { ttlMs }, 'ttlMs')
    this.#checkOpen()
    const { engine, clock } = this.#support
    const sentMs = clock.now()
    const grant = await engine.grant(Math.ceil(ttlMs / 1000), id)
    const lease = new Lease(this.#support, grant, sentMs)
    this.#leases.add(lease)
    if (this.#isClosed) {
      await lease.revoke()
      this.#checkOpen()
    }
    return lease
  }

  /**
   * The one lease for whatever is to live as long as this process: granted at the first call, and another one at the
   * next call after it was lost or revoked. Its TTL is 10 s.
   *
   * @throws {UnavailableError} If the store can't be reached.
   */
  async client(): Promise<Lease> {
    const asked = (this.#client ??= this.grant())
    try {
      const lease = await asked
      if (lease.alive()) return lease
    } catch (error) {
      if (this.#client === asked) this.#client = null
      throw error
    }
    if (this.#client === asked) this.#client = null
    return this.client()
  }

  /**
   * Revoke all leases that are left, and grant none any more.
   *
   * @throws {AggregateError} If some could not be revoked: their keys go when the time of the lease is over.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    const results = await Promise.allSettled([...this.#leases].map((lease) => lease.revoke()))
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    if (errors.length === 0) return
    throw new AggregateError(errors, `${errors.length} leases could not be revoked: ${toError(errors[0]).message}`)
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ClosedError('the backend was closed: it grants no leases any more')
  }
}
