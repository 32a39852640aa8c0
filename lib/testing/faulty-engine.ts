/** A store behind a link with the faults that links have. */
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
} from '../kv/engine/engine.js'
import type { LeaseId } from '../kv/engine/lease-id.js'
import type { Range } from '../kv/engine/range.js'
import { CommitOutcomeUnknownError, UnavailableError } from '../kv/errors.js'

/**
 * What happens to a commit. `unavailable`: it is not sent. For the others nobody hears what became of it: `lost` never
 * arrives, `unanswered` is applied, `late` arrives behind the next commit.
 */
export type CommitFault = 'unavailable' | 'lost' | 'unanswered' | 'late'

/** How the faults are chosen. */
export interface FaultyEngineOptions {
  /** Called for each commit; null: nothing happens to it. */
  readonly faultOf?: () => CommitFault | null
  /** Called before each read and each commit, which wait for it: a place for delays, compactions and other commits. */
  readonly before?: (call: 'range' | 'commit') => Promise<void> | void
}

class FaultyWatch implements Watch {
  readonly range: Range
  readonly sink: WatchSink
  /** Where to go on when the link comes back. */
  next: number
  inner: Watch | null = null
  readonly #end: () => void

  constructor(range: Range, from: number, sink: WatchSink, end: () => void) {
    this.range = range
    this.next = from
    this.sink = sink
    this.#end = end
  }

  askProgress(): void {
    this.inner?.askProgress()
  }

  close(): void {
    this.inner?.close()
    this.#end()
  }
}

/**
 * A store behind a link with faults, over any store: for tests of what stands on it.
 *
 * @example
 * const faulty = new FaultyEngine(new MemoryBackend().engine)
 * await using kv = new Backend(faulty)
 * faulty.failNext('unanswered')
 * await kv.create('/a', 'done once, though nobody said so')
 * assert.equal((await kv.get('/a'))[1].modRevision, 2)
 */
export class FaultyEngine implements Engine {
  readonly name: string
  readonly opsMax: number
  readonly tellsProgress: boolean
  readonly isLocal = false
  /** How many commits had a fault. */
  faults = 0
  readonly #inner: Engine
  readonly #options: FaultyEngineOptions
  readonly #next: CommitFault[] = []
  readonly #watches = new Set<FaultyWatch>()
  #late: (() => Promise<unknown>)[] = []
  #isConnected = true

  constructor(inner: Engine, options: FaultyEngineOptions = {}) {
    this.#inner = inner
    this.#options = options
    this.name = inner.name
    this.opsMax = inner.opsMax
    this.tellsProgress = inner.tellsProgress
  }

  /** What happens to the next commits, one each. */
  failNext(...faults: CommitFault[]): void {
    this.#next.push(...faults)
  }

  /** Break the link: nothing can be asked for, and watches hear nothing. */
  disconnect(): void {
    this.#isConnected = false
    for (const watch of this.#watches) {
      watch.inner?.close()
      watch.inner = null
    }
  }

  /** Mend the link: watches go on where they were. */
  connect(): void {
    if (this.#isConnected) return
    this.#isConnected = true
    for (const watch of this.#watches) this.#open(watch)
  }

  async range(requests: readonly RangeRequest[], revision?: number): Promise<Snapshot> {
    await this.#options.before?.('range')
    this.#checkConnected()
    return await this.#inner.range(requests, revision)
  }

  async commit(compares: readonly Compare[], ops: readonly Op[], otherwise?: readonly Op[]): Promise<Committed> {
    await this.#options.before?.('commit')
    this.#checkConnected()
    const late = this.#late.splice(0)
    const fault = this.#next.shift() ?? this.#options.faultOf?.() ?? null
    const apply = (): Promise<Committed> => this.#inner.commit(compares, ops, otherwise)
    try {
      return await (fault === null ? apply() : this.#fail(fault, apply))
    } finally {
      // What a link has lost sight of asks nobody whether it still makes sense.
      for (const arrive of late) await arrive().catch(() => undefined)
    }
  }

  watch(range: Range, from: number, sink: WatchSink): Watch {
    const watch: FaultyWatch = new FaultyWatch(range, from, sink, () => this.#watches.delete(watch))
    this.#watches.add(watch)
    if (this.#isConnected) this.#open(watch)
    return watch
  }

  async grant(ttlS: number, id?: LeaseId): Promise<Grant> {
    this.#checkConnected()
    return await this.#inner.grant(ttlS, id)
  }

  async keepAlive(id: LeaseId): Promise<number> {
    this.#checkConnected()
    return await this.#inner.keepAlive(id)
  }

  async revoke(id: LeaseId): Promise<void> {
    this.#checkConnected()
    await this.#inner.revoke(id)
  }

  async timeToLive(id: LeaseId): Promise<LeaseState> {
    this.#checkConnected()
    return await this.#inner.timeToLive(id)
  }

  async leases(): Promise<readonly LeaseId[]> {
    this.#checkConnected()
    return await this.#inner.leases()
  }

  async compact(revision: number): Promise<void> {
    this.#checkConnected()
    await this.#inner.compact(revision)
  }

  async storeId(): Promise<bigint> {
    this.#checkConnected()
    return await this.#inner.storeId()
  }

  async version(): Promise<string> {
    this.#checkConnected()
    return await this.#inner.version()
  }

  async close(): Promise<void> {
    await this.#inner.close()
  }

  async #fail(fault: CommitFault, apply: () => Promise<Committed>): Promise<never> {
    this.faults += 1
    if (fault === 'unavailable') throw new UnavailableError(this.name, 'the link is broken')
    if (fault === 'late') this.#late.push(apply)
    if (fault === 'unanswered') await apply()
    throw new CommitOutcomeUnknownError(this.name, 'the link has broken')
  }

  #checkConnected(): void {
    if (!this.#isConnected) throw new UnavailableError(this.name, 'the link is broken')
  }

  #open(watch: FaultyWatch): void {
    const { sink, range } = watch
    const over = (): void => void this.#watches.delete(watch)
    watch.inner = this.#inner.watch(range, watch.next, {
      opened: (revision) => {
        if (watch.next === 0) watch.next = revision + 1
        sink.opened?.(revision)
      },
      changed: (changes, revision) => {
        watch.next = revision + 1
        sink.changed(changes, revision)
      },
      progress: (revision) => {
        watch.next = revision + 1
        sink.progress?.(revision)
      },
      gap: (compactRevision) => {
        over()
        sink.gap(compactRevision)
      },
      failed: (error) => {
        over()
        sink.failed(error)
      },
    })
  }
}
