/** A database: paths and values over a store, whatever store it is. Each operation here is atomic by itself. */
import { describeValue } from '../../errors/index.js'
import type { Committed, Compare, Engine, Op } from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'
import { ConfigCollision, ConfigVanished, LeaseLostError, RevisionMismatchError, TooDeepError } from '../errors.js'
import type { HeldLease } from '../held-lease.js'
import {
  levelRange,
  levelsOf,
  MAX_DEPTH,
  rangesBelow,
  subtreeRanges,
  type Recurse,
  type SubtreeOptions,
} from '../levels.js'
import { checkPath, checkPrefix, keyOf, pathOf, type PathRule } from '../path.js'
import { revisionNumber, type DbRevision } from '../revision.js'
import { decodeValue, encodeValue, type Value } from '../value.js'
import { PathWatch, type WatchOptions } from '../watch/path-watch.js'
import { TreeCache, type TreeCacheOptions } from '../watch/tree-cache.js'
import { Leasing, type LeasingOptions } from './leasing.js'
import { entriesOf, pathsOf, type Entry, type OddKey } from './listing.js'

/** How a database is set up, whatever its store. */
export interface BackendOptions extends LeasingOptions {
  /** Whether what is written needs clean paths: no empty segment, no NUL. What others wrote can always be read. */
  readonly strictPaths?: boolean
}

/** How a key is created. */
export interface CreateOptions {
  /** The lease that it goes with. */
  readonly lease?: HeldLease
}

/** How a key is written anew. */
export interface PutOptions {
  /** The lease that it goes with from now on, null for none. Not given: it keeps the one that it has. */
  readonly lease?: HeldLease | null
}

/** How a key is updated. */
export interface UpdateOptions extends PutOptions {
  /** Only if this is still its last write: what `get` gave, or its `modRevision`. */
  readonly mustBeRev?: DbRevision | number
}

/** What is deleted. */
export interface DeleteOptions extends SubtreeOptions {
  /** Whether the path itself has to exist; true if it isn't given. */
  readonly mustExist?: boolean
  /** What lies below, too. */
  readonly recursive?: boolean
}

/** What is listed. */
export interface ListOptions {
  /** Which levels: 0, the path's own, up to a number, or exactly those named. */
  readonly recurse?: Recurse
  /** As of this revision. */
  readonly revision?: DbRevision | number
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
export class Backend extends Leasing implements AsyncDisposable {
  readonly #writeRule: PathRule
  readonly #oddKey: OddKey

  constructor(engine: Engine, options: BackendOptions = {}) {
    super(engine, options)
    this.#writeRule = (options.strictPaths ?? true) ? 'strict' : 'lenient'
    this.#oddKey = (key) => this.log.warn({ key: Buffer.from(key, 'latin1').toString('hex') }, 'no path has this key')
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
    const found = withValues ? entriesOf(read.results, this.#oddKey) : pathsOf(read.results, this.#oddKey)
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
    const op: Op = { op: 'put', key, value: encodeValue(value), lease: lease?.id ?? NO_LEASE }
    const { ok, revision } = await this.#commit([isThere(key, false)], [op], [], lease)
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
    const op: Op = { op: 'put', key, value: encodeValue(value), lease: leaseToPut(lease) }
    const compare: Compare = mod === undefined ? isThere(key, true) : { key, target: 'mod', is: '=', than: mod }
    const { ok, revision, results } = await this.#commit([compare], [op], [{ op: 'range', key, keysOnly: true }], lease)
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
    const op: Op = { op: 'put', key, value: encodeValue(value), lease: leaseToPut(lease) }
    const { revision } =
      op.lease === 'keep'
        ? await this.#commit([isThere(key, true)], [op], [{ ...op, lease: NO_LEASE }])
        : await this.#commit([], [op], [], lease)
    return { revision, modRevision: revision }
  }

  /**
   * Delete a key, with `prefix` all of its level that begin so, with `recursive` what lies below as well.
   *
   * @returns how many keys were deleted.
   * @throws {ConfigVanished} If the path itself isn't there, unless `mustExist` is false. Nothing was deleted.
   * @throws {TooDeepError} If keys lie below `maxDepth`. Nothing was deleted.
   * @throws {InvalidPathError} If the path ends with a slash, unless `prefix` is given.
   */
  async delete(path: string, options: DeleteOptions = {}): Promise<number> {
    const { mustExist = true, recursive = false, prefix = false } = options
    if (prefix) checkPrefix(path)
    else checkPath(path)
    const key = keyOf(path)
    const doomed = subtreeRanges(path, recursive ? options : { prefix, maxDepth: 1 })
    const below = recursive ? rangesBelow(path, options) : []
    const { ok, results } = await this.#commit(
      [
        ...(mustExist ? [isThere(key, true)] : []),
        ...below.map((range): Compare => ({ ...range, target: 'version', is: '=', than: 0 })),
      ],
      doomed.map((range) => ({ op: 'delete', ...range })),
      [{ key }, ...below].map((range) => ({ op: 'range', ...range, keysOnly: true, limit: 1 })),
    )
    if (ok) return results.reduce((sum, result) => sum + (result.op === 'delete' ? result.deleted : 0), 0)
    const [itself, ...deeper] = results.map((result) => (result.op === 'range' ? result.kvs[0]?.key : undefined))
    if (mustExist && itself === undefined) throw new ConfigVanished(path, 'delete')
    throw new TooDeepError(path, options.maxDepth ?? MAX_DEPTH, firstPath(deeper))
  }

  /**
   * The changes of a key, or of the keys that begin so, of levels, of a subtree: for `for await`, which closes it when it
   * is left. Nothing is lost and nothing comes twice; see `PathWatch`.
   *
   * @throws {InvalidPathError} If the path can't be one.
   * @throws {RangeError} If a level or a limit can't be one.
   */
  watch(path: string, options?: WatchOptions): PathWatch {
    return new PathWatch(this.engine, path, options)
  }

  /**
   * A copy of a subtree (or of another extent) that keeps itself up to date and tells what changes.
   *
   * @throws {InvalidPathError} If the path can't be one.
   * @throws {RangeError} If a level can't be one.
   */
  treeCache(path: string, options: TreeCacheOptions = {}): TreeCache {
    return new TreeCache(this.engine, path, { log: this.log, ...options })
  }

  /** The store's version, as `major.minor.patch`. */
  serverVersion(): Promise<string> {
    return this.engine.version()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #keyToWrite(path: string): Key {
    checkPath(path, this.#writeRule)
    return keyOf(path)
  }

  async #commit(
    compares: readonly Compare[],
    ops: readonly Op[],
    otherwise: readonly Op[],
    lease?: HeldLease | null,
  ): Promise<Committed> {
    lease?.check?.()
    try {
      return await this.engine.commit(compares, ops, otherwise)
    } catch (error) {
      if (error instanceof LeaseLostError && error.lease === lease?.id) lease.lose?.(error.message, error)
      throw error
    }
  }
}

function isThere(key: Key, is: boolean): Compare {
  return { key, target: 'version', is: is ? '!=' : '=', than: 0 }
}

function leaseToPut(lease: HeldLease | null | undefined): LeaseId | 'keep' {
  return lease === undefined ? 'keep' : (lease?.id ?? NO_LEASE)
}

function modToBe(mustBeRev: DbRevision | number | undefined): number | undefined {
  if (mustBeRev === undefined) return undefined
  const mod = typeof mustBeRev === 'number' ? mustBeRev : mustBeRev.modRevision
  if (Number.isInteger(mod)) return mod ?? undefined
  throw new TypeError(`mustBeRev must be the revision of a key's last write: it is ${describeValue(mustBeRev)}`)
}

function firstPath(keys: readonly (Key | undefined)[]): string {
  const key = keys.find((each) => each !== undefined) ?? ''
  return pathOf(key) ?? key
}
