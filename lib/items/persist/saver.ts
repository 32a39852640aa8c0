/** The persistent items of one daemon: they get their values when it starts, and are saved when they change. */
import { DeadbeatError, toError } from '../../errors/index.js'
import type { EventLoop } from '../../movement/index.js'
import type { Logger } from '../../movement/logger.js'
import type { Item } from '../model/item.js'
import type { Reading } from '../model/reading.js'
import type { Store } from '../model/store.js'
import type { PersistOptions } from './persist-options.js'
import type { Persistence } from './persistence.js'
import { decodeReading, encodeReading } from './record.js'
import { SaveQueue, type SaveState, type SaveTimes } from './save-queue.js'

/** How values are saved. */
export interface SaverOptions extends SaveTimes {
  readonly store: Store
  readonly persistence: Persistence
  readonly esc: EventLoop
  readonly log: Logger
  /** How long an item with `restore: 'set'` may take to be set; 10000 if it isn't given. */
  readonly restoreMs?: number
  /** How long the text of a value may be, in bytes; 1 MiB if it isn't given. A longer one isn't saved. */
  readonly valueBytesMax?: number
}

const RESTORE_MS = 10_000
const VALUE_BYTES_MAX = 1_048_576
const MS_PER_S = 1000

/** The saver of a daemon: `load` before its ports open, `close` when it stops. */
export class Saver {
  readonly #options: SaverOptions
  readonly #queue: SaveQueue
  readonly #changed = new Map<string, Item>()
  /** Why the values of some can't be saved. */
  readonly #refused = new Map<string, Error>()
  readonly #stops: (() => void)[] = []
  /** Those that don't have their saved values yet, which nothing may replace until then; and whether one was published. */
  readonly #awaiting = new Map<Item, boolean>()
  #restoring: Item | null = null

  constructor(options: SaverOptions) {
    this.#options = options
    this.#queue = new SaveQueue({ ...options, textOf: (key) => this.#textOf(key) })
  }

  /** How it is getting on. */
  get state(): SaveState {
    return this.#queue.state
  }

  /**
   * Give the items the values that were saved, and save from now on what changes. A value that an item refuses is put
   * aside; those of items that aren't there are kept.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another daemon has the place; `ERR_PERSIST` if it can't be read.
   */
  async load(): Promise<void> {
    const { store, persistence, log } = this.#options
    const saved = new Map(await persistence.load())
    this.#stops.push(store.onPublication((item) => this.#follow(item)))
    const items = store.items.filter(isSaved)
    for (const item of items) if (saved.has(keyOf(item))) this.#awaiting.set(item, false)
    for (const item of items) {
      const text = saved.get(keyOf(item))
      saved.delete(keyOf(item))
      if (text !== undefined) await this.#restore(item, text)
      // What is computed is looked at only while somebody listens; what has a way of its own is told to its listeners.
      if (item.isComputed || item.options.pub !== undefined) this.#stops.push(item.subscribe(() => this.#follow(item)))
    }
    if (saved.size === 0) return
    const keys = [...saved.keys()]
    log.info(
      { keys },
      `${persistence.name} has values for which ${store.name} has no persistent items: they stay there`,
    )
  }

  /**
   * Wait until the value that a durable item has now is saved; for another one there is nothing to wait for.
   *
   * @throws {DeadbeatError} `ERR_NOT_SAVED` if the save failed. It is tried again all the same.
   */
  async saved(item: Item): Promise<void> {
    if (!isSaved(item) || optionsOf(item).durable !== true) return
    try {
      await this.#queue.saved(keyOf(item))
      const refusal = this.#refused.get(keyOf(item))
      if (refusal !== undefined) throw refusal
    } catch (cause) {
      const message = `${item.key} has its new value, but that is not saved: ${toError(cause).message}`
      throw new DeadbeatError('ERR_NOT_SAVED', message, { cause })
    }
  }

  /** Save now what is not saved. It never fails: what can't be saved is tried again. */
  flush(): Promise<void> {
    return this.#queue.flush()
  }

  /** Save what is not saved, and let go of the place. It never fails: what could not be saved is told. */
  close(): Promise<void> {
    for (const item of this.#options.store.items.filter(isSaved)) item.refresh()
    for (const stop of this.#stops.splice(0)) stop()
    return this.#queue.close()
  }

  async #restore(item: Item, text: string): Promise<void> {
    const { persistence, log, store, restoreMs = RESTORE_MS } = this.#options
    const name = `${store.name}.${item.key}`
    let reading: Reading
    try {
      const { value, time } = decodeReading(text)
      reading = { value: value === null ? null : await item.validate(item.check(value)), time }
    } catch (error) {
      const where = await persistence.putAside(keyOf(item), toError(error).message)
      log.warn({ err: error }, `the saved value of ${name} is not used, but kept in ${where}: the usual one stays`)
      const isPublished = this.#awaiting.get(item) === true
      this.#awaiting.delete(item)
      if (isPublished) this.#follow(item)
      return
    }
    if (item.isSettable && (item.isComputed || optionsOf(item).restore === 'set')) {
      try {
        await item.set(reading.value, { deadlineMs: restoreMs })
        this.#awaiting.delete(item)
        this.#follow(item)
      } catch (error) {
        this.#awaiting.delete(item)
        log.warn({ err: error }, `${name} could not be set to its saved value, which stays saved`)
      }
      return
    }
    this.#awaiting.delete(item)
    this.#restoring = item
    item.publish(reading.value, { timestamp: reading.time, repeat: true }) // The same value has its time back, too.
    this.#restoring = null
  }

  #follow(item: Item): void {
    if (!isSaved(item) || item === this.#restoring) return
    if (this.#awaiting.has(item)) {
      this.#awaiting.set(item, true)
      return
    }
    this.#changed.set(keyOf(item), item)
    this.#queue.changed(keyOf(item))
  }

  #textOf(key: string): string | null {
    const { esc, store, log, valueBytesMax = VALUE_BYTES_MAX } = this.#options
    try {
      const { value, time } = this.#changed.get(key) as Item // What computes it may throw.
      const text = encodeReading({ value, time: time ?? esc.wall() / MS_PER_S })
      requireLength(text, valueBytesMax)
      this.#refused.delete(key)
      return text
    } catch (error) {
      if (!this.#refused.has(key)) log.warn({ err: error }, `the value of ${store.name}.${key} is not saved`)
      this.#refused.set(key, toError(error))
      return null
    }
  }
}

function keyOf(item: Item): string {
  return item.key.toLowerCase()
}

/** What follows another daemon's is saved there; of a stream nothing is kept, and what is only computed comes by itself. */
function isSaved({
  isAuthoritative,
  isComputed,
  isSettable,
  options: { persist = false, isStream = false },
}: Item): boolean {
  return persist !== false && isAuthoritative && !isStream && (!isComputed || isSettable)
}

function optionsOf({ options: { persist } }: Item): PersistOptions {
  return typeof persist === 'object' ? persist : {}
}

function requireLength(text: string, bytesMax: number): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax)
    throw new RangeError(`its text must have at most valueBytesMax (${bytesMax}) bytes: it has ${bytes}`)
}
