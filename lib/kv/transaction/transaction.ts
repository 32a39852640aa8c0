/**
 * A transaction: a series of reads and writes that is done as a whole, or not at all. It is optimistic: all its reads
 * are of one state, its writes wait, and the commit does them if everything that was read is still the same. Else the
 * series begins anew (specification kv, section 9).
 */
import { toError } from '../../errors/index.js'
import { ConfigCollision, ConfigVanished, TransactionStateError, type Conflict } from '../errors.js'
import { levelsOf, type Recurse } from '../levels.js'
import type { CreateOptions, DeleteOptions, PutOptions } from '../options.js'
import { checkPath, checkPrefix } from '../path.js'
import { revisionNumber, type DbRevision } from '../revision.js'
import { encodeValue, type Value } from '../value.js'
import { findConflict } from './conflict.js'
import { Draft } from './draft.js'
import { entriesIn, pathsIn, type TxnEntry } from './overlay.js'
import type { RangeRead } from './range-read.js'
import type { ReadSet } from './read-set.js'
import type { Reader } from './snapshot.js'
import type { TransactionSupport } from './support.js'

/** Where and what a transaction reads. */
export interface TransactionOptions {
  /** The state to read; not given: the current one at the first read. */
  readonly revision?: DbRevision | number | undefined
  /** A cache before the store, that answers as `Engine.range` does. */
  readonly reader?: Reader | undefined
}

type State = 'open' | 'committing' | 'committed' | 'conflict' | 'failed'

/**
 * A series of reads and writes to be done as one. `Backend.transact` makes it, and commits it.
 *
 * Calls check their arguments at once; `create`, `update` and `delete` also see at once whether the key is there. What
 * they throw may be caught, and the transaction goes on.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await kv.create('/count', '41')
 * await kv.transact(async (txn) => {
 *   await txn.update('/count', String(Number(await txn.get('/count')) + 1))
 * })
 * assert.equal((await kv.get('/count'))[0], '42')
 */
export class Transaction {
  readonly #support: TransactionSupport
  readonly #reader: Reader
  #draft: Draft
  #state: State = 'open'
  #callbacks: ((revision: number) => void)[] = []
  #revision: number | null = null

  constructor(support: TransactionSupport, { revision, reader = support.engine }: TransactionOptions = {}) {
    this.#support = support
    this.#reader = reader
    this.#draft = new Draft(support, reader, revisionNumber(revision))
  }

  /**
   * The value of a key as the transaction sees it, its own writes included; null if it isn't there.
   *
   * @throws {InvalidPathError} If the path can't name a key.
   */
  get(path: string): Promise<string | null> {
    return promised(() => {
      this.#checkOpen()
      checkPath(path)
      return this.#draft.text(path)
    })
  }

  /**
   * The paths that begin so, in order, as the transaction sees them. A last slash asks for the children. The commit
   * depends on which keys there are; with `withValues` on their values, too.
   *
   * @throws {InvalidPathError} If the path doesn't begin with a slash.
   * @throws {RangeError} If a level can't be one.
   */
  listKeys(path: string, options?: { recurse?: Recurse; withValues?: false }): Promise<string[]>
  listKeys(path: string, options: { recurse?: Recurse; withValues: true }): Promise<TxnEntry[]>
  listKeys(path: string, options: { recurse?: Recurse; withValues?: boolean } = {}): Promise<string[] | TxnEntry[]> {
    return promised(() => {
      this.#checkOpen()
      checkPrefix(path)
      const { recurse = 0, withValues = false } = options
      const draft = this.#draft
      return draft.underWay(this.#listed(draft, draft.list(path, levelsOf(recurse), withValues), withValues))
    })
  }

  /** `listKeys` with values: each path with its value and the revision of its last write, null if it is still to come. */
  entries(path: string, options: { recurse?: Recurse } = {}): Promise<TxnEntry[]> {
    return this.listKeys(path, { ...options, withValues: true })
  }

  /**
   * Write a key that isn't there.
   *
   * @throws {ConfigCollision} If it is.
   */
  create(path: string, value: Value, { lease }: CreateOptions = {}): Promise<void> {
    return this.#write(path, value, (draft, bytes, isThere) => {
      if (isThere) throw new ConfigCollision(path)
      draft.put(path, bytes, lease ?? null)
    })
  }

  /**
   * Write a key that is there. It keeps its lease unless another is given.
   *
   * @throws {ConfigVanished} If it isn't.
   */
  update(path: string, value: Value, { lease }: PutOptions = {}): Promise<void> {
    return this.#write(path, value, (draft, bytes, isThere) => {
      if (!isThere) throw new ConfigVanished(path, 'update')
      draft.put(path, bytes, lease === undefined ? 'keep' : lease)
    })
  }

  /**
   * Write a key, there or not. One that is there keeps its lease unless another is given; to know that, the key is
   * read. With a lease, or null for none, it isn't.
   */
  put(path: string, value: Value, { lease }: PutOptions = {}): Promise<void> {
    if (lease === undefined) {
      return this.#write(path, value, (draft, bytes, isThere) => draft.put(path, bytes, isThere ? 'keep' : null))
    }
    return promised(() => {
      this.#draft.put(path, this.#bytesToWrite(path, value), lease)
      return DONE
    })
  }

  /**
   * Delete a key, with `prefix` all of its level that begin so, with `recursive` what lies below as well. What was
   * listed for this is read: the commit fails if a key comes into being there meanwhile.
   *
   * @throws {ConfigVanished} If the path itself isn't there, unless `mustExist` is false: then it isn't even read.
   * @throws {TooDeepError} If keys lie below `maxDepth`.
   * @throws {InvalidPathError} If the path ends with a slash, unless `prefix` is given.
   */
  delete(path: string, options: DeleteOptions = {}): Promise<void> {
    return promised(() => {
      this.#checkOpen()
      const draft = this.#draft
      const { mustExist = true, recursive = false, prefix = false } = options
      if (prefix) checkPrefix(path)
      else checkPath(path)
      if (recursive || prefix) return draft.underWay(draft.deleteMany(path, options))
      if (mustExist) return draft.once(path, (isThere) => draft.deleteOne(path, isThere)) ?? DONE
      draft.deleteOne(path, true)
      return DONE
    })
  }

  /** Call back once the transaction has been committed and has written something, with the revision of its writes. */
  onCommit(callback: (revision: number) => void): void {
    this.#checkOpen()
    this.#callbacks.push(callback)
  }

  /**
   * Do the writes, if everything that was read is still the same. Calls that are under way are waited for first. A
   * transaction that writes nothing asks nobody.
   *
   * @returns whether it was done; if not, `reset` lets the transaction begin anew.
   * @throws {TransactionTooLargeError} If it reads or writes more than the store takes at once.
   * @throws {LeaseLostError} If a lease of one of its writes is over.
   * @throws {CommitOutcomeUnknownError} If the link broke, and whether it was done could not be found out.
   */
  async commit(): Promise<boolean> {
    this.#checkOpen()
    try {
      if (this.#draft.isBusy) await this.#draft.settle()
      this.#state = 'committing'
      const { ok, revision } = await this.#draft.commit()
      this.#state = ok ? 'committed' : 'conflict'
      this.#revision = revision
    } catch (error) {
      this.#state = 'failed'
      throw error
    }
    if (this.commitRevision !== null) this.#tell(this.commitRevision)
    return this.#state === 'committed'
  }

  /**
   * Begin anew after a commit, whatever its outcome, perhaps with a given state to read.
   *
   * @throws {TransactionStateError} If it wasn't committed.
   */
  reset(revision?: DbRevision | number): void {
    if (this.#state === 'open' || this.#state === 'committing') {
      throw new TransactionStateError('Called reset on an uncommitted transaction!')
    }
    this.#draft = new Draft(this.#support, this.#reader, revisionNumber(revision))
    this.#callbacks = []
    this.#revision = null
    this.#state = 'open'
  }

  /** Whether it was committed, with or without success. */
  get isCommitted(): boolean {
    return this.#state !== 'open' && this.#state !== 'committing'
  }

  /** Whether the state that it read was compacted away, and another won't do: it can only begin anew. */
  get isSpoilt(): boolean {
    return this.#draft.reads.isSpoilt
  }

  /**
   * The last revision that it knows of: that of its writes, or without any the state that it read.
   *
   * @throws {TransactionStateError} If it wasn't committed, or has neither read nor written.
   */
  get revision(): number {
    if (this.#state !== 'committed') {
      throw new TransactionStateError('Revision is undefined on an uncommitted transaction!')
    }
    const revision = this.commitRevision ?? this.readRevision
    if (revision !== null) return revision
    throw new TransactionStateError('Revision is undefined: the transaction has neither read nor written anything')
  }

  /** The state that it reads; null until the first read found it. */
  get readRevision(): number | null {
    return this.#draft.reads.revision ?? null
  }

  /** The revision of its writes; null if there are none, or they were not done. */
  get commitRevision(): number | null {
    return this.#state === 'committed' ? this.#revision : null
  }

  /** What it has read up to now. */
  readSet(): ReadSet {
    return this.#draft.reads.readSet()
  }

  /** What was in the way of the commit; null if nothing was, or it can't be told any more. */
  async conflict(): Promise<Conflict | null> {
    if (this.#state !== 'conflict' || this.#revision === null) return null
    try {
      return await findConflict(this.#support.engine, this.readSet(), this.#revision)
    } catch {
      // Its history is gone, or the store: that there was a conflict is known all the same.
      return null
    }
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new TransactionStateError('Attempted to modify committed transaction!')
  }

  #bytesToWrite(path: string, value: Value): Uint8Array {
    this.#checkOpen()
    checkPath(path, this.#support.writeRule)
    return encodeValue(value)
  }

  /** Do a write that needs to know whether the key is there. */
  #write(path: string, value: Value, act: (draft: Draft, bytes: Uint8Array, isThere: boolean) => void): Promise<void> {
    return promised(() => {
      const bytes = this.#bytesToWrite(path, value)
      const draft = this.#draft
      return draft.once(path, (isThere) => act(draft, bytes, isThere)) ?? DONE
    })
  }

  async #listed(draft: Draft, reading: Promise<RangeRead[]>, withValues: boolean): Promise<string[] | TxnEntry[]> {
    return (withValues ? entriesIn : pathsIn)(await reading, draft.writes, this.#support.oddKey)
  }

  #tell(revision: number): void {
    const callbacks = this.#callbacks
    this.#callbacks = []
    for (const callback of callbacks) callback(revision)
  }
}

const DONE = Promise.resolve()

/**
 * The promise that a call returns, or one for what it throws. It is not an async function: the commit waits for this
 * very promise, so that what fails unseen fails the commit, and nothing else.
 */
function promised<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call()
  } catch (error) {
    return Promise.reject(toError(error))
  }
}
