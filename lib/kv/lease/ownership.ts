/**
 * One run at a time has a record in a database. Two keys say which: `owner`, written by each run that takes the record,
 * and `alive`, which goes with the lease of that run. The revision at which `owner` was last written is the fencing token:
 * whatever a run commits, it commits on the condition that this has not changed. So a run that stood still, or could not
 * reach the database, goes on as if nothing had been as long as nobody took the record meanwhile, and changes nothing
 * from the moment on that somebody did.
 *
 * A run that finds an owner asks first whether that one lives. If it is certain that it does, or doesn't, there is nothing
 * to wait for; only where it can't be known (another host, another container) does the lease decide.
 */
import { DeadbeatError, toError } from '../../errors/index.js'
import type { Compare, Engine, Kv, Op } from '../engine/engine.js'
import { NO_LEASE } from '../engine/lease-id.js'
import { LeaseLostError } from '../errors.js'
import type { Lease } from './lease.js'
import type { LeaseKeeper } from './lease-keeper.js'
import { keyOf } from '../path.js'
import type { Logger } from '../../movement/logger.js'
import type { Clock } from '../../movement/loop/clock.js'
import { beginRun, endRun, livenessOf, parseIdentity, type RunIdentity } from './run-identity.js'

/** What is needed to own a record. */
export interface OwnershipContext {
  readonly engine: Engine
  readonly leases: Pick<LeaseKeeper, 'grant'>
  readonly clock: Clock
  readonly log: Logger
  /** The record's path. */
  readonly path: string
  /** What the record is called in messages. */
  readonly name: string
  /** What has it when this one is refused: `another run of the same train`. */
  readonly rival: string
  /** How long an owner of whom nothing can be known is waited for, once it is gone. */
  readonly ttlMs: number
}

/** How often it is looked whether an owner of whom nothing can be known is gone. */
const LOOK_MS = 500
/** How much longer than the lease it is waited: a store looks for leases that are over from time to time. */
const GRACE_MS = 3000
/** After how long a lost lease is asked for again; twice as long each time, up to the longest. */
const RETRY_MS = 500
const RETRY_MAX_MS = 10_000
/** How long letting go may take: what remains is found to be a dead run's. */
const RELEASE_MAX_MS = 2000

/** A run's hold on a record. */
export class Ownership {
  readonly #context: OwnershipContext
  readonly #owner: string
  readonly #alive: string
  #identity: RunIdentity | null = null
  #lease: Lease | null = null
  #token = 0

  constructor(context: OwnershipContext) {
    this.#context = context
    this.#owner = keyOf(`${context.path}/owner`)
    this.#alive = keyOf(`${context.path}/alive`)
  }

  /** Whether it was taken, and not let go. */
  get isHeld(): boolean {
    return this.#identity !== null
  }

  /** The condition of everything that is committed: nobody has taken it since. */
  get fence(): Compare {
    return { key: this.#owner, target: 'mod', is: '=', than: this.#token }
  }

  /** What tells, where the condition does not hold, who has it. */
  get whose(): Op {
    return { op: 'range', key: this.#owner }
  }

  /**
   * Take it.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has it.
   */
  async take(): Promise<void> {
    const { leases, ttlMs } = this.#context
    const identity = beginRun()
    const lease = await leases.grant({ ttlMs }).catch((error: unknown) => {
      endRun(identity)
      throw error
    })
    try {
      await this.#contend(identity, lease)
    } catch (error) {
      endRun(identity)
      await lease.revoke().catch(() => undefined) // Nothing goes with it.
      throw error
    }
    this.#identity = identity
    this.#keep(lease)
  }

  /** The error of one that was taken by somebody else: what `whose` answered. */
  taken(owner: Kv | undefined): DeadbeatError {
    return this.#inUse(owner === undefined ? null : identityIn(owner), 'has taken it meanwhile')
  }

  /** Let go of it. It never fails: what could not be removed goes with the lease. */
  async release(): Promise<void> {
    const { engine, clock, log, name } = this.#context
    const identity = this.#identity
    if (identity === null) return
    this.#identity = null
    endRun(identity)
    const lease = this.#lease
    const removing = async (): Promise<void> => {
      await engine.commit(
        [this.fence],
        [this.#owner, this.#alive].map((key) => ({ op: 'delete', key })),
      )
      await lease?.revoke()
    }
    let disarm = (): void => undefined
    const late = new Promise<void>((resolve) => (disarm = clock.alarm(clock.now() + RELEASE_MAX_MS, resolve)))
    const removed = removing().catch((error: unknown) =>
      log.info(`could not let go of ${name}: ${toError(error).message}`),
    )
    await Promise.race([removed, late])
    disarm()
  }

  /** Take it as soon as nobody has it. */
  async #contend(identity: RunIdentity, lease: Lease): Promise<void> {
    const { engine, clock, log, name } = this.#context
    let untilMs: number | null = null
    for (;;) {
      const { results } = await engine.range([{ key: this.#owner }, { key: this.#alive }])
      const [owner, alive] = results.map(({ kvs }) => kvs[0])
      const before = owner === undefined ? null : identityIn(owner)
      const liveness = before === null ? 'unknown' : livenessOf(before)
      if (liveness === 'alive') throw this.#inUse(before, 'has it')
      if (liveness === 'dead' || alive === undefined) {
        if (await this.#claim(identity, lease, owner, alive)) return
        continue
      }
      const nowMs = clock.now()
      if (untilMs === null) {
        const leftMs = Math.max(0, (await engine.timeToLive(alive.lease)).ttlS * 1000)
        untilMs = nowMs + leftMs + GRACE_MS
        log.warn(`${name} is owned by ${textOf(before)}: waiting up to ${leftMs + GRACE_MS} ms for it to be gone`)
      } else if (nowMs >= untilMs) throw this.#inUse(before, 'has it')
      await this.#pause(LOOK_MS)
    }
  }

  /** Take it from those that were found, if nothing has changed. */
  async #claim(identity: RunIdentity, lease: Lease, owner: Kv | undefined, alive: Kv | undefined): Promise<boolean> {
    const { engine } = this.#context
    const asFound = (key: string, kv: Kv | undefined): Compare => ({ key, target: 'mod', is: '=', than: kv?.mod ?? 0 })
    const value = Buffer.from(JSON.stringify(identity))
    lease.check()
    const { ok, revision } = await engine.commit(
      [asFound(this.#owner, owner), asFound(this.#alive, alive)],
      [
        { op: 'put', key: this.#owner, value, lease: NO_LEASE },
        { op: 'put', key: this.#alive, value: Buffer.from(identity.run), lease: lease.id },
      ],
    )
    if (ok) this.#token = revision
    return ok
  }

  /** Have a lease as long as it is held: one that is lost is followed by another, unless somebody else has come. */
  #keep(lease: Lease): void {
    this.#lease = lease
    void lease.lost.then(async (error) => {
      this.#context.log.warn(`the lease on ${this.#context.name} was lost: ${error.message}`)
      for (let delayMs = RETRY_MS; this.isHeld; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
        const again = await this.#again().catch(() => undefined) // The store is away: later.
        if (again !== undefined) return
        await this.#pause(delayMs)
      }
    })
  }

  /** Get another lease. Null if somebody else has taken the record: what is stored next finds out. */
  async #again(): Promise<Lease | null> {
    const { engine, leases, log, name, ttlMs } = this.#context
    const lease = await leases.grant({ ttlMs })
    const { run = '' } = this.#identity ?? {}
    try {
      const put: Op = { op: 'put', key: this.#alive, value: Buffer.from(run), lease: lease.id }
      const { ok } = await engine.commit([this.fence], [put])
      if (ok && this.isHeld) {
        log.info(`${name} has a lease again: nobody has taken it meanwhile`)
        this.#keep(lease)
        return lease
      }
      await lease.revoke()
      return null
    } catch (error) {
      if (!(error instanceof LeaseLostError)) await lease.revoke().catch(() => undefined)
      throw error
    }
  }

  #inUse(identity: RunIdentity | null, how: string): DeadbeatError {
    const { name, rival } = this.#context
    const who = `${name} is in use by ${rival}: ${textOf(identity)} ${how}`
    return new DeadbeatError('ERR_IN_USE', `${who}. Stop that one, or give this one a kv.prefix of its own`)
  }

  #pause(delayMs: number): Promise<void> {
    const { clock } = this.#context
    return new Promise((resolve) => void clock.alarm(clock.now() + delayMs, resolve))
  }
}

function identityIn({ value }: Kv): RunIdentity | null {
  return parseIdentity(Buffer.from(value).toString())
}

function textOf(identity: RunIdentity | null): string {
  return identity === null ? 'an unknown run' : `process ${identity.pid} on ${identity.host}`
}
