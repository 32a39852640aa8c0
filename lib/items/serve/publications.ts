/**
 * What is published of a store: each change of an item, and of what is computed only while somebody has subscribed to it. A value
 * that may be out of date by now is published again as such (`stale`, a field of ours), and once more when it can be relied on.
 */
import type { ItemState } from '../model/condition.js'
import type { Item } from '../model/item.js'
import type { Store } from '../model/store.js'
import { carried } from './carried.js'

/** Sends what is published; a server of the wire does. */
export interface Publisher {
  publish(target: string, payload: Readonly<Record<string, unknown>>): void
}

const MS_PER_S = 1000

/** Hands a store's publications to the wire. */
export class StorePublications {
  readonly #store: Store
  readonly #name: string
  readonly #publisher: Publisher
  readonly #mayPublish: (path: string) => boolean
  /** What each subscription keeps awake, by its topic. */
  readonly #heard = new Map<string, () => void>()
  /** Items of which was told that they may be out of date. */
  readonly #stale = new WeakSet<Item>()
  readonly #paths = new WeakMap<Item, string>()
  #stops: readonly (() => void)[] = []

  /** @param mayPublish Whether whoever listens may hear of `store.key`; all if it isn't given. */
  constructor(store: Store, publisher: Publisher, mayPublish: (path: string) => boolean = () => true) {
    this.#store = store
    this.#name = store.name.toLowerCase()
    this.#publisher = publisher
    this.#mayPublish = mayPublish
  }

  /** Publish from now on. */
  open(): void {
    this.#stops = [
      this.#store.onPublication((item, value, timeMs) => this.#publish(item, value, timeMs / MS_PER_S)),
      this.#store.onState((item, state) => this.#tellState(item, state)),
    ]
  }

  /** Somebody has subscribed to a key where nobody had, or nobody has any more. A store's name means all of its keys. */
  hear(topic: string, isOn: boolean): void {
    this.#heard.get(topic)?.()
    this.#heard.delete(topic)
    const pattern = isOn ? patternOf(topic, this.#name) : null
    // Looking is done for whoever watches: here nobody has to be told, as it is published anyway.
    if (pattern !== null)
      this.#heard.set(
        topic,
        this.#store.watch(pattern, () => undefined),
      )
  }

  /** Publish no more. */
  close(): void {
    for (const stop of this.#stops) stop()
    for (const stop of this.#heard.values()) stop()
    this.#heard.clear()
  }

  #publish(item: Item, given: unknown, time: number, isStale = false): void {
    // Whoever may not read it doesn't hear of it either.
    const path = this.#pathOf(item)
    if (!item.isGettable || !this.#mayPublish(path)) return
    if (isStale) this.#stale.add(item)
    else this.#stale.delete(item)
    const value = carried(given)
    this.#publisher.publish(path, isStale ? { value, time, stale: true } : { value, time })
  }

  /** Made once for each: a text that is known is found faster than one that is put together anew. */
  #pathOf(item: Item): string {
    let path = this.#paths.get(item)
    if (path === undefined) this.#paths.set(item, (path = `${this.#name}.${item.key.toLowerCase()}`))
    return path
  }

  /** What is published by then needs not be said again; and what is computed is stale when it can't be. */
  #tellState(item: Item, state: ItemState): void {
    if (state === 'unknown' || item.isComputed || item.time === null || item.options.isStream === true) return
    const { shown: value, time } = item
    if (state === 'stale') this.#publish(item, value, time, true)
    else if (this.#stale.has(item)) this.#publish(item, value, time)
  }
}

/** The keys that a topic means; null if they are of another store. */
function patternOf(topic: string, store: string): string | null {
  if (topic === '' || topic === store) return '*'
  const key = topic.startsWith(`${store}.`) ? topic.slice(store.length + 1) : ''
  return key === '' || /[*?]/.test(key) ? null : key
}
