/** ItemDaemon: what a daemon's author extends. It says what its items are; how it starts and stops is in `life.ts`. */
import { DeadbeatError } from '../../errors/index.js'
import type { Store } from '../model/store.js'
import type { DaemonOptions } from './daemon-options.js'
import { nameOf } from './home.js'
import { checkItems, type ItemFile } from './item-file.js'
import { Life } from './life.js'

/** A class of items, to be made by a daemon: one that extends `Item`. */
export type ItemClass = new (store: Store, key: string, options: never) => object

/**
 * A daemon: the authority for the items of a store, or for some of them. Extend it, and make items of classes of your own in
 * `setup`; for all others of the item file there are plain ones, which take and give values.
 *
 * Several daemons may serve one store, each with an alias of its own.
 *
 * @example
 * class LampDaemon extends ItemDaemon {
 *   setup() {
 *     this.addItem(Item, 'level', { type: 'numeric', initial: 3 })
 *   }
 * }
 * const daemon = new LampDaemon('lamp')
 * assert.deepEqual([daemon.name, daemon.alias], ['lamp', 'main'])
 */
export class ItemDaemon<Arguments extends object = Readonly<Record<string, unknown>>> {
  /** The name of its store. */
  readonly name: string
  /** What tells it from other daemons of the same store: the base name of its item file. */
  readonly alias: string
  /** What the class was given to work with; nothing here looks into it. */
  readonly arguments: Arguments
  /** Its items as they were given; null: in the item file of its name. */
  readonly items: ItemFile | null
  #life: Life | null = null

  /**
   * Says what the daemon is, and opens nothing.
   *
   * @param store The name of its store; that of the class if it isn't given.
   * @param configuration The base name of its item file, which is its alias as well; or its items themselves.
   * @throws {RangeError} If a name can't be one.
   * @throws {ConfigError} If something is wrong with the items.
   */
  constructor(store?: string, configuration: string | ItemFile = 'main', args: Arguments = {} as Arguments) {
    this.name = nameOf('store', store ?? new.target.name)
    this.alias = nameOf('alias', typeof configuration === 'string' ? configuration : 'main')
    this.items = typeof configuration === 'string' ? null : checkItems(configuration)
    this.arguments = args
  }

  /** @throws {DeadbeatError} ERR_NOT_STARTED before `setup`. */
  get store(): Store {
    return this.#now.store
  }

  /** Resolves when it has stopped; rejects with what `run` threw. */
  get ended(): Promise<void> {
    return this.#now.ended
  }

  /** Where it is to be found; null while its ports aren't open. */
  get ports(): { readonly rep: number; readonly pub: number } | null {
    return this.#life?.ports ?? null
  }

  /** Make an item, with what the item file says of it and what is said here, which counts. */
  addItem<C extends ItemClass>(itemClass: C, key: string, options?: ConstructorParameters<C>[2]): InstanceType<C> {
    const given: object | undefined = options
    return this.#now.addItem(itemClass, key, given ?? {}) as InstanceType<C>
  }

  /** Make items, and whatever else they need. The store is there; saved values and plain items are not. */
  setup(): void | Promise<void> {
    return undefined
  }

  /** The last thing before anybody can reach the daemon: all items are there, with the values that were saved. */
  setupFinal(): void | Promise<void> {
    return undefined
  }

  /** Let go of what `setup` and `setupFinal` took hold of. It is called once, also if one of them failed half-way. */
  cleanup(): void | Promise<void> {
    return undefined
  }

  /** What the daemon does besides answering, until the signal aborts. If it throws, the daemon stops. */
  run?(signal: AbortSignal): void | Promise<void>

  /**
   * Start: items, `setup`, plain items for the rest of the item file, saved values, `setupFinal`, ports, announcement, `run`.
   * When it resolves, it can be reached. If a step fails, those before are undone.
   *
   * @throws {DeadbeatError} ERR_DAEMON_START: which step failed, and why.
   */
  async start(options: DaemonOptions = {}): Promise<void> {
    if (this.#life !== null)
      throw new DeadbeatError('ERR_DAEMON_START', `${this.name}.${this.alias} was started before: make another one`)
    this.#life = new Life(this, options)
    await this.#life.start()
  }

  /**
   * Stop in order: no new requests, those under way end within a limit, `run` is told, `cleanup`, values saved, sockets
   * closed. Whoever calls again waits for the same end.
   *
   * @throws {AggregateError} If something failed meanwhile; it has stopped all the same.
   */
  async stop(): Promise<void> {
    await this.#life?.stop()
  }

  /**
   * Make known that its items are others than before, at once: who follows it hears of it, registries and names are told.
   * Nothing happens where they are the same, and before it has started.
   */
  async announce(): Promise<void> {
    await this.#life?.announceAgain()
  }

  get #now(): Life {
    if (this.#life !== null) return this.#life
    throw new DeadbeatError('ERR_NOT_STARTED', `${this.name}.${this.alias} has no store yet: it is made by start()`)
  }
}
