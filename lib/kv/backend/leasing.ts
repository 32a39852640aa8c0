/** What every database has of leases, locks, elections and groups, whatever its store. */
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import { stderrLogger, type Logger } from '../../movement/logger.js'
import type { Engine } from '../engine/engine.js'
import { elect, leaders, type Leader, type Leadership } from '../lease/election.js'
import type { Lease } from '../lease/lease.js'
import { LeaseKeeper, type LeaseOptions } from '../lease/lease-keeper.js'
import type { LineOptions, LineSupport } from '../lease/line.js'
import { lock, type Lock } from '../lease/lock.js'
import { join, members, type JoinOptions, type Members } from '../lease/members.js'
import { Session, type SessionOptions } from '../lease/session.js'
import type { Value } from '../value.js'

/** What times are measured by and where news go. */
export interface LeasingOptions {
  /** What leases and pauses are measured by; the system's clock if it isn't given. */
  readonly clock?: Clock
  /** Where it is told what doesn't concern one call alone, as a key that no path has. */
  readonly log?: Logger
}

/** How long to look on. */
export interface ObserveOptions {
  /** Ends it: the loop is left with its reason. */
  readonly signal?: AbortSignal
}

/** A store whose keys can be held for a time. */
export abstract class Leasing {
  readonly engine: Engine
  readonly clock: Clock
  readonly log: Logger
  readonly #support: LineSupport

  constructor(engine: Engine, { clock = new SystemClock(), log = stderrLogger }: LeasingOptions) {
    this.engine = engine
    this.clock = clock
    this.log = log
    this.#support = { engine, clock, keeper: new LeaseKeeper(engine, clock) }
  }

  /**
   * Get a lease and keep it alive: keys created with it are deleted when it is revoked, or lost.
   *
   * @throws {UnavailableError} If the store can't be reached.
   */
  lease(options?: LeaseOptions): Promise<Lease> {
    return this.#support.keeper.grant(options)
  }

  /** The one lease for whatever is to live as long as this process: made at the first call, and anew once it is over. */
  clientLease(): Promise<Lease> {
    return this.#support.keeper.client()
  }

  /**
   * Get a lease that comes back under the same number when it was lost. `enter` creates what goes with it, each time;
   * `onError` is told of each loss.
   *
   * @throws what `enter` throws at first.
   */
  session(options: SessionOptions): Promise<Session> {
    return new Session(this.#support, options).open()
  }

  /**
   * Wait until the lock of a path is free, and take it. Who asks first has it first; `etcdctl lock` stands in the same
   * line.
   *
   * @throws {LockLostError} If the place in line is lost while waiting.
   */
  lock(path: string, options?: LineOptions): Promise<Lock> {
    return lock(this.#support, path, options)
  }

  /**
   * Be a candidate of a path until elected. `value` is what everybody sees of the leader; `etcdctl elect` takes part.
   *
   * @throws {LockLostError} If the candidacy is lost while waiting.
   */
  elect(path: string, value: Value, options?: LineOptions): Promise<Leadership> {
    return elect(this.#support, path, value, options)
  }

  /** Who leads, and each change of that or of what the leader says; null: nobody. */
  leaders(path: string, options?: ObserveOptions): AsyncGenerator<Leader | null, never> {
    return leaders(this.#support, path, options)
  }

  /**
   * Be a member of a group until the session is closed, and come back after each loss.
   *
   * @throws {ConfigCollision} If the name is taken.
   */
  join(path: string, name: string, value: Value, options: JoinOptions): Promise<Session> {
    return join(this.#support, path, name, value, options)
  }

  /** Who is in a group, and again whenever that changes. */
  members(path: string, options?: ObserveOptions): AsyncGenerator<Members, never> {
    return members(this.#support, path, options)
  }

  /** Revoke what leases are left and let go of the store. What is under way ends with `ClosedError`. */
  async close(): Promise<void> {
    try {
      await this.#support.keeper.close()
    } catch (error) {
      this.log.warn({ err: error }, 'leases could not be revoked: their keys go when their time is over')
    }
    await this.engine.close()
  }
}
