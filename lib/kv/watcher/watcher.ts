/**
 * A loop that runs whenever something that its transactions have read has changed (specification kv, section 11). The
 * body reads what it needs and does what follows from it; the watcher remembers what was read, and waits for that.
 *
 * An iteration is never left behind on an outdated view: what changed while the body was still running makes the next
 * one begin at once. Several changes that come together make one iteration. Only what the attempt has read that was
 * committed, or left, counts: an attempt that lost a conflict has read nothing.
 */
import { requireAtLeast } from '../../errors/index.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import type { Engine } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import { pathOf } from '../path.js'
import type { TxnOptions } from '../transaction/attempts.js'
import { loopOver, runBody } from '../transaction/loop.js'
import type { ReadSet } from '../transaction/read-set.js'
import type { Transaction, TransactionOptions } from '../transaction/transaction.js'
import { CachedReader } from './cached-reader.js'
import { WatchSet } from './watch-set.js'

/** Why an iteration began. */
export interface WakeReason {
  /** The first one; something read has changed; nothing did for `timeoutMs`; `trigger` was called. */
  readonly kind: 'start' | 'changed' | 'timeout' | 'trigger'
  /** Which keys had changed, in the order in which that was told; empty unless something had. */
  readonly paths: readonly string[]
}

/** How a watcher waits, and what its transactions are. */
export interface WatcherOptions<T = Transaction> {
  /** How long it waits for a change; null, or not given: for ever. */
  readonly timeoutMs?: number | null
  /** What a body gets in the place of each transaction. */
  readonly txnWrapper?: (txn: Transaction) => T
  /** Whether changes by its own transactions wake it, too; true if it isn't given. */
  readonly ownWrites?: boolean
  /** For how long more changes are gathered once something has changed; 0, if it isn't given: what is there already. */
  readonly debounceMs?: number
  /**
   * How old the state may be that a transaction reads, as far as nothing watched has changed since; 200 if it isn't given.
   * So reading what is watched costs no request. At 0, and where the store is in this process or in a file, each
   * transaction reads the current state.
   */
  readonly requeryProgressMs?: number
  /** Ends the loop, which throws its reason. */
  readonly signal?: AbortSignal
}

/** What a watcher stands on. */
export interface WatcherBase {
  readonly engine: Engine
  readonly clock: Clock
  /** The newest state that was written by it. */
  readonly written: number
  transaction(options?: TransactionOptions): Transaction
}

/**
 * A watcher, and the loop over its iterations: each gives the watcher itself.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await kv.put('/lamp/wanted', 'on')
 * for await (const watcher of kv.watcher()) {
 *   const isDone = await watcher.transact(async (txn) => {
 *     const wanted = await txn.get('/lamp/wanted')
 *     if ((await txn.get('/lamp/state')) === wanted) return true
 *     await txn.put('/lamp/state', wanted)
 *     return false
 *   })
 *   if (isDone) break
 * }
 * assert.equal((await kv.get('/lamp/state'))[0], 'on')
 */
export class Watcher<T = Transaction> implements AsyncIterable<Watcher<T>> {
  private readonly base: WatcherBase
  private readonly options: WatcherOptions<T>
  private readonly watches: WatchSet
  private readonly reader: CachedReader | undefined
  private timeout: number | null
  private why: WakeReason = { kind: 'start', paths: [] }
  private readSets: ReadSet[] = []
  private readonly changed = new Set<Key>()
  private isTriggered = false
  private failure: Error | null = null
  /** Ends the waiting that is under way. */
  private wake: (() => void) | null = null
  private disarm: Disarm | null = null
  private isTimeOver = false

  /** @throws {RangeError} If a time is below 0. */
  constructor(base: WatcherBase, options: WatcherOptions<T> = {}) {
    const { timeoutMs = null, debounceMs = 0, requeryProgressMs = 200 } = options
    const times = { timeoutMs: timeoutMs ?? 0, debounceMs, requeryProgressMs }
    requireAtLeast(0, times, 'timeoutMs', 'debounceMs', 'requeryProgressMs')
    const { engine, clock } = base
    const isCache = requeryProgressMs > 0 && engine.isLocal !== true
    this.base = base
    this.options = options
    this.timeout = timeoutMs
    this.watches = new WatchSet(
      engine,
      { clock, isCache },
      {
        outdated: (keys) => {
          for (const key of keys) this.changed.add(key)
          this.wake?.()
        },
        failed: (error) => {
          this.failure ??= error
          this.wake?.()
        },
      },
    )
    if (isCache)
      this.reader = new CachedReader(engine, this.watches, { clock, requeryProgressMs, written: () => base.written })
  }

  /** Why this iteration began. */
  get reason(): WakeReason {
    return this.why
  }

  /** How many low-level watches it has. */
  get watched(): { readonly ranges: number; readonly keys: number } {
    return this.watches.size
  }

  /** How long it waits for a change; null: for ever. */
  get timeoutMs(): number | null {
    return this.timeout
  }

  /** Wait so long from the next wait on; if it waits just now, from now. */
  setTimeoutMs(timeoutMs: number | null): void {
    requireAtLeast(0, { timeoutMs: timeoutMs ?? 0 }, 'timeoutMs')
    this.timeout = timeoutMs
    if (this.wake !== null) this.armTimeout()
  }

  /**
   * Begin the next iteration, whether anything has changed or not: at once if it waits, else when this one is over. It
   * can be called at any time, from anywhere.
   */
  trigger(): void {
    this.isTriggered = true
    this.wake?.()
  }

  /**
   * The attempts of a nested transaction, as `Backend.txn` gives them. What it reads is watched, also where the loop over
   * it is left early.
   */
  async *txn(options: TxnOptions = {}): AsyncGenerator<T, void, undefined> {
    const nested = this.nest()
    try {
      for await (const txn of loopOver(this.base.clock, nested, this.withSignal(options))) yield this.wrap(txn)
    } finally {
      this.register(nested.last)
    }
  }

  /** A nested transaction, as `Backend.transact` runs it. What it reads is watched, also where its body throws. */
  async transact<R>(body: (txn: T) => R | Promise<R>, options: TxnOptions = {}): Promise<R> {
    const nested = this.nest()
    try {
      return await runBody(this.base.clock, nested, (txn) => body(this.wrap(txn)), this.withSignal(options))
    } finally {
      this.register(nested.last)
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<this, void, undefined> {
    const { signal } = this.options
    const wake = (): void => this.wake?.()
    signal?.addEventListener('abort', wake)
    try {
      for (;;) {
        signal?.throwIfAborted()
        yield this
        this.why = await this.wait()
      }
    } finally {
      signal?.removeEventListener('abort', wake)
      this.disarm?.()
      this.watches.close()
    }
  }

  private async wait(): Promise<WakeReason> {
    this.watches.arm(this.readSets)
    this.readSets = []
    if (!this.isAwake()) {
      await new Promise<void>((resolve) => {
        this.wake = () => {
          if (this.isAwake()) resolve()
        }
        this.armTimeout()
      })
    }
    this.wake = null
    this.disarm?.()
    if (this.changed.size > 0) await this.gather()
    this.watches.disarm()
    this.options.signal?.throwIfAborted()
    if (this.failure !== null) throw this.failure
    return this.takeReason()
  }

  private isAwake(): boolean {
    const isAborted = this.options.signal?.aborted === true
    return this.changed.size > 0 || this.isTriggered || this.isTimeOver || this.failure !== null || isAborted
  }

  /** What is under way comes, too: else each change of a burst would be an iteration of its own. */
  private gather(): Promise<void> {
    const { clock } = this.base
    const { debounceMs = 0, signal } = this.options
    return new Promise((resolve) => {
      if (debounceMs === 0) {
        clock.soon(resolve)
        return
      }
      const end = (): void => {
        disarm()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const disarm = clock.alarm(clock.now() + debounceMs, end)
      signal?.addEventListener('abort', end)
    })
  }

  private takeReason(): WakeReason {
    const paths = [...this.changed].map((key) => pathOf(key)).filter((path) => path !== null)
    const kind = paths.length > 0 ? 'changed' : this.isTriggered ? 'trigger' : 'timeout'
    this.changed.clear()
    this.isTriggered = false
    this.isTimeOver = false
    return { kind, paths }
  }

  private armTimeout(): void {
    const { clock } = this.base
    this.disarm?.()
    if (this.timeout === null) return
    const atMs = clock.now() + this.timeout
    const arm = (): void => {
      this.disarm = clock.alarm(atMs, () => {
        // An alarm may ring a moment before its time.
        if (clock.now() < atMs) {
          arm()
          return
        }
        this.isTimeOver = true
        this.wake?.()
      })
    }
    arm()
  }

  /** Where the attempts of a nested transaction come from; the last one is that whose reads count. */
  private nest(): Nested {
    const nested: Nested = {
      last: null,
      begin: (attempt) => {
        if (attempt > 0) this.reader?.invalidate()
        return (nested.last = this.base.transaction({ reader: this.reader }))
      },
    }
    return nested
  }

  private register(txn: Transaction | null): void {
    if (txn === null) return
    this.readSets.push(txn.readSet())
    if (this.options.ownWrites === false && txn.commitRevision !== null) this.watches.ignore(txn.commitRevision)
  }

  private wrap(txn: Transaction): T {
    return this.options.txnWrapper === undefined ? (txn as T) : this.options.txnWrapper(txn)
  }

  private withSignal(options: TxnOptions): TxnOptions {
    return { signal: this.options.signal, ...options }
  }
}

interface Nested {
  last: Transaction | null
  begin(attempt: number): Transaction
}
