/** A durable store in a file, without a server, for several processes of one machine at once. */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { ClosedError, requireAtLeast } from '../../errors/index.js'
import type { Clock } from '../../movement/loop/clock.js'
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
import { CompactedError, FutureRevisionError, RefusedError } from '../errors.js'
import { applyCommit } from '../store/apply.js'
import { readSnapshot } from '../store/read.js'
import { WatchHub } from '../store/watch-hub.js'
import { thisBoot, type Boot } from './boot.js'
import { compactTo } from './compaction.js'
import type { EmbeddedRows } from './embedded-rows.js'
import { KEY_BYTES_MAX } from './key-encoders.js'
import { LeaseAlarm } from './lease-alarm.js'
import { endLease, endOver, keysOf, leaseIds, readLease, writeLease } from './leases.js'
import { checkBoot } from './boot-row.js'
import type { State } from './state.js'
import { StoreFile } from './store-file.js'
import { storeIdOf } from './store-id.js'

/** What etcd speaks whose behaviour this is. */
const VERSION = '3.5.0'

/** How many revisions a commit forgets at most, so that none waits long for it; and how many `compact` at once. */
const COMPACT_STEP = 1000

/** How the store is set up. */
export interface EmbeddedEngineOptions {
  /** The file; it and its directory are made if they aren't there. Beside it lies another, with `-lock` in its name. */
  readonly file: string
  /** What leases are measured by. */
  readonly clock: Clock
  /** How many revisions are kept behind the current one; older ones are compacted. */
  readonly revisionsMax: number
  /** How often the file is looked at where inotify can't tell of changes, in ms. */
  readonly pollMs: number
  /** How long other processes may write it before a commit gives up, in ms. */
  readonly busyMs: number
  /** Which run of the machine this is, and its time; found out if it isn't given. */
  readonly boot?: Boot
}

/** The engine of `EmbeddedBackend`. */
export class EmbeddedEngine implements Engine {
  readonly name: string
  readonly opsMax = Infinity
  readonly tellsProgress = true
  readonly isLocal = true
  private readonly file: StoreFile
  private readonly boot: Boot
  private readonly revisionsMax: number
  private readonly hub: WatchHub
  private readonly alarm: LeaseAlarm
  private readonly changed: (state: State) => void
  private closed: Promise<void> | null = null

  /**
   * @throws {StoreFileError} If the file can't be a store, or is one of a newer format.
   * @throws {UnavailableError} If it may not be read or written, there is no room for it, or another process writes it for longer than `busyMs`.
   */
  constructor(options: EmbeddedEngineOptions) {
    requireAtLeast(1, options, 'revisionsMax', 'pollMs', 'busyMs')
    const { clock, revisionsMax } = options
    this.name = resolve(options.file)
    this.revisionsMax = revisionsMax
    this.boot = options.boot ?? thisBoot(clock)
    this.alarm = new LeaseAlarm(clock, this.boot, () => {
      this.endLeases()
    })
    this.changed = (state) => {
      this.hub.wake()
      this.alarm.arm(state.soonestMs)
    }
    this.file = StoreFile.open(this.name, this.changed, options)
    this.hub = new WatchHub(this.file)
    checkBoot(this.file, this.boot)
    this.alarm.arm(this.file.latest.soonestMs)
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as an engine whose store is elsewhere
  async range(requests: readonly RangeRequest[], revision?: number): Promise<Snapshot> {
    this.checkOpen()
    return this.file.read((history) => readSnapshot(history, requests, revision))
  }

  async commit(compares: readonly Compare[], ops: readonly Op[], otherwise: readonly Op[] = []): Promise<Committed> {
    this.checkOpen()
    for (const op of ops) this.checkKey(op)
    for (const op of otherwise) this.checkKey(op)
    return this.commitWith((rows) => applyCommit(rows, this.name, compares, ops, otherwise))
  }

  watch(range: Range, from: number, sink: WatchSink): Watch {
    this.checkOpen()
    const watch = this.hub.add(range, from, this.counted(sink))
    this.listen()
    return {
      askProgress: () => {
        watch.askProgress()
      },
      close: () => {
        watch.close()
        this.listen()
      },
    }
  }

  async grant(ttlS: number, id?: LeaseId): Promise<Grant> {
    this.checkOpen()
    return this.commitWith((rows) => {
      const { tables } = this.file
      const chosen = id === undefined || id === NO_LEASE ? freeLease(rows) : id
      if (rows.hasLease(chosen)) throw new RefusedError(this.name, `lease ${leaseText(chosen)} already exists`)
      writeLease(rows, tables, chosen, ttlS, this.boot.now())
      return { id: chosen, ttlS }
    })
  }

  async keepAlive(id: LeaseId): Promise<number> {
    this.checkOpen()
    return this.commitWith((rows) => {
      const { tables } = this.file
      const lease = readLease(tables, id, undefined)
      if (lease === undefined) return 0
      writeLease(rows, tables, id, lease.ttlS, this.boot.now())
      return lease.ttlS
    })
  }

  async revoke(id: LeaseId): Promise<void> {
    this.checkOpen()
    await this.commitWith((rows) => {
      endLease(rows, this.file.tables, id)
    })
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async timeToLive(id: LeaseId): Promise<LeaseState> {
    this.checkOpen()
    const { tables } = this.file
    return this.file.reading((reading) => {
      const lease = readLease(tables, id, reading)
      const leftMs = (lease?.deadlineMs ?? 0) - this.boot.now()
      if (lease === undefined || leftMs <= 0) return { ttlS: -1, grantedTtlS: 0, keys: [] }
      const ttlS = Math.min(Math.ceil(leftMs / 1000), lease.ttlS)
      return { ttlS, grantedTtlS: lease.ttlS, keys: keysOf(tables, id, reading) }
    })
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async leases(): Promise<readonly LeaseId[]> {
    this.checkOpen()
    return this.file.reading((reading) => leaseIds(this.file.tables, reading))
  }

  async compact(revision: number): Promise<void> {
    this.checkOpen()
    const { compacted, revision: current } = this.file.read((history) => history)
    if (revision > current) throw new FutureRevisionError(revision, current)
    if (revision <= compacted) throw new CompactedError(revision, compacted)
    // In steps, so that the commits of others go in between.
    for (let step = compacted; step < revision;) {
      step = await this.commitWith((rows) => {
        const next = Math.min(revision, rows.compacted + COMPACT_STEP)
        compactTo(rows, this.file.tables, next)
        return Math.max(next, rows.compacted)
      })
    }
  }

  async storeId(): Promise<bigint> {
    this.checkOpen()
    return await storeIdOf(this.file)
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async version(): Promise<string> {
    this.checkOpen()
    return VERSION
  }

  close(): Promise<void> {
    return (this.closed ??= this.letGo())
  }

  private letGo(): Promise<void> {
    this.alarm.disarm()
    this.hub.fail(this.closedError())
    return this.file.close(this.changed)
  }

  /** Those that are over go with any commit. If this one fails, the next one takes them. */
  private endLeases(): void {
    this.commitWith(() => undefined).catch(() => {
      if (this.closed === null) this.alarm.retry()
    })
  }

  /** Do something as part of a commit; what is over or too old goes with it, so that the work never sees it. */
  private commitWith<T>(work: (rows: EmbeddedRows) => T): Promise<T> {
    const { tables } = this.file
    return this.file.commit((rows) => {
      endOver(rows, tables, this.boot.now())
      const result = work(rows)
      const oldest = rows.revision - this.revisionsMax
      // In steps, so that a compaction's cost is shared by many commits.
      if (oldest - rows.compacted >= Math.min(COMPACT_STEP, this.revisionsMax / 10)) {
        compactTo(rows, tables, Math.min(oldest, rows.compacted + COMPACT_STEP))
      }
      return result
    })
  }

  private checkOpen(): void {
    if (this.closed !== null) throw this.closedError()
  }

  private closedError(): ClosedError {
    return new ClosedError(`the store in ${this.name} was closed`)
  }

  private checkKey(op: Op): void {
    if (op.op !== 'put' || op.key.length <= KEY_BYTES_MAX) return
    throw new RefusedError(this.name, `a key may have at most ${KEY_BYTES_MAX} bytes: this one has ${op.key.length}`)
  }

  /** A sink that also says that its watch is over. */
  private counted(sink: WatchSink): WatchSink {
    return {
      opened: (revision) => sink.opened?.(revision),
      changed: (changes, revision) => {
        sink.changed(changes, revision)
      },
      progress: (revision) => sink.progress?.(revision),
      gap: (revision) => {
        this.listen()
        sink.gap(revision)
      },
      failed: (error) => {
        this.listen()
        sink.failed(error)
      },
    }
  }

  private listen(): void {
    this.file.setRef(this.changed, this.hub.size > 0)
  }
}

/** A number that no lease has: two processes don't choose the same one. */
function freeLease(rows: EmbeddedRows): LeaseId {
  for (;;) {
    const id = BigInt.asUintN(63, randomBytes(8).readBigUInt64BE())
    if (id !== NO_LEASE && !rows.hasLease(id)) return id
  }
}
