/** Store: the items and methods of one daemon, by their names. */
import { toError } from '../../errors/index.js'
import { stderrLogger, type Binding, type EventLoop, type Logger } from '../../movement/index.js'
import type { ItemState } from './condition.js'
import { ItemError } from './item-error.js'
import type { Item } from './item.js'
import type { AskOptions } from './item-request.js'
import type { Link } from './link.js'
import type { Method } from './method.js'
import { meant } from './meant.js'
import { matches } from './wildcard.js'

/** Hears a new value of an item, as it may be shown, and how many before it were lost on the way. */
export type StoreListener = (key: string, value: unknown, timeMs: number, missed: number) => void

/** Hears of one publication: the value as it may be shown, and its time in ms since the Unix epoch. */
export type PublicationListener = (item: Item, value: unknown, timeMs: number) => void

/** Hears of an item that is in another state by now. */
export type StateListener = (item: Item, state: ItemState) => void

/** What a store may have besides its items. */
export interface StoreOptions {
  /** The way to the daemon whose items these follow; null, as if not given: they are made here. */
  readonly link?: Link | null
  /** How often what is computed is looked at while somebody listens. */
  readonly pollMs?: number
  readonly log?: Logger
}

interface Watch {
  readonly pattern: string
  readonly listener: StoreListener
  readonly subscriptions: Map<Item, () => void>
}

/** How often what is computed is looked at while somebody watches it. */
const POLL_MS = 1000
/** What no key has: it would be taken for a pattern, or not be seen. */
const NO_KEY = /[\s*?\p{Cc}]/u

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
  /** Where its items have their timers. */
  readonly esc: EventLoop
  readonly link: Link | null
  readonly log: Logger
  readonly methods = new Map<string, Method>()
  readonly #pollMs: number
  readonly #items = new Map<string, Item>()
  readonly #watches = new Set<Watch>()
  readonly #heard = new Set<Item>()
  // Lists that are replaced, never changed: whoever goes through one goes through those who were there when he began.
  #publicationListeners: readonly PublicationListener[] = []
  #stateListeners: readonly StateListener[] = []
  readonly #errorListeners = new Set<(error: Error, item: Item) => void>()
  readonly #stopLink: () => void
  #timer: Binding | null = null

  constructor(name: string, esc: EventLoop, options: StoreOptions = {}) {
    const { link = null, pollMs = POLL_MS, log = stderrLogger } = options
    this.name = name
    this.esc = esc
    this.link = link
    this.log = log
    this.#pollMs = pollMs
    this.#stopLink =
      link?.onState((state) => {
        if (state === 'connected') return
        for (const item of this.#items.values()) if (!item.isAuthoritative) item.markStale()
      }) ?? ((): void => undefined)
  }

  /** All items, in the order in which they were made. */
  get items(): readonly Item[] {
    return [...this.#items.values()]
  }

  /** The wall clock in ms since the Unix epoch. */
  wall(): number {
    return this.esc.wall()
  }

  /**
   * The way to the daemon that an item follows.
   *
   * @throws {TypeError} If there is none.
   */
  reach(): Link {
    if (this.link === null) throw new TypeError(`${this.name} has no link to a daemon: its items must be authoritative`)
    return this.link
  }

  /**
   * Called by the constructor of an item.
   *
   * @throws {TypeError} If there is one of that name, or it can be no name.
   */
  add(item: Item): void {
    const { key } = item
    if (key === '' || NO_KEY.test(key))
      throw new TypeError(`a key must have no spaces, control characters, * or ?: it is ${JSON.stringify(key)}`)
    const other = this.#items.get(key.toLowerCase())
    if (other !== undefined)
      throw new TypeError(`${this.name} has two items ${key} and ${other.key}: names must differ`)
    this.#items.set(key.toLowerCase(), item)
    for (const watch of this.#watches) this.#follow(watch, item)
  }

  /** Take items out; who watches them hears of them no more, or of those that take their places. */
  remove(items: Iterable<Item>): void {
    for (const item of items) {
      if (this.#items.get(item.key.toLowerCase()) !== item) continue
      this.#items.delete(item.key.toLowerCase())
      for (const { subscriptions } of this.#watches) {
        subscriptions.get(item)?.()
        subscriptions.delete(item)
      }
      item.close()
      this.hearing(item, false)
    }
  }

  /** Let go of all items and of the link's states. The link itself stays open: who made it closes it. */
  close(): void {
    this.remove(this.items)
    this.#stopLink()
  }

  /** Whether there is an item of that name; case doesn't matter. */
  has(key: string): boolean {
    return this.#items.has(key.toLowerCase())
  }

  /**
   * The item of that name; case doesn't matter.
   *
   * @throws {ItemError} ERR_NO_ITEM if there is none.
   */
  item(key: string): Item {
    const item = this.#items.get(key.toLowerCase())
    if (item !== undefined) return item
    if (this.#methodOf(key) !== undefined)
      throw new ItemError('ERR_NO_ITEM', `${this.name}.${key} is a method, and no item: call it`)
    throw new ItemError(
      'ERR_NO_ITEM',
      `${this.name} has no item ${key}: ${meant(key, this.items.map((one) => one.key).filter(isShown))}`,
    )
  }

  /**
   * The method of that name; case doesn't matter.
   *
   * @throws {ItemError} ERR_NO_METHOD if there is none.
   */
  method(name: string): Method {
    const method = this.#methodOf(name)
    if (method !== undefined) return method
    if (this.has(name))
      throw new ItemError('ERR_NO_METHOD', `${this.name}.${name} is an item, and no method: it is read or set`)
    const names = [...this.methods.keys()].filter(isShown)
    throw new ItemError('ERR_NO_METHOD', `${this.name} has no method ${name}: ${meant(name, names)}`)
  }

  /** What the item of that name is now: `item(key).get(options)`. */
  async get(key: string, options: AskOptions & { readonly refresh?: boolean } = {}): Promise<unknown> {
    return await this.item(key).get(options)
  }

  /** Set the item of that name: `item(key).set(value, options)`. */
  async set(key: string, value: unknown, options: AskOptions & { readonly wait?: boolean } = {}): Promise<unknown> {
    return await this.item(key).set(value, options)
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
    return () => {
      this.#watches.delete(watch)
      for (const stop of watch.subscriptions.values()) stop()
      watch.subscriptions.clear()
    }
  }

  /** Hear of each publication once, whoever else listens; what is computed is published only while somebody does. */
  onPublication(listener: PublicationListener): () => void {
    this.#publicationListeners = [...without(this.#publicationListeners, listener), listener]
    return () => void (this.#publicationListeners = without(this.#publicationListeners, listener))
  }

  /** Hear when the state of any item is another one. Answers how to stop. */
  onState(listener: StateListener): () => void {
    this.#stateListeners = [...without(this.#stateListeners, listener), listener]
    return () => void (this.#stateListeners = without(this.#stateListeners, listener))
  }

  /**
   * Hear of what fails where nobody waits for it: a poll, a listener, a SET by assignment. Without a listener it goes to the
   * log. Answers how to stop.
   */
  onError(listener: (error: Error, item: Item) => void): () => void {
    this.#errorListeners.add(listener)
    return () => void this.#errorListeners.delete(listener)
  }

  /** Something of an item has failed, and nobody waits for it. */
  fail(thrown: unknown, item: Item): void {
    const error = toError(thrown)
    if (this.#errorListeners.size === 0)
      this.log.error({ err: error, item: item.key }, `${this.name}.${item.key}: ${error.message}`)
    for (const listener of [...this.#errorListeners]) {
      try {
        listener(error, item)
      } catch (fault) {
        this.log.error({ err: toError(fault), item: item.key }, 'a listener to errors has failed')
      }
    }
  }

  /** Called by an item that publishes. One that was taken out has listeners of its own only. */
  published(item: Item, value: unknown, timeMs: number): void {
    for (const listener of this.#listenersFor(item, this.#publicationListeners)) {
      try {
        listener(item, value, timeMs)
      } catch (error) {
        this.fail(error, item)
      }
    }
  }

  /** Called by an item whose state is another one. */
  stateOf(item: Item, state: ItemState): void {
    for (const listener of this.#listenersFor(item, this.#stateListeners)) {
      try {
        listener(item, state)
      } catch (error) {
        this.fail(error, item)
      }
    }
  }

  /** Called by an item when somebody begins to listen to it, or nobody does any more. */
  hearing(item: Item, isHeard: boolean): void {
    if (isHeard && item.isComputed) this.#heard.add(item)
    else this.#heard.delete(item)
    this.#poll()
  }

  #listenersFor<L>(item: Item, listeners: readonly L[]): readonly L[] {
    return this.#items.get(item.key.toLowerCase()) === item ? listeners : []
  }

  #methodOf(name: string): Method | undefined {
    return [...this.methods].find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
  }

  #follow({ pattern, listener, subscriptions }: Watch, item: Item): void {
    // A stream costs whoever makes it: it is heard only by its own name.
    const { isStream = false } = item.options
    if (isStream ? pattern.toLowerCase() !== item.key.toLowerCase() : !matches(pattern, item.key)) return
    const stop = item.subscribe((value, timeMs, { missed }) => listener(item.key, item.asShown(value), timeMs, missed))
    subscriptions.set(item, stop)
  }

  /** Look at what is computed only while somebody listens: an unwatched store wakes nobody. */
  #poll(): void {
    const isNeeded = this.#heard.size > 0
    if (isNeeded === (this.#timer !== null)) return
    if (this.#timer !== null) this.esc.cancel(this.#timer)
    this.#timer = isNeeded ? this.esc.every(this.#pollMs, () => this.#refresh()) : null
  }

  #refresh(): void {
    for (const item of [...this.#heard]) item.refresh()
  }
}

/** What begins with `_` belongs to the machinery. */
function isShown(name: string): boolean {
  return !name.startsWith('_')
}

function without<L>(list: readonly L[], one: L): L[] {
  return list.filter((each) => each !== one)
}
