import {
  ConfigCollision,
  ConfigVanished,
  InvalidPathError,
  LeaseLostError,
  RefusedError,
  TransactionTooLargeError,
  checkPath,
  openKv,
  type Backend,
  type HeldLease,
  type Lease,
  type Transaction,
} from '../lib/kv/index.js'
import {
  SendingDrain,
  describeValue,
  insert,
  itemGetter,
  requireAtLeast,
  requireOneOf,
  toError,
  type Getter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { BATCH_DEFAULTS, BatchSender, TooLarge, batchConfig } from '../lib/net/batch-sender.js'

/** Configuration insert: what an operator may set. */
export const kvDrainBaseConfig = insert({
  url: {
    doc: 'The database: memory:, file:PATH or etcd://HOST:PORT. Not set: the app brings it.',
    format: 'database',
    default: null,
  },
  mode: {
    doc: 'How a key is written: put (there or not), create (it must not be there), or update (it must be).',
    format: ['put', 'create', 'update'],
    default: 'put',
    live: true,
  },
  ttlMs: {
    doc: 'The keys go when the app has been away for so long, or ends. Not set: they stay.',
    format: 'duration',
    min: 1000,
    default: null,
  },
  ...batchConfig,
  batchMax: { ...batchConfig.batchMax, doc: 'How many data one commit writes at most.', default: 100 },
  batchAgeMs: { ...batchConfig.batchAgeMs, default: 0 },
})

type KvDrainSettings = Settings<typeof kvDrainBaseConfig>

/** The operator's settings, all with defaults, what of a datum is written where, and a database that somebody brings. */
export interface KvDrainOptions<T> extends Partial<KvDrainSettings> {
  /** The path of the key; the field `path` if it isn't given. */
  readonly pathGetter?: Getter<T, string>
  /** Its value, text or bytes; null deletes the key. The field `value` if it isn't given. */
  readonly valueGetter?: Getter<T, string | Uint8Array | null>
  /** The database, in the place of the one at `url`. Who brings it closes it. */
  readonly kv?: Backend
  /** A lease of the app's own that the keys go with, in the place of one of `ttlMs`. */
  readonly lease?: HeldLease
}

interface Write {
  readonly path: string
  readonly value: string | Uint8Array | null
}

/**
 * Write data to keys of a database.
 *
 * In: objects with a `path` and a `value` (text or bytes; null deletes the key), or whatever the getters find these in. Many
 * data are one commit, in order; of several for one key in it the last is written. A datum is over once its commit is. What
 * could not be sent is tried again, later each time; a commit whose answer was lost is found out about, and not done twice.
 *
 * A key that is there though `mode` says create, or isn't though it says update, is refused: then the train stops, or that
 * datum alone is dropped, told and counted (`whenRefused`).
 *
 * @throws {RangeError} If a limit is below 1, the mode is none, or there is neither `url` nor `kv`.
 * @example
 * await using kv = new MemoryBackend()
 * const drain = new KvDrain(train, { kv, pathGetter: ({ ip }) => `/blocked/${ip}`, valueGetter: ({ why }) => why })
 * assert.equal(String(drain), 'KvDrain(memory, mode=put)')
 */
export class KvDrain<T = { path: string; value: string | Uint8Array | null }> extends SendingDrain<
  T,
  KvDrainSettings &
    Required<Pick<KvDrainOptions<T>, 'pathGetter' | 'valueGetter'>> &
    Pick<KvDrainOptions<T>, 'kv' | 'lease'>
> {
  static readonly baseConfig = kvDrainBaseConfig
  protected readonly sender: BatchSender<Write>
  private kv: Backend | null
  private ownLease: Lease | null = null

  constructor(train: Winder, options: KvDrainOptions<T>) {
    super(train, {
      ...{ url: null, mode: 'put', ttlMs: null, ...BATCH_DEFAULTS, batchMax: 100, batchAgeMs: 0 },
      ...{ pathGetter: itemGetter('path'), valueGetter: itemGetter('value') },
      ...options,
    })
    const { url, kv = null } = this.options
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'batchMax', 'batchBytes')
    requireOneOf(['put', 'create', 'update'], this.options, 'mode')
    if (url === null && kv === null) throw new RangeError('one of url and kv must be given: both are missing')
    this.kv = kv
    const { esc, log } = this.train
    const send = (batch: readonly Write[]): Promise<void> => this.send(batch)
    const channel = { name: url ?? kv?.engine.name ?? '', send, close: () => this.close() }
    this.sender = new BatchSender(esc, log, this.options, channel, this.target)
  }

  override start(): void | Promise<void> {
    this.kv ??= openKv(this.options.url as string, { log: this.train.log })
    return super.start()
  }

  /**
   * @throws {InvalidPathError} If the path can't name a key.
   * @throws {TypeError} If the value is neither text nor bytes nor null.
   */
  take(data: T): void {
    const { pathGetter, valueGetter } = this.options
    const [path, value] = [pathGetter(data), valueGetter(data)]
    checkPath(path, 'strict')
    if (value !== null && typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw new TypeError(`a value must be text, bytes or null: it is ${describeValue(value)}`)
    }
    this.sender.append({ path, value }, path.length + (value?.length ?? 0))
  }

  /** How many data were refused and dropped. */
  progress(): { readonly refused: number } {
    return { refused: this.sender.refused }
  }

  override toString(): string {
    const { url, kv, mode } = this.options
    return `${this.constructor.name}(${url ?? kv?.engine.name ?? ''}, mode=${mode})`
  }

  private async send(batch: readonly Write[]): Promise<void> {
    const kv = this.kv as Backend
    const lease = await this.leaseOf(kv)
    try {
      // All at once, so that the keys that have to be looked at are one request.
      await kv.transact((txn) => Promise.all(batch.map((write) => this.write(txn, write, lease))))
    } catch (error) {
      const isOver = error instanceof LeaseLostError && this.options.lease !== undefined
      if (!isOver && !REFUSALS.some((refusal) => error instanceof refusal)) throw error
      throw new TooLarge((error as Error).message, { cause: error }) // Which datum it is, smaller batches show.
    }
  }

  private async write(txn: Transaction, { path, value }: Write, lease: HeldLease | null): Promise<void> {
    const { mode } = this.options
    if (value === null) await txn.delete(path, { mustExist: mode === 'update' })
    else if (mode === 'put') await txn.put(path, value, { lease })
    else if (mode === 'create') await txn.create(path, value, lease === null ? {} : { lease })
    else await txn.update(path, value, lease === null ? {} : { lease })
  }

  private async leaseOf(kv: Backend): Promise<HeldLease | null> {
    const { lease, ttlMs } = this.options
    if (lease !== undefined) return lease
    if (ttlMs === null) return null
    if (this.ownLease?.alive() === true) return this.ownLease
    if (this.ownLease !== null) this.train.log.warn({ ttlMs }, 'the lease was lost: what was written with it is gone')
    return (this.ownLease = await kv.lease({ ttlMs }))
  }

  private close(): void {
    const { kv, ownLease } = this
    const told = (error: unknown): void =>
      this.train.log.warn(
        { err: error },
        `cannot end the lease, whose keys go by themselves: ${toError(error).message}`,
      )
    if (this.options.kv === undefined) kv?.close().catch(told)
    else ownLease?.revoke().catch(told)
  }
}

/** What the same data would meet again. */
const REFUSALS = [ConfigCollision, ConfigVanished, InvalidPathError, RefusedError, TransactionTooLargeError]
