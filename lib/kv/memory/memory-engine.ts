/** A store in memory that behaves as etcd does: history, revisions, conditions, watches, leases that end in time. */
import { randomBytes } from 'node:crypto'
import { ClosedError } from '../../errors/index.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import type {
  Committed,
  Compare,
  Engine,
  Grant,
  LeaseState,
  Op,
  RangeRequest,
  Snapshot,
  Watch,
  WatchSink,
} from '../engine/engine.js'
import { leaseText, NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Range } from '../engine/range.js'
import { CompactedError, FutureRevisionError, RefusedError, TransactionTooLargeError } from '../errors.js'
import { applyCommit, deleteKeys } from '../store/apply.js'
import { readSnapshot } from '../store/read.js'
import { WatchHub } from '../store/watch-hub.js'
import { MemoryRows } from './memory-rows.js'

/** What etcd speaks whose behaviour this is. */
const VERSION = '3.5.0'

/** How the store is set up. */
export interface MemoryEngineOptions {
  /** What leases are measured by. */
  readonly clock: Clock
  /** How many conditions, and how many operations, a commit may have, as etcd's `--max-txn-ops`. */
  readonly opsMax: number
  /** How many revisions are kept behind the current one; older ones are compacted. */
  readonly revisionsMax: number
}

interface Granted {
  readonly ttlS: number
  deadlineMs: number
  disarm: Disarm
}

/** The engine of `MemoryBackend`. Who shares the object shares the store. */
export class MemoryEngine implements Engine {
  readonly name = 'memory'
  readonly opsMax: number
  readonly tellsProgress = true
  readonly isLocal = true
  private readonly clock: Clock
  private readonly revisionsMax: number
  private readonly id = randomBytes(8).readBigUInt64BE()
  private readonly rows = new MemoryRows()
  private readonly hub = new WatchHub(this.rows)
  private readonly granted = new Map<LeaseId, Granted>()
  private lastLease: LeaseId = NO_LEASE
  private isClosed = false

  constructor(options: MemoryEngineOptions) {
    this.clock = options.clock
    this.opsMax = options.opsMax
    this.revisionsMax = options.revisionsMax
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as an engine whose store is elsewhere
  async range(requests: readonly RangeRequest[], revision?: number): Promise<Snapshot> {
    this.checkOpen()
    return readSnapshot(this.rows, requests, revision)
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async commit(compares: readonly Compare[], ops: readonly Op[], otherwise?: readonly Op[]): Promise<Committed> {
    this.checkOpen()
    const most = Math.max(compares.length, ops.length, otherwise?.length ?? 0)
    if (most > this.opsMax) {
      throw new TransactionTooLargeError('conditions or operations', most, this.opsMax, 'The limit is opsMax.')
    }
    const committed = applyCommit(this.rows, this.name, compares, ops, otherwise)
    this.changed()
    return committed
  }

  watch(range: Range, from: number, sink: WatchSink): Watch {
    this.checkOpen()
    return this.hub.add(range, from, sink)
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async grant(ttlS: number, id?: LeaseId): Promise<Grant> {
    this.checkOpen()
    const chosen = id === undefined || id === NO_LEASE ? (this.lastLease += 1n) : id
    if (this.granted.has(chosen)) throw new RefusedError(this.name, `lease ${leaseText(chosen)} already exists`)
    this.rows.addLease(chosen)
    const deadlineMs = this.clock.now() + ttlS * 1000
    this.granted.set(chosen, { ttlS, deadlineMs, disarm: this.armEnd(chosen, deadlineMs) })
    return { id: chosen, ttlS }
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async keepAlive(id: LeaseId): Promise<number> {
    this.checkOpen()
    const lease = this.granted.get(id)
    if (lease === undefined) return 0
    lease.disarm()
    lease.deadlineMs = this.clock.now() + lease.ttlS * 1000
    lease.disarm = this.armEnd(id, lease.deadlineMs)
    return lease.ttlS
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async revoke(id: LeaseId): Promise<void> {
    this.checkOpen()
    this.end(id)
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async timeToLive(id: LeaseId): Promise<LeaseState> {
    this.checkOpen()
    const lease = this.granted.get(id)
    const leftMs = (lease?.deadlineMs ?? 0) - this.clock.now()
    // Its alarm may ring a moment later than it is over.
    if (lease === undefined || leftMs <= 0) return { ttlS: -1, grantedTtlS: 0, keys: [] }
    return { ttlS: Math.ceil(leftMs / 1000), grantedTtlS: lease.ttlS, keys: this.rows.keysOf(id) }
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async leases(): Promise<readonly LeaseId[]> {
    this.checkOpen()
    return [...this.granted.keys()]
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async compact(revision: number): Promise<void> {
    this.checkOpen()
    if (revision > this.rows.revision) throw new FutureRevisionError(revision, this.rows.revision)
    if (revision <= this.rows.compacted) throw new CompactedError(revision, this.rows.compacted)
    this.rows.compact(revision)
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async storeId(): Promise<bigint> {
    this.checkOpen()
    return this.id
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async version(): Promise<string> {
    this.checkOpen()
    return VERSION
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    for (const { disarm } of this.granted.values()) disarm()
    this.hub.fail(new ClosedError('the store in memory was closed'))
  }

  private checkOpen(): void {
    if (this.isClosed) throw new ClosedError('the store in memory was closed')
  }

  private armEnd(id: LeaseId, deadlineMs: number): Disarm {
    return this.clock.alarm(deadlineMs, () => {
      const lease = this.granted.get(id)
      if (lease === undefined || this.isClosed) return
      // An alarm may ring a moment before its time.
      if (this.clock.now() < lease.deadlineMs) lease.disarm = this.armEnd(id, lease.deadlineMs)
      else this.end(id)
    })
  }

  private end(id: LeaseId): void {
    const lease = this.granted.get(id)
    if (lease === undefined) return
    lease.disarm()
    this.granted.delete(id)
    const keys = this.rows.keysOf(id)
    this.rows.dropLease(id)
    deleteKeys(this.rows, [...keys].sort())
    this.changed()
  }

  private changed(): void {
    this.hub.wake()
    const { rows, revisionsMax } = this
    // In steps, so that a compaction's cost is shared by many commits.
    if (rows.revision - rows.compacted > revisionsMax * 1.1) rows.compact(rows.revision - revisionsMax)
  }
}
