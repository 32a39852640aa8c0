/**
 * What one attempt of a transaction has read and is to write, and the calls of it that are under way. Nobody need wait
 * for a call before the next; the commit waits for all.
 */
import type { Range } from '../engine/range.js'
import { ConfigVanished, TooDeepError } from '../errors.js'
import { MAX_DEPTH, rangesBelow, subtreeLevels } from '../levels.js'
import type { DeleteOptions } from '../options.js'
import { decodeValue } from '../value.js'
import { commitReads } from './commit.js'
import { pathsIn } from './overlay.js'
import type { RangeRead } from './range-read.js'
import { Reads } from './reads.js'
import type { Reader } from './snapshot.js'
import type { TransactionSupport } from './support.js'
import { Writes, type LeaseToPut } from './writes.js'

/** What became of a commit; the revision is null where the store wasn't asked. */
export interface Outcome {
  readonly ok: boolean
  readonly revision: number | null
}

/** One attempt. */
export class Draft {
  readonly reads: Reads
  readonly writes = new Writes()
  readonly #support: TransactionSupport
  /** Calls under way. */
  #calls: Set<Promise<unknown>> | undefined

  constructor(support: TransactionSupport, reader: Reader, revision: number | undefined) {
    this.#support = support
    this.reads = new Reads(reader, revision)
  }

  /** A key's value, its own writes done. */
  text(path: string): Promise<string | null> {
    const write = this.writes.get(path)
    if (write === undefined) return this.reads.key(path).text
    return Promise.resolve(write.value === null ? null : decodeValue(write.value))
  }

  /** Do something that needs to know whether a key is there: now if that is known, else once it is. */
  once(path: string, act: (isThere: boolean) => void): Promise<void> | undefined {
    const write = this.writes.get(path)
    const read = write === undefined ? this.reads.key(path) : undefined
    if (read !== undefined && !read.isKnown) return this.underWay(read.text.then(() => this.once(path, act)))
    act(write === undefined ? read?.kv !== null : write.value !== null)
    return undefined
  }

  /** One that the transaction itself created keeps the lease that it was created with. */
  put(path: string, value: Uint8Array, lease: LeaseToPut): void {
    const own = this.writes.get(path)
    this.writes.put(path, this.reads.keyOf(path), value, lease === 'keep' && own !== undefined ? own.lease : lease)
  }

  /** Delete a key that has to be there. */
  deleteOne(path: string, isThere: boolean): void {
    requireThere(path, isThere)
    this.writes.delete(path, this.reads.keyOf(path))
  }

  /** Levels of a path, as they were read. */
  async list(path: string, levels: readonly number[], withValues: boolean): Promise<RangeRead[]> {
    const reads = levels.map((level) => this.reads.range(path, level, withValues))
    // All are asked for, so all have to be heard: none may fail unseen.
    await Promise.all(reads.map(({ known }) => known))
    return reads
  }

  /** Delete keys that begin so, or a key with what lies below it. */
  async deleteMany(path: string, options: DeleteOptions): Promise<void> {
    const { mustExist = true, recursive = false, prefix = false } = options
    const levels = recursive ? subtreeLevels(path, options) : [{ path, level: 0 }]
    const reads = levels.map((at) => this.reads.range(at.path, at.level, false))
    const below = recursive ? rangesBelow(path, options) : []
    const [tooDeep] = await Promise.all([
      Promise.all(below.map((range) => this.#firstIn(range))),
      ...reads.map(({ known }) => known),
      mustExist ? this.once(path, (isThere) => requireThere(path, isThere)) : undefined,
    ])
    const deep = tooDeep.find((found) => found !== undefined)
    if (deep !== undefined) throw new TooDeepError(path, options.maxDepth ?? MAX_DEPTH, deep)
    if (!prefix) this.writes.delete(path, this.reads.keyOf(path))
    for (const found of pathsIn(reads, this.writes, this.#support.oddKey)) {
      this.writes.delete(found, this.reads.keyOf(found))
    }
  }

  /** The first path of a range, without the commit depending on it. */
  async #firstIn(range: Range): Promise<string | undefined> {
    // As many as may be deleted here, and one.
    const { kvs } = await this.reads.peek({ ...range, keysOnly: true, limit: this.writes.size + 1 })
    return pathsIn([{ range, kvs }], this.writes, this.#support.oddKey)[0]
  }

  /** Let the commit wait for a call, as its caller may not. */
  underWay<T>(call: Promise<T>): Promise<T> {
    const calls = (this.#calls ??= new Set())
    calls.add(call)
    const over = (): void => void calls.delete(call)
    call.then(over, over)
    return call
  }

  /** Whether something is under way. */
  get isBusy(): boolean {
    return this.reads.isBusy || (this.#calls?.size ?? 0) > 0
  }

  /** Wait until nothing is under way. Rejects if something fails that nobody may have waited for. */
  async settle(): Promise<void> {
    while (this.isBusy) await Promise.all([...(this.#calls ?? []), ...this.reads.unsettled(), this.reads.idle()])
  }

  /** Do the writes if all that was read is the same. */
  commit(): Promise<Outcome> | Outcome {
    if (this.reads.isSpoilt) return { ok: false, revision: null }
    if (this.writes.size === 0) return { ok: true, revision: null }
    return commitReads(this.#support.committer, this.reads.readSet(), this.writes)
  }
}

function requireThere(path: string, isThere: boolean): void {
  if (!isThere) throw new ConfigVanished(path, 'delete')
}
