/** A database: paths and values over a store, whatever store it is. Each operation here is atomic by itself. */
import { Committer, type WriteOp } from '../commit/committer.js'
import type { Compare, Engine } from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'
import { ConfigCollision, ConfigVanished, RevisionMismatchError } from '../errors.js'
import type { HeldLease } from '../held-lease.js'
import { levelRange, levelsOf } from '../levels.js'
import {
  modToBe,
  type CreateOptions,
  type DeleteOptions,
  type ListOptions,
  type PutOptions,
  type UpdateOptions,
} from '../options.js'
import { checkPath, checkPrefix, keyOf } from '../path.js'
import { revisionNumber, type DbRevision } from '../revision.js'
import type { TxnOptions, TxnSource } from '../transaction/attempts.js'
import { loopOver, runBody } from '../transaction/loop.js'
import type { TransactionSupport } from '../transaction/support.js'
import { Transaction, type TransactionOptions } from '../transaction/transaction.js'
import { decodeValue, encodeValue, type Value } from '../value.js'
import { deleteKeys, isThere } from './delete-keys.js'
import type { LeasingOptions } from './leasing.js'
import { entriesOf, pathsOf, type Entry } from './listing.js'
import { Following } from './following.js'

/** How a database is set up, whatever its store. */
export interface BackendOptions extends LeasingOptions {
  /** Whether what is written needs clean paths: no empty segment, no NUL. What others wrote can always be read. */
  readonly strictPaths?: boolean
  /**
   * Whether each commit writes a key beside its own, `txn/…`, by which it is found out whether it was applied when the
   * link breaks. True if it isn't given. It makes no difference where there is no link.
   */
  readonly commitTokens?: boolean
}

/**
 * A transactional, watchable tree of keys.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await kv.create('/a/b', 'one')
 * const [value, revision] = await kv.get('/a/b')
 * await kv.update('/a/b', 'two', { mustBeRev: revision })
 * assert.deepEqual([value, (await kv.get('/a/b', revision))[0], (await kv.get('/a/b'))[0]], ['one', 'one', 'two'])
 * assert.deepEqual((await kv.listKeys('/a/'))[0], ['/a/b'])
 */
export class Backend extends Following implements AsyncDisposable {
  readonly #support: TransactionSupport
  readonly #source: TxnSource = { begin: () => new Transaction(this.#support) }

  constructor(engine: Engine, options: BackendOptions = {}) {
    super(engine, options)
    const { strictPaths = true, commitTokens = true } = options
    this.#support = {
      engine,
      committer: new Committer(engine, { clock: this.clock, tokens: commitTokens }),
      writeRule: strictPaths ? 'strict' : 'lenient',
      oddKey: (key) => this.log.warn({ key: Buffer.from(key, 'latin1').toString('hex') }, 'no path has this key'),
    }
  }

  /**
   * The value of a key, now or at a revision; null if it isn't there.
   *
   * @throws {InvalidPathError} If the path can't name a key.
   * @throws {CompactedError} If the revision is gone.
   */
  async get(path: string, revision?: DbRevision | number): Promise<[value: string | null, revision: DbRevision]> {
    checkPath(path)
    const read = await this.engine.range([{ key: keyOf(path) }], revisionNumber(revision))
    const kv = read.results[0]?.kvs[0]
    if (kv === undefined) return [null, { revision: read.revision, modRevision: null }]
    return [decodeValue(kv.value), { revision: read.revision, modRevision: kv.mod }]
  }

  /**
   * The keys that begin with a path, in order. A last slash asks for its children. With `withValues` each comes as
   * path, value and the revision of its last write.
   *
   * @throws {InvalidPathError} If the path doesn't begin with a slash.
   * @throws {RangeError} If a level can't be one.
   * @throws {CompactedError} If the revision is gone.
   */
  listKeys(path: string, options?: ListOptions & { withValues?: false }): Promise<[paths: string[], DbRevision]>
  listKeys(path: string, options: ListOptions & { withValues: true }): Promise<[entries: Entry[], DbRevision]>
  async listKeys(
    path: string,
    options: ListOptions & { withValues?: boolean } = {},
  ): Promise<[string[] | Entry[], DbRevision]> {
    checkPrefix(path)
    const { recurse = 0, revision, withValues = false } = options
    const requests = levelsOf(recurse).map((level) => ({ ...levelRange(path, level), keysOnly: !withValues }))
    const read = await this.engine.range(requests, revisionNumber(revision))
    const found = withValues
      ? entriesOf(read.results, this.#support.oddKey)
      : pathsOf(read.results, this.#support.oddKey)
    return [found, { revision: read.revision, modRevision: null }]
  }

  /**
   * Write a key that isn't there.
   *
   * @throws {ConfigCollision} If it is.
   * @throws {LeaseLostError} If the lease is over.
   */
  async create(path: string, value: Value, { lease }: CreateOptions = {}): Promise<DbRevision> {
    const key = this.#keyToWrite(path)
    const op: WriteOp = { op: 'put', key, value: encodeValue(value), lease: lease?.id ?? NO_LEASE }
    const { ok, revision } = await this.#support.committer.commit([isThere(key, false)], [op], [], leasesOf(lease))
    if (!ok) throw new ConfigCollision(path)
    return { revision, modRevision: revision }
  }

  /**
   * Write a key that is there. It keeps its lease unless another is given.
   *
   * @throws {ConfigVanished} If it isn't.
   * @throws {RevisionMismatchError} If `mustBeRev` is given and it was written, deleted or created since.
   * @throws {LeaseLostError} If the lease is over.
   */
  async update(path: string, value: Value, { lease, mustBeRev }: UpdateOptions = {}): Promise<DbRevision> {
    const key = this.#keyToWrite(path)
    const mod = modToBe(mustBeRev)
    const op: WriteOp = { op: 'put', key, value: encodeValue(value), lease: leaseToPut(lease) }
    const compare: Compare = mod === undefined ? isThere(key, true) : { key, target: 'mod', is: '=', than: mod }
    const { ok, revision, results } = await this.#support.committer.commit(
      [compare],
      [op],
      [{ op: 'range', key, keysOnly: true }],
      leasesOf(lease),
    )
    if (ok) return { revision, modRevision: revision }
    if (mod === undefined) throw new ConfigVanished(path, 'update')
    const [found] = results
    throw new RevisionMismatchError(path, mod, found?.op === 'range' ? (found.kvs[0]?.mod ?? null) : null)
  }

  /**
   * Write a key, there or not. One that is there keeps its lease unless another is given.
   *
   * @throws {LeaseLostError} If the lease is over.
   */
  async put(path: string, value: Value, { lease }: PutOptions = {}): Promise<DbRevision> {
    const key = this.#keyToWrite(path)
    const op = { op: 'put', key, value: encodeValue(value) } as const
    const { committer } = this.#support
    if (lease !== undefined) {
      const { revision } = await committer.commit([], [{ ...op, lease: lease?.id ?? NO_LEASE }], [], leasesOf(lease))
      return { revision, modRevision: revision }
    }
    // It may come and go between.
    for (let is = true; ; is = !is) {
      const { ok, revision } = await committer.commit([isThere(key, is)], [{ ...op, lease: is ? 'keep' : NO_LEASE }])
      if (ok) return { revision, modRevision: revision }
    }
  }

  /**
   * Delete a key, with `prefix` all of its level that begin so, with `recursive` what lies below as well.
   *
   * @returns how many keys were deleted.
   * @throws {ConfigVanished} If the path itself isn't there, unless `mustExist` is false. Nothing was deleted.
   * @throws {TooDeepError} If keys lie below `maxDepth`. Nothing was deleted.
   * @throws {InvalidPathError} If the path ends with a slash, unless `prefix` is given.
   */
  delete(path: string, options: DeleteOptions = {}): Promise<number> {
    return deleteKeys(this.#support.committer, path, options)
  }

  override get written(): number {
    return this.#support.committer.written
  }

  /**
   * The attempts of a transaction, to be looped over: each is committed when the next is asked for, and when that
   * succeeds the loop is over. To leave it by `break` or an exception abandons the attempt: nothing is written. Mostly
   * the body runs once; it should do nothing but read and write by `txn`.
   *
   * @throws {RetriesExhaustedError} If others were in the way too often.
   * @throws {CompactedError} If what it reads was compacted away meanwhile and had changed: `transact` begins anew then.
   * @example
   * await using kv = new MemoryBackend()
   * for await (const txn of kv.txn()) await txn.create('/a', 'one')
   * assert.equal((await kv.get('/a'))[0], 'one')
   */
  txn(options: TxnOptions = {}): AsyncGenerator<Transaction, void, undefined> {
    return loopOver(this.clock, this.#source, options)
  }

  /**
   * Call a body with a transaction, and again with another one as long as others are in the way of the commit.
   *
   * @returns what the body has returned in the attempt that was committed.
   * @throws {RetriesExhaustedError} If others were in the way too often.
   * @throws whatever the body throws: then nothing is written.
   * @example
   * await using kv = new MemoryBackend()
   * const next = await kv.transact(async (txn) => {
   *   const number = Number(await txn.get('/number')) + 1
   *   await txn.put('/number', String(number))
   *   return number
   * })
   * assert.equal(next, 1)
   */
  transact<T>(body: (txn: Transaction) => T | Promise<T>, options: TxnOptions = {}): Promise<T> {
    return runBody(this.clock, this.#source, body, options)
  }

  /** A transaction to be committed by hand, perhaps of a given state or behind a cache. */
  override transaction(options?: TransactionOptions): Transaction {
    return new Transaction(this.#support, options)
  }

  /** The store's version, as `major.minor.patch`. */
  serverVersion(): Promise<string> {
    return this.engine.version()
  }

  override async close(): Promise<void> {
    await this.#support.committer.close().catch((error: unknown) => {
      this.log.debug({ err: error }, 'the tokens of commits could not be deleted: they go when their time is over')
    })
    await super.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #keyToWrite(path: string): Key {
    checkPath(path, this.#support.writeRule)
    return keyOf(path)
  }
}

function leasesOf(lease: HeldLease | null | undefined): HeldLease[] {
  return lease === undefined || lease === null ? [] : [lease]
}

function leaseToPut(lease: HeldLease | null | undefined): LeaseId | 'keep' {
  return lease === undefined ? 'keep' : (lease?.id ?? NO_LEASE)
}
