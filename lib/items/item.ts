/** Item: one named value that a daemon shows, and maybe lets others set. It knows of no transport. */
import { isDeepStrictEqual } from 'node:util'
import { toError } from '../errors/index.js'
import { ItemError } from './item-error.js'
import type { Store } from './store.js'

/** What kind of values an item has. */
export type ItemType = 'numeric' | 'string' | 'boolean' | 'enumerated' | 'json'

/** How an item is called among metrics, by the rules of Prometheus. */
export interface Metric {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly labels?: Readonly<Record<string, string>>
  /** What its value is multiplied by, for its base unit. */
  readonly scale?: number
}

/** What an item is. */
export interface ItemOptions<T> {
  readonly type: ItemType
  /** One sentence. */
  readonly doc?: string
  readonly units?: string
  /** Without it the item is no metric. Of an object, or a list of such, the numbers count: summed, by their names. */
  readonly metric?: Metric
  /** The values that an enumerated one may have. */
  readonly choices?: readonly (string | number)[]
  /** The value until another one is published; null if nothing is known yet. */
  readonly initial?: T | null
  /** Whether its value is a secret: it is shown to nobody. */
  readonly isSecret?: boolean
  /** Whether each publication counts by itself, as the data of a stream do, and the value is not kept. */
  readonly isStream?: boolean
  /** Computes the value whenever it is asked for. Without it the value is what was published last. */
  readonly reqRefresh?: () => T
  /** Takes a value over and gives the one that holds from then on. Without it nobody can set the item. */
  readonly reqSet?: (value: unknown) => T | Promise<T>
  /** Told when somebody begins to listen where nobody did, and when nobody does any more. */
  readonly onHeard?: (isHeard: boolean) => void
}

/** An item for people and programs that don't know it. */
export interface Description {
  readonly key: string
  readonly type: ItemType
  readonly doc: string
  readonly units: string | null
  readonly choices: readonly (string | number)[] | null
  readonly isSettable: boolean
  readonly isStream: boolean
}

/** Hears a value and when it came: wall clock, ms since the Unix epoch. */
export type Listener<T> = (value: T, timeMs: number) => void

const MASK = '***'

/**
 * A named value in a store.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * const level = new Item(store, 'level', { type: 'numeric', initial: 0, reqSet: (value) => Math.min(Number(value), 10) })
 * level.subscribe((value) => assert.equal(value, 10))
 * assert.equal(await level.set(12), 10)
 */
export class Item<T = unknown> {
  readonly key: string
  readonly options: ItemOptions<T>
  readonly #store: Store
  readonly #listeners = new Set<Listener<T>>()
  #value: T | null
  #setting: Promise<unknown> = Promise.resolve()

  /** @throws {TypeError} If the store has an item of that name: case doesn't make another one. */
  constructor(store: Store, key: string, options: ItemOptions<T>) {
    this.key = key
    this.options = options
    this.#store = store
    this.#value = options.initial ?? null
    store.add(this as unknown as Item)
  }

  /** What it is now. Null if nothing is known yet, or it is a stream. */
  get value(): T | null {
    return this.options.reqRefresh?.() ?? this.#value
  }

  /** The value as others are shown it. */
  get shown(): unknown {
    return this.options.isSecret === true && this.value !== null ? MASK : this.value
  }

  get isComputed(): boolean {
    return this.options.reqRefresh !== undefined
  }

  /**
   * Set it: one after the other, each seeing what the one before made of it.
   *
   * @returns The value that holds from then on.
   * @throws {ItemError} ERR_READ_ONLY if nobody may; ERR_ITEM_VALUE if the value is refused: the message says why.
   */
  set(value: unknown): Promise<T> {
    const { reqSet } = this.options
    if (reqSet === undefined)
      return Promise.reject(
        new ItemError(
          'ERR_READ_ONLY',
          `${this.key} can't be set while it runs: it only shows what is; a setting is changed in the configuration, then reload`,
        ),
      )
    const set = async (): Promise<T> => {
      let accepted: T
      try {
        accepted = await reqSet(value)
      } catch (error) {
        throw new ItemError('ERR_ITEM_VALUE', `cannot set ${this.key}: ${toError(error).message}`, { cause: error })
      }
      this.publish(accepted)
      return accepted
    }
    const done = this.#setting.then(set)
    this.#setting = done.catch(() => undefined) // Told to who asked.
    return done
  }

  /** It is this from now on: tell those who listen, unless it was before. */
  publish(value: T, { timeMs = this.#store.wall() }: { readonly timeMs?: number } = {}): void {
    const isStream = this.options.isStream === true
    if (!isStream && isDeepStrictEqual(value, this.#value)) return
    if (!isStream) this.#value = value
    for (const listener of [...this.#listeners]) listener(value, timeMs)
  }

  /** Publish what is computed, if somebody listens. */
  refresh(): void {
    if (this.isComputed && this.#listeners.size > 0) this.publish(this.value as T)
  }

  /** Hear of each new value; of one that is computed, while the store's watches look. Answers how to stop. */
  subscribe(listener: Listener<T>): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) {
      if (this.isComputed) this.#value = this.value
      this.options.onHeard?.(true)
    }
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.options.onHeard?.(false)
    }
  }

  describe(): Description {
    const { type, doc = '', units = null, choices = null, reqSet, isStream = false } = this.options
    return { key: this.key, type, doc, units, choices, isSettable: reqSet !== undefined, isStream }
  }
}
