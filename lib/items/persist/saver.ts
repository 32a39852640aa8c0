/** The persistent items of one daemon: they get their values when it starts, and are saved when they change. */
import { DeadbeatError, toError } from '../../errors/index.js'
import type { EventLoop } from '../../movement/index.js'
import type { Logger } from '../../movement/logger.js'
import type { Persistence } from './persistence.js'
import { decodeReading, encodeReading } from './record.js'
import { SaveQueue, type SaveState, type SaveTimes } from './save-queue.js'

/** How an item is persistent. */
export interface PersistOptions {
  /**
   * How its value comes back. `silently`, which is usual: value and time, as they were, without its `reqSet`. `set`: by
   * its `reqSet`, as if somebody had set it just now.
   */
  readonly restore?: 'silently' | 'set'
  /** Whether who sets it is answered only when the value is saved. */
  readonly durable?: boolean
}

/** What a saver asks of an item. */
export interface SavedItem {
  readonly key: string
  readonly options: { readonly persist?: boolean | PersistOptions; readonly settable?: boolean }
  readonly isAuthoritative: boolean
  readonly value: unknown
  /** When the value was taken, in seconds since the Unix epoch. */
  readonly time: number | null
  validate(value: unknown): unknown
  publish(value: unknown, options?: { readonly timestamp?: number }): void
  set(value: unknown, options?: { readonly deadlineMs?: number }): Promise<unknown>
}

/** What a saver asks of a store. */
export interface SavedStore {
  readonly name: string
  readonly items: Iterable<SavedItem>
  onPublication(listener: (item: SavedItem) => void): () => void
}

/** How values are saved. */
export interface SaverOptions extends SaveTimes {
  readonly store: SavedStore
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
  readonly #changed = new Map<string, SavedItem>()
  /** Why the values of some can't be saved. */
  readonly #refused = new Map<string, Error>()
  #unfollow = (): void => undefined
  #restoring: SavedItem | null = null

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
    this.#unfollow = store.onPublication((item) => this.#follow(item))
    for (const item of store.items) {
      const text = saved.get(keyOf(item))
      if (text === undefined || !isSaved(item)) continue
      saved.delete(keyOf(item))
      await this.#restore(item, text)
    }
    if (saved.size === 0) return
    const keys = [...saved.keys()]
    log.info(
      { keys },
      `${persistence.name} has values for which ${store.name} has no persistent items: they stay there`,
    )
  }

  /**
   * Wait until the value that an item has now is saved.
   *
   * @throws {DeadbeatError} `ERR_NOT_SAVED` if the save failed. It is tried again all the same.
   */
  async saved(item: SavedItem): Promise<void> {
    const told = (cause: unknown): DeadbeatError =>
      new DeadbeatError(
        'ERR_NOT_SAVED',
        `${item.key} has its new value, but it is not saved: ${toError(cause).message}`,
        {
          cause,
        },
      )
    await this.#queue.saved(keyOf(item)).catch((error: unknown) => {
      throw told(error)
    })
    const refusal = this.#refused.get(keyOf(item))
    if (refusal !== undefined) throw told(refusal)
  }

  /** Save now what is not saved. It never fails: what can't be saved is tried again. */
  flush(): Promise<void> {
    return this.#queue.flush()
  }

  /** Save what is not saved, and let go of the place. It never fails: what could not be saved is told. */
  close(): Promise<void> {
    this.#unfollow()
    return this.#queue.close()
  }

  async #restore(item: SavedItem, text: string): Promise<void> {
    const { persistence, log, store, restoreMs = RESTORE_MS } = this.#options
    const name = `${store.name}.${item.key}`
    let value: unknown
    let time: number
    try {
      const reading = decodeReading(text)
      time = reading.time
      value = reading.value === null ? null : item.validate(reading.value)
    } catch (error) {
      const where = await persistence.putAside(keyOf(item), toError(error).message)
      log.warn({ err: error }, `the saved value of ${name} is not used, but kept in ${where}: the usual one stays`)
      return
    }
    if (optionsOf(item).restore === 'set' && item.options.settable !== false) {
      await item.set(value, { deadlineMs: restoreMs }).catch((error: unknown) => {
        log.warn({ err: error }, `${name} could not be set to its saved value, which stays saved`)
      })
      return
    }
    this.#restoring = item
    try {
      item.publish(value, { timestamp: time })
    } finally {
      this.#restoring = null
    }
  }

  #follow(item: SavedItem): void {
    if (!isSaved(item) || item === this.#restoring) return
    this.#changed.set(keyOf(item), item)
    this.#queue.changed(keyOf(item))
  }

  #textOf(key: string): string | null {
    const { esc, store, log, valueBytesMax = VALUE_BYTES_MAX } = this.#options
    const { value, time } = this.#changed.get(key) as SavedItem
    try {
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

function keyOf(item: SavedItem): string {
  return item.key.toLowerCase()
}

function isSaved({ isAuthoritative, options: { persist } }: SavedItem): boolean {
  return isAuthoritative && persist !== undefined && persist !== false
}

function optionsOf({ options: { persist } }: SavedItem): PersistOptions {
  return typeof persist === 'object' ? persist : {}
}

function requireLength(text: string, bytesMax: number): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax)
    throw new RangeError(`its text must have at most valueBytesMax (${bytesMax}) bytes: it has ${bytes}`)
}
