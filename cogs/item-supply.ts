import {
  NAMED_STORE_DEFAULTS,
  NamedStore,
  namedStoreConfig,
  requireOneStore,
  type OpenStoreOptions,
  type Store,
  type StoreListener,
} from '../lib/items/index.js'
import {
  Supply,
  insert,
  requireAtLeast,
  toError,
  type MessageSetter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { Backoff } from '../lib/net/backoff.js'
import { senderConfig } from '../lib/net/sender.js'

/** Configuration insert: what an operator may set. */
export const itemSupplyBaseConfig = insert({
  ...namedStoreConfig,
  items: {
    doc: 'Which items: their keys, in which * stands for any characters and ? for one. A stream only by its own name.',
    format: 'strings',
    default: ['*'],
  },
  snapshot: {
    doc: 'Whether the values that are known at the start are supplied, before those that come.',
    format: 'boolean',
    default: true,
  },
  waitingMax: {
    doc: 'How many publications of one item wait while the train is full; of more the oldest goes, told and counted. 1: the latest.',
    format: 'nat',
    min: 1,
    default: 1,
  },
  retryMs: {
    ...senderConfig.retryMs,
    doc: 'After how long a daemon that is not there is looked for again; twice as long each time.',
    live: false,
  },
  retryMaxMs: { ...senderConfig.retryMaxMs, live: false },
})

const DEFAULTS = {
  ...NAMED_STORE_DEFAULTS,
  ...{ items: ['*'], snapshot: true, waitingMax: 1, retryMs: 1000, retryMaxMs: 60_000 },
} as const

const MS_PER_S = 1000

type ItemSupplySettings = Settings<typeof itemSupplyBaseConfig>

/** One publication of an item. */
export interface ItemEvent {
  /** The name of the item's store. */
  readonly store: string
  readonly key: string
  readonly value: unknown
  /** When it was so: UNIX seconds. */
  readonly time: number
  /** How many publications of this item before it were lost on the way, or left out as the train was full. */
  readonly missed: number
}

/** The operator's settings, all with defaults, and whose items. */
export interface ItemSupplyOptions<Out> extends Partial<ItemSupplySettings> {
  /** A store of one's own, or one that follows a daemon's, in the place of `daemon`. Who brings it closes it. */
  readonly store?: Store
  /** Where that daemon is looked for besides, such as a database. */
  readonly where?: OpenStoreOptions
  /** Sets the event's id. */
  readonly idSetter?: MessageSetter<Out>
}

/**
 * Supply the publications of items, one event each.
 *
 * Out: an `ItemEvent`: `store`, `key`, `value`, `time` (UNIX seconds) and `missed`. Secrets are masked. Nobody can ask for a
 * publication again: what came while the train was down is not supplied, and a train that is killed loses what it held. While
 * the train is full the latest `waitingMax` publications of each item wait, and `missed` says how many did not.
 *
 * Whose items, say the settings (`daemon`) or the app (`store`). A daemon that isn't there is looked for until it is; that one is
 * lost, and found again, is told in the log and by `progress()`, and what has changed meanwhile is supplied then. Items whose names
 * begin with `_`, which every daemon has, are supplied only for a pattern that begins so.
 *
 * @throws {RangeError} If a limit is below 1, or not exactly one of `daemon` and `store` is given.
 * @throws {DiscoveryError} If `daemon` can't be a name.
 * @example
 * const supply = new ItemSupply(train, { daemon: 'lamp:lab1', items: ['level'] })
 * assert.equal(String(supply), 'ItemSupply(lamp:lab1, items=level)')
 */
export class ItemSupply<Out = ItemEvent> extends Supply<Out, ItemSupplySettings & ItemSupplyOptions<Out>, ItemEvent> {
  static readonly baseConfig = itemSupplyBaseConfig
  private readonly named: NamedStore | null
  private readonly backoff: Backoff
  private stops: (() => void)[] = []
  /** By key; the first to wait is the first to go. */
  private readonly waiting = new Map<string, ItemEvent[]>()
  private lost = 0
  private isFinished = false

  constructor(train: Winder, options: ItemSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'waitingMax', 'retryMs', 'retryMaxMs')
    const { esc, log } = this.train
    const { daemon, store } = this.options
    requireOneStore(daemon, store)
    this.named = daemon === null ? null : new NamedStore({ ...this.options, daemon, esc, log })
    this.backoff = new Backoff(this.options)
  }

  start(): void {
    if (this.options.store !== undefined) this.follow(this.options.store)
    else void this.seek()
  }

  finish(): void {
    this.isFinished = true
    this.named?.close()
    for (const stop of this.stops.splice(0)) stop()
    for (const { length } of this.waiting.values()) this.lost += length
    if (this.waiting.size > 0)
      this.train.log.warn(
        { lost: this.lost },
        `publications of ${this.waiting.size} items waited for room and are lost`,
      )
    this.waiting.clear()
  }

  override resume(): void {
    super.resume()
    for (const [key, events] of this.waiting) {
      while (events.length > 0 && !this.paused) this.give(events.shift() as ItemEvent)
      if (events.length > 0) return
      this.waiting.delete(key)
    }
  }

  /** How many items wait for room, how many publications were left out or lost so far, and whether the daemon is there. */
  progress(): { readonly waiting: number; readonly lost: number; readonly daemon?: string } {
    return { waiting: this.waiting.size, lost: this.lost, ...(this.named && { daemon: this.named.state }) }
  }

  override toString(): string {
    const { daemon, store, items } = this.options
    return `${this.constructor.name}(${store?.name ?? daemon}, items=${items.join(',')})`
  }

  /** Look for the daemon, as often as it takes. */
  private async seek(): Promise<void> {
    try {
      const store = await (this.named as NamedStore).open()
      if (!this.options.snapshot) await Promise.allSettled(store.items.map((item) => item.get())) // Then they are no news.
      if (!this.isFinished) this.follow(store)
    } catch (error) {
      if (this.isFinished) return
      const { esc, log } = this.train
      const retryMs = this.backoff.nextMs()
      const message = toError(error).message
      if (this.backoff.failures === 1) log.warn({ err: error, retryMs }, `${message}; it is looked for again`)
      else log.debug({ err: error, retryMs }, message)
      const timer = esc.after(retryMs, () => void this.seek())
      this.stops = [() => void esc.cancel(timer)]
    }
  }

  private follow(store: Store): void {
    const { items, snapshot } = this.options
    // An item that fits two patterns is heard by one of them.
    const hears = new Map<string, string>()
    for (const pattern of items) {
      const mine = (key: string): boolean => {
        if (key.startsWith('_') && !pattern.startsWith('_')) return false
        if (!hears.has(key)) hears.set(key, pattern)
        return hears.get(key) === pattern
      }
      const told: StoreListener = (key, value, timeMs, missed) => {
        if (mine(key)) this.heard({ store: store.name, key, value, time: timeMs / MS_PER_S, missed })
      }
      this.stops.push(store.watch(pattern, told))
      for (const { key, time, shown } of snapshot ? store.find(pattern) : []) {
        if (time !== null && mine(key)) this.heard({ store: store.name, key, value: shown, time, missed: 0 })
      }
    }
  }

  private heard(event: ItemEvent): void {
    this.lost += event.missed
    if (!this.paused && !this.waiting.has(event.key)) this.give(event)
    else this.wait(event)
  }

  private wait(event: ItemEvent): void {
    const events = this.waiting.get(event.key) ?? []
    events.push(event)
    this.waiting.set(event.key, events)
    if (events.length <= this.options.waitingMax) return
    const { missed } = events.shift() as ItemEvent
    this.lost += 1
    const [next] = events as [ItemEvent]
    events[0] = { ...next, missed: next.missed + missed + 1 }
  }

  private give(event: ItemEvent): void {
    const ticket = this.open(event, 1)
    this.begin(ticket)
    this.put((this.options.idSetter?.({ ...event }, this.nextId()) ?? { ...event }) as Out)
    this.end(ticket)
  }
}
