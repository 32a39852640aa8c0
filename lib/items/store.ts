/** Store: the items and methods of one daemon, by their names. */
import type { Binding, EventLoop } from '../movement/index.js'
import { ItemError } from './item-error.js'
import type { Item } from './item.js'
import { matches } from './wildcard.js'

/** Something that can be asked of a daemon. */
export interface Method {
  readonly doc: string
  readonly call: (named: Readonly<Record<string, unknown>>) => unknown
}

/** Hears a new value of an item, as it may be shown. */
export type StoreListener = (key: string, value: unknown, timeMs: number) => void

interface Watch {
  readonly pattern: string
  readonly listener: StoreListener
  readonly subscriptions: Map<Item, () => void>
}

/** How often what is computed is looked at while somebody watches it. */
const POLL_MS = 1000

/**
 * The items of a daemon.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * new Item(store, 'level', { type: 'numeric', initial: 3 })
 * assert.deepEqual(store.find('LEV*').map(({ key, value }) => [key, value]), [['level', 3]])
 */
export class Store {
  readonly name: string
  readonly methods = new Map<string, Method>()
  readonly #esc: EventLoop
  readonly #pollMs: number
  readonly #items = new Map<string, Item>()
  readonly #watches = new Set<Watch>()
  #timer: Binding | null = null

  constructor(name: string, esc: EventLoop, { pollMs = POLL_MS }: { readonly pollMs?: number } = {}) {
    this.name = name
    this.#esc = esc
    this.#pollMs = pollMs
  }

  /** The wall clock in ms since the Unix epoch. */
  wall(): number {
    return this.#esc.wall()
  }

  /**
   * Called by the constructor of an item.
   *
   * @throws {TypeError} If there is one of that name.
   */
  add(item: Item): void {
    const name = item.key.toLowerCase()
    const other = this.#items.get(name)
    if (other !== undefined)
      throw new TypeError(`${this.name} has two items ${item.key} and ${other.key}: names must differ`)
    this.#items.set(name, item)
    for (const watch of this.#watches) this.#follow(watch, item)
    this.#poll()
  }

  /** Take items out; who watches them hears of them no more, or of those that take their places. */
  remove(items: Iterable<Item>): void {
    for (const item of items) {
      this.#items.delete(item.key.toLowerCase())
      for (const { subscriptions } of this.#watches) {
        subscriptions.get(item)?.()
        subscriptions.delete(item)
      }
    }
    this.#poll()
  }

  /**
   * The item of that name; case doesn't matter.
   *
   * @throws {ItemError} ERR_NO_ITEM if there is none.
   */
  item(key: string): Item {
    const item = this.#items.get(key.toLowerCase())
    if (item !== undefined) return item
    throw new ItemError('ERR_NO_ITEM', `${this.name} has no item ${key}: list shows what there is`)
  }

  /** The items whose keys fit a pattern, in the order in which they were made. */
  find(pattern: string): Item[] {
    return [...this.#items.values()].filter(({ key }) => matches(pattern, key))
  }

  /** Hear of new values of all items that fit a pattern, also of those that come later. Answers how to stop. */
  watch(pattern: string, listener: StoreListener): () => void {
    const watch: Watch = { pattern, listener, subscriptions: new Map() }
    this.#watches.add(watch)
    for (const item of this.#items.values()) this.#follow(watch, item)
    this.#poll()
    return () => {
      this.#watches.delete(watch)
      for (const stop of watch.subscriptions.values()) stop()
      watch.subscriptions.clear()
      this.#poll()
    }
  }

  #follow({ pattern, listener, subscriptions }: Watch, item: Item): void {
    // A stream costs whoever makes it: it is heard only by its own name.
    const { isStream = false, isSecret = false } = item.options
    if (isStream ? pattern.toLowerCase() !== item.key.toLowerCase() : !matches(pattern, item.key)) return
    const stop = item.subscribe((value, timeMs) => listener(item.key, isSecret ? item.shown : value, timeMs))
    subscriptions.set(item, stop)
  }

  /** Look at what is computed only while somebody watches it: an unwatched store wakes nobody. */
  #poll(): void {
    const isNeeded = [...this.#watches].some(({ subscriptions }) =>
      [...subscriptions.keys()].some((item) => item.isComputed),
    )
    if (isNeeded === (this.#timer !== null)) return
    if (this.#timer !== null) this.#esc.cancel(this.#timer)
    this.#timer = isNeeded ? this.#esc.every(this.#pollMs, () => this.#refresh()) : null
  }

  #refresh(): void {
    const watched = new Set([...this.#watches].flatMap(({ subscriptions }) => [...subscriptions.keys()]))
    for (const item of watched) item.refresh()
  }
}
