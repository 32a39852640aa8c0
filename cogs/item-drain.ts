import {
  NAMED_STORE_DEFAULTS,
  NamedStore,
  namedStoreConfig,
  requireOneStore,
  type OpenStoreOptions,
  type Store,
} from '../lib/items/index.js'
import {
  SendingDrain,
  insert,
  itemGetter,
  requireAtLeast,
  describeValue,
  codeOf,
  toError,
  type Getter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { BATCH_DEFAULTS, BatchSender, Refused, batchConfig } from '../lib/net/batch-sender.js'

/** Configuration insert: what an operator may set. */
export const itemDrainBaseConfig = insert({
  ...namedStoreConfig,
  setMs: {
    doc: 'How long setting one item may take.',
    format: 'duration',
    min: 1,
    default: 30_000,
    live: true,
  },
  ...batchConfig,
  batchMax: { ...batchConfig.batchMax, doc: 'How many data are set side by side at most.', default: 100 },
  batchAgeMs: { ...batchConfig.batchAgeMs, default: 0 },
})

type ItemDrainSettings = Settings<typeof itemDrainBaseConfig>

/** The operator's settings, all with defaults, whose items, and what of a datum is set. */
export interface ItemDrainOptions<T> extends Partial<ItemDrainSettings> {
  /** A store of one's own, or one that follows a daemon's, in the place of `daemon`. Who brings it closes it. */
  readonly store?: Store
  /** Where that daemon is looked for besides, such as a database. */
  readonly where?: OpenStoreOptions
  /** The key of the item; the field `key` if it isn't given. */
  readonly keyGetter?: Getter<T, string>
  /** Its value; null clears the item. The field `value` if it isn't given. */
  readonly valueGetter?: Getter<T, unknown>
}

interface Setting {
  readonly key: string
  readonly value: unknown
}

/** What the item would say again; daemons of others have no codes, but the names of Python's errors. */
const REFUSALS: readonly string[] = ['ERR_NO_ITEM', 'ERR_READ_ONLY', 'ERR_ITEM_VALUE', 'ERR_ITEM_SET']
const FOREIGN_REFUSALS: readonly string[] = ['KeyError', 'TypeError', 'ValueError']

/**
 * Set items to what data say.
 *
 * In: objects with a `key` and a `value` (null clears), or whatever the getters find these in. Data for one item are set one
 * after the other, in order; those for others side by side, as far as they are of one batch. A datum is over once its item has accepted the value. What could
 * not be sent is tried again, later each time: an item may be set twice to the same value where an answer was lost.
 *
 * A value that an item refuses, or a key that there is not, stops the train, or that datum alone is dropped, told and counted
 * (`whenRefused`).
 *
 * Whose items, say the settings (`daemon`) or the app (`store`). As long as the daemon isn't there, data wait as they do where
 * one can't be sent.
 *
 * @throws {RangeError} If a limit is below 1, or not exactly one of `daemon` and `store` is given.
 * @throws {DiscoveryError} If `daemon` can't be a name.
 * @example
 * const drain = new ItemDrain(train, { daemon: 'lamp', keyGetter: () => 'level', valueGetter: ({ wanted }) => wanted })
 * assert.equal(String(drain), 'ItemDrain(lamp)')
 */
export class ItemDrain<T = { key: string; value: unknown }> extends SendingDrain<
  T,
  ItemDrainSettings & ItemDrainOptions<T> & Required<Pick<ItemDrainOptions<T>, 'keyGetter' | 'valueGetter'>>
> {
  static readonly baseConfig = itemDrainBaseConfig
  protected readonly sender: BatchSender<Setting>
  private readonly named: NamedStore | null
  /** Of a batch that is tried again: what was set already. */
  private readonly isSet = new WeakSet<Setting>()

  constructor(train: Winder, options: ItemDrainOptions<T>) {
    super(train, {
      ...{ ...NAMED_STORE_DEFAULTS, setMs: 30_000, ...BATCH_DEFAULTS, batchMax: 100, batchAgeMs: 0 },
      ...{ keyGetter: itemGetter('key'), valueGetter: itemGetter('value') },
      ...options,
    })
    requireAtLeast(1, this.options, 'setMs', 'bufferMax', 'retryMs', 'retryMaxMs', 'batchMax', 'batchBytes')
    const { esc, log } = this.train
    const { daemon, store } = this.options
    requireOneStore(daemon, store)
    this.named = daemon === null ? null : new NamedStore({ ...this.options, daemon, esc, log })
    const send = (batch: readonly Setting[]): Promise<void> => this.send(batch)
    const channel = { name: this.storeName, send, close: (): void => this.named?.close() }
    this.sender = new BatchSender(esc, log, this.options, channel, this.target)
  }

  /** @throws {TypeError} If the key is no text, or the value is missing. */
  take(data: T): void {
    const { keyGetter, valueGetter } = this.options
    const [key, value] = [keyGetter(data), valueGetter(data)]
    if (typeof key !== 'string') throw new TypeError(`the key of an item must be text: it is ${describeValue(key)}`)
    if (value === undefined) throw new TypeError(`${key} can't be set to nothing at all: null clears it`)
    this.sender.append({ key, value }, key.length + sizeOf(value))
  }

  /** How many data were refused and dropped, and whether the daemon is there. */
  progress(): { readonly refused: number; readonly daemon?: string } {
    return { refused: this.sender.refused, ...(this.named && { daemon: this.named.state }) }
  }

  override toString(): string {
    return `${this.constructor.name}(${this.storeName})`
  }

  private get storeName(): string {
    return this.options.store?.name ?? String(this.options.daemon)
  }

  private async send(batch: readonly Setting[]): Promise<void> {
    const store = this.options.store ?? (await (this.named as NamedStore).open())
    const outcomes = await Promise.allSettled(batch.map((setting) => this.set(store, setting)))
    const errors = outcomes.map((outcome) => (outcome.status === 'rejected' ? toError(outcome.reason) : null))
    const passing = errors.find((error) => error !== null && !isRefusal(error))
    if (passing) throw passing // What was set stays so, and the rest is tried again.
    const places = errors.flatMap((error, place) => (error === null ? [] : [place]))
    const [first] = places
    if (first === undefined) return
    const cause = errors[first] as Error
    throw new Refused(cause.message, { cause, places })
  }

  private async set(store: Store, setting: Setting): Promise<void> {
    if (this.isSet.has(setting)) return
    await store.set(setting.key, setting.value, { deadlineMs: this.options.setMs })
    this.isSet.add(setting)
  }
}

function isRefusal(error: Error): boolean {
  const code = codeOf(error)
  return REFUSALS.includes(code) || (code === 'ERR_REMOTE' && FOREIGN_REFUSALS.includes(error.name))
}

/** About what it takes of memory. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (value instanceof Uint8Array) return value.byteLength
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 8
}
