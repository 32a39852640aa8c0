/** What the head of a line holds: a lock, or a leadership. */
import { ClosedError } from '../../errors/index.js'
import type { Compare } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import { LockLostError } from '../errors.js'
import { keyOf } from '../path.js'
import type { Transaction } from '../transaction/transaction.js'
import type { Lease } from './lease.js'
import type { Head, LineSupport } from './line.js'
import { nextChange } from './next-change.js'
import { patiently } from './patiently.js'

/** Something held until it is given back, or lost: because its lease is, or because somebody deletes its key. */
export abstract class Holding implements AsyncDisposable {
  /** What is held. */
  readonly path: string
  /** The key that says so; its name ends with the number of the lease, in hexadecimal. */
  readonly keyPath: string
  /**
   * Greater than that of everybody who held it before. Whatever the holder writes elsewhere should carry it and refuse
   * lower ones than it has seen: that stops who stood still while another took over.
   */
  readonly fencingToken: number
  readonly lease: Lease
  /** Resolves as soon as it is known to be lost; never once it was given back. */
  readonly lost: Promise<LockLostError>
  protected readonly support: LineSupport
  protected readonly key: Key
  readonly #abort = new AbortController()
  readonly #tellLost: (error: LockLostError) => void
  #over: LockLostError | null = null

  constructor(support: LineSupport, { path, keyPath, lease, token }: Head) {
    this.support = support
    this.path = path
    this.keyPath = keyPath
    this.key = keyOf(keyPath)
    this.lease = lease
    this.fencingToken = token
    let tell: (error: LockLostError) => void = () => undefined
    this.lost = new Promise((resolve) => (tell = resolve))
    this.#tellLost = tell
    const { signal } = lease
    const lose = (): void => this.lose('its lease is over', signal.reason)
    if (signal.aborted) lose()
    else signal.addEventListener('abort', lose, { once: true })
    void this.#watchKey(signal)
  }

  /** Aborted at once when it is over: lost (the reason is the same as that of `lost`) or given back. */
  get signal(): AbortSignal {
    this.lease.alive()
    return this.#abort.signal
  }

  /** Whether it is still held, as far as can be known here. */
  get isHeld(): boolean {
    return !this.signal.aborted
  }

  /** What holds in the store as long as it is held: a condition for a commit of one's own. */
  get condition(): Compare {
    return { key: this.key, target: 'create', is: '=', than: this.fencingToken }
  }

  /**
   * Check that it is still held, as far as can be known here.
   *
   * @throws {LockLostError} If it isn't.
   */
  check(): void {
    this.lease.alive()
    if (this.#over !== null) throw this.#over
  }

  /**
   * Make a transaction depend on it: what the transaction writes is written only if it is held at that moment.
   *
   * @throws {LockLostError} If it isn't held any more.
   */
  async guard(txn: Pick<Transaction, 'get' | 'readSet'>): Promise<void> {
    this.check()
    await txn.get(this.keyPath)
    const { keys, revision } = txn.readSet()
    const found = keys.find(({ key }) => key === this.key)?.kv ?? null
    // A state from before, as a cache may have it, says nothing: the commit fails on it and the transaction begins anew.
    if (found?.create === this.fencingToken || (revision ?? 0) < this.fencingToken) return
    this.lose('its key was deleted')
    this.check()
  }

  /** It is lost, for a reason that was learnt elsewhere. */
  protected lose(why: string, cause?: unknown): void {
    if (this.#over !== null) return
    const error = new LockLostError(this.path, why, cause === undefined ? {} : { cause })
    this.#over = error
    this.#abort.abort(error)
    this.#tellLost(error)
    // Its key is gone or goes with time.
    this.lease.revoke().catch(() => undefined)
  }

  /** Give it back. */
  protected async leave(): Promise<void> {
    if (this.#over === null) {
      this.#over = new LockLostError(this.path, 'its holder has given it back')
      this.#abort.abort(this.#over)
    }
    await this.lease.revoke()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave()
  }

  /** The key may be deleted though its lease lives: so a hand may open what is stuck. */
  async #watchKey(signal: AbortSignal): Promise<void> {
    const { engine, clock } = this.support
    const { key } = this
    let from = this.fencingToken + 1
    try {
      for (;;) {
        await nextChange(engine, { key }, from, { counts: ({ type }) => type === 'delete', signal })
        const { results, revision } = await patiently(clock, signal, () => engine.range([{ key, keysOnly: true }]))
        if (results[0]?.kvs[0]?.create !== this.fencingToken) break
        from = revision + 1
      }
      this.lose('its key was deleted')
    } catch (error) {
      // Its lease has told already, unless it is the store that is no more.
      if (!signal.aborted)
        this.lose(error instanceof ClosedError ? 'the store was closed' : 'it can not be watched', error)
    }
  }
}
