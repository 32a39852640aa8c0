import type { Store, StoreListener } from '../lib/items/index.js'
import {
  Supply,
  insert,
  requireAtLeast,
  type MessageSetter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const itemSupplyBaseConfig = insert({
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
})

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
  /** A store of one's own, or one that follows a daemon's. Who brings it closes it. */
  readonly store: Store
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
 * @throws {RangeError} If `waitingMax` is below 1.
 * @example
 * const store = new Store('lamp', train.esc)
 * const supply = new ItemSupply(train, { store, items: ['level'] })
 * assert.equal(String(supply), 'ItemSupply(lamp, items=level)')
 */
export class ItemSupply<Out = ItemEvent> extends Supply<Out, ItemSupplySettings & ItemSupplyOptions<Out>, ItemEvent> {
  static readonly baseConfig = itemSupplyBaseConfig
  private stops: (() => void)[] = []
  /** By key; the first to wait is the first to go. */
  private readonly waiting = new Map<string, ItemEvent[]>()
  private lost = 0

  constructor(train: Winder, options: ItemSupplyOptions<Out>) {
    super(train, { items: ['*'], snapshot: true, waitingMax: 1, ...options })
    requireAtLeast(1, this.options, 'waitingMax')
  }

  start(): void {
    const { store, items, snapshot } = this.options
    // An item that fits two patterns is heard by one of them.
    const hears = new Map<string, string>()
    for (const pattern of items) {
      const mine = (key: string): boolean => {
        if (!hears.has(key)) hears.set(key, pattern)
        return hears.get(key) === pattern
      }
      const told: StoreListener = (key, value, timeMs, missed) => {
        if (mine(key)) this.heard(key, value, timeMs / MS_PER_S, missed)
      }
      this.stops.push(store.watch(pattern, told))
      for (const { key, time, shown } of snapshot ? store.find(pattern) : []) {
        if (time !== null && mine(key)) this.heard(key, shown, time, 0)
      }
    }
  }

  finish(): void {
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

  /** How many items wait for room, and how many publications were left out or lost so far. */
  progress(): { readonly waiting: number; readonly lost: number } {
    return { waiting: this.waiting.size, lost: this.lost }
  }

  override toString(): string {
    const { store, items } = this.options
    return `${this.constructor.name}(${store.name}, items=${items.join(',')})`
  }

  private heard(key: string, value: unknown, time: number, missedOnTheWay: number): void {
    this.lost += missedOnTheWay
    const event = { store: this.options.store.name, key, value, time, missed: missedOnTheWay }
    if (!this.paused && !this.waiting.has(key)) this.give(event)
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
