/**
 * Item: one named value that a daemon shows, and maybe lets others set. It knows of no transport.
 *
 * Where the value is made, the item is the authority: a GET goes through reqGet and reqRefresh, a SET through check,
 * validate and reqSet, and what comes of it is published. An item of a store with a link follows the one of a daemon.
 */
import type { ItemState } from './condition.js'
import { Current } from './current.js'
import { Described, pathOf } from './described.js'
import { Following } from './following.js'
import { ItemError } from './item-error.js'
import type { ItemOptions } from './item-options.js'
import type { AskOptions, ItemRequest } from './item-request.js'
import { Looking } from './looking.js'
import type { Listener } from './publications.js'
import type { Reading } from './reading.js'
import { Sets } from './sets.js'
import type { Store } from './store.js'
import type { ValueOf } from '../types/value-of.js'
import { numberOfLabel } from '../types/values.js'
import { Updates, type Update, type UpdatesOptions } from './updates.js'

/**
 * A named value in a store.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * const level = new Item(store, 'level', { type: 'numeric', initial: 0, accept: (value) => Math.min(value, 10) })
 * level.subscribe((value) => assert.equal(value, 10))
 * assert.equal(await level.set(12), 10)
 */
export class Item<T = unknown> extends Described<T> {
  readonly #current: Current<T>
  readonly #looking: Looking<T>
  readonly #sets: Sets<T>
  readonly #following: Following | null
  readonly #closers = new Set<() => void>()

  /**
   * @throws {TypeError} If the store has an item of that name (case doesn't make another one), or it can be no name.
   * @throws {RangeError} If the description has a rule that can't be kept, as a format or a pattern that is none.
   */
  constructor(store: Store, key: string, options: ItemOptions<T> = {}) {
    super(store, key, options)
    const initial = this.isAuthoritative ? (options.initial ?? null) : null // What another begins with is history.
    this.#current = new Current(options, initial, store.esc, {
      fail: (error) => store.fail(error, this),
      carry: (reading, timeMs) => this.#carry(reading, timeMs),
      heard: (isHeard) => this.#heard(isHeard),
    })
    this.#looking = new Looking(store.esc, this, this.#current)
    this.#sets = new Sets(store.esc, this)
    this.#following = this.isAuthoritative
      ? null
      : new Following(store.reach(), key, (reading, missed, isTold = false) =>
          this.#current.take(reading as Reading<T>, missed, isTold),
        )
    this.#current.condition.onChange((state) => store.stateOf(this, state))
    store.add(this)
    if (options.subscribe !== false) this.#following?.on()
  }

  /**
   * An item whose value has the type that its description gives: that of its numbers, its choices, or its type.
   *
   * @example
   * const store = new Store('lamp', new Escapement())
   * const mode = Item.of(store, 'mode', { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } }) // Item<0 | 1>
   * assert.equal(await mode.set('on'), 1)
   * assert.equal(mode.formatted, 'on')
   */
  static of<const D extends ItemOptions>(store: Store, key: string, description: D): Item<ValueOf<D>> {
    return new Item<ValueOf<D>>(store, key, description as ItemOptions<ValueOf<D>>)
  }

  /** What it is now, as far as is known here. Null if nothing is known yet, it was cleared, or it is a stream. */
  get value(): T | null {
    return this.#current.value
  }

  /** Publish it where it is made; elsewhere ask for it by a SET, whose failure goes to the store's `onError`. */
  set value(value: T | null) {
    if (this.isAuthoritative) this.publish(value)
    else void this.set(value, { wait: false })
  }

  /** When it was taken or last changed: UNIX seconds. Null if nothing is known yet. */
  get time(): number | null {
    return this.#current.time
  }

  /**
   * Whether what is known may be out of date: the last look failed, or its daemon was lost since. Of one that follows a daemon's
   * only while somebody listens, it is what was found out last: `get` asks each time.
   */
  get isStale(): boolean {
    return this.#current.condition.isStale
  }

  /** Whether its value can be relied on: `unknown` as long as there never was one. */
  get state(): ItemState {
    return this.#current.state
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#current.isHeard
  }

  /** Whether a class of its own says how it is set. */
  get isOwnReqSet(): boolean {
    return this.reqSet !== Item.prototype.reqSet
  }

  /**
   * What it is now. Where the item follows a daemon's, that one is asked if `refresh` is wanted or the value known here may be
   * out of date. One that knows how to look (`reqRefresh`) and never has looks then, too.
   *
   * @throws {ItemError} ERR_DEADLINE if its time is over before; and what reqGet throws, or the daemon answers.
   */
  async get(options: AskOptions & { readonly refresh?: boolean } = {}): Promise<T | null> {
    return (await this.read(options)).value
  }

  /** What it is now, and when that was taken: as `get`. */
  async read(options: AskOptions & { readonly refresh?: boolean } = {}): Promise<Reading<T>> {
    const { refresh = false } = options
    const ready = this.readNow(refresh)
    if (ready !== null) return ready
    if (this.#following !== null) return (await this.#following.get({ ...options, refresh })) as Reading<T>
    return await this.#looking.get(`get ${pathOf(this)}`, refresh || this.#isUnasked, options)
  }

  /** What `read` would answer, if nobody has to be asked for it; else null. No promise is made. */
  readNow(refresh = false): Reading<T> | null {
    if (!this.isGettable) throw new ItemError('ERR_WRITE_ONLY', `${pathOf(this)} can't be read: it is only set`)
    if (refresh) return null
    if (this.#following !== null) return this.#following.isOn && this.state === 'live' ? this.#current.known() : null
    return this.#isUnasked || this.reqGet !== Item.prototype.reqGet ? null : this.#current.known()
  }

  /**
   * Set it: one after the other, in the order in which they came, each seeing what the one before made of it.
   *
   * @param value As it is sent, or a label. Null clears it.
   * @param options With `wait: false` it resolves at once with what was asked, and a failure goes to the store's `onError`.
   * @returns The value that holds from then on.
   * @throws {ItemError} ERR_READ_ONLY if nobody may; ERR_ITEM_VALUE if the value is refused: the message says why;
   * ERR_ITEM_SET if setting it failed; ERR_DEADLINE if its time was over.
   */
  set(value: unknown, { wait = true, ...options }: AskOptions & { readonly wait?: boolean } = {}): Promise<T | null> {
    const done = new Promise<T | null>((resolve) => resolve(this.setNow(value, { ...options, wait })))
    if (wait) return done
    done.catch((error: unknown) => this.store.fail(error, this))
    return Promise.resolve(value as T | null)
  }

  /** As `set` that waits; but what can be done at once is answered at once, without a promise, and refused by a throw. */
  setNow(value: unknown, options: AskOptions & { readonly wait?: boolean } = {}): T | null | Promise<T | null> {
    if (this.#following !== null) {
      const { wait = true, signal, deadlineMs, principal } = options
      const wanted = numberOfLabel(value, this.options)
      const now = (): number => this.#current.now()
      return this.#following.set(wanted, { wait, signal, deadlineMs, principal }, now) as Promise<T | null>
    }
    return this.#sets.run(value, options)
  }

  /**
   * It is this from now on: tell those who listen, unless it was before. Null clears it.
   *
   * @param about `timestamp`: when that was, UNIX seconds; now if not given. `repeat`: tell it even if it is nothing new.
   * @throws {TypeError|RangeError} If it is not made here, the value is undefined, or the timestamp is no time.
   */
  publish(value: T | null, about: { readonly timestamp?: number; readonly repeat?: boolean } = {}): void {
    const { timestamp = this.#current.now(), repeat = false } = about
    if (!this.isAuthoritative) throw new TypeError(`${pathOf(this)} is published by its daemon only: set it`)
    if (value === undefined) throw new TypeError(`${pathOf(this)} can't be published as undefined: null clears it`)
    if (!Number.isFinite(timestamp))
      throw new RangeError(`timestamp of ${pathOf(this)} must be in seconds since the Unix epoch: it is ${timestamp}`)
    this.#looking.leave()
    this.#current.publish(value, timestamp, repeat)
  }

  /**
   * Look for a new value at once and then every `period` seconds, never twice at a time; null or 0: no more. A look that fails
   * is told to the store's `onError`, and the item is stale until one succeeds.
   */
  poll(period: number | null): void {
    this.#looking.poller.every(period)
  }

  /** Look for a new value whenever another item has one. Answers how to stop. */
  watch(other: Item): () => void {
    const stop = other.subscribe(() => void this.#looking.poller.now())
    const forget = this.onClose(stop)
    return () => {
      stop()
      forget()
    }
  }

  /** Answers a GET: from what is known, or with `refresh` by reqPoll. Null: what is known is answered. */
  reqGet(request: ItemRequest): Promise<Reading<T> | null> {
    return request.refresh ? this.reqPoll() : Promise.resolve(null)
  }

  /** Finds out what the value is now, once for all who want to know at the same time. Null: nothing new. A reading whose value is null clears it. */
  reqRefresh(): Reading<T> | null | Promise<Reading<T> | null> {
    return this.isComputed ? this.#current.known() : null
  }

  /** Find out what the value is and publish it; of one that follows a daemon's, ask that. Answers what reqRefresh does. */
  async reqPoll(repeat = false): Promise<Reading<T> | null> {
    if (this.#following !== null) return await this.read({ refresh: true })
    return await this.#looking.refresh(repeat)
  }

  /**
   * Carries out a SET; what it throws refuses it. Answers the value that holds from then on, which is published then;
   * undefined: the one that was asked for.
   */
  reqSet(request: ItemRequest): unknown {
    return this.options.accept?.(request.value as T | null)
  }

  /** A further look at a value that is to be set, with what else is known. Answers the one to go on with, or throws. */
  validate(value: T | null): T | null | Promise<T | null> {
    return value
  }

  /**
   * Hear of each new value. Of one that is computed: the store looks for it, time and again.
   *
   * @param options `prime`: begin with the value that is known, if one is.
   * @returns How to stop.
   */
  subscribe(listener: Listener<T>, { prime = false }: { readonly prime?: boolean } = {}): () => void {
    return this.#current.subscribe(listener, prime)
  }

  /** Its values from now on, for `for await`: whoever is slow gets the latest and how many were left out. */
  updates(options: UpdatesOptions = {}): AsyncIterableIterator<Update<T>> {
    return new Updates(this, options)
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Update<T>> {
    return this.updates()
  }

  /** Hear of each new state. Answers how to stop. */
  onState(listener: (state: ItemState) => void): () => void {
    return this.#current.condition.onChange(listener)
  }

  /** Publish what is computed, if somebody listens. */
  refresh(): void {
    if (this.isComputed && this.isHeard) this.#current.attempt(() => this.publish(this.value))
  }

  /** What it has may be out of date from now on, until the next reading. */
  markStale(): void {
    this.#current.condition.isStale = true
    this.#following?.expectNothing()
    this.#current.settle()
  }

  /** Told when the item is taken out of its store. Answers how to take that back. */
  onClose(listener: () => void): () => void {
    this.#closers.add(listener)
    return () => void this.#closers.delete(listener)
  }

  /** The store lets go of it: it looks for nothing any more and follows nobody. */
  close(): void {
    this.#looking.poller.stop()
    this.#following?.off()
    for (const listener of [...this.#closers]) listener()
    this.#closers.clear()
  }

  /** Whether it knows how to look, and never has. */
  get #isUnasked(): boolean {
    return this.reqRefresh !== Item.prototype.reqRefresh && this.time === null
  }

  #heard(isHeard: boolean): void {
    if (isHeard) this.#following?.on()
    this.store.hearing(this, isHeard)
    this.options.onHeard?.(isHeard)
    if (!isHeard && this.options.subscribe === false) this.#following?.off()
  }

  /** To the transports of its store, or the way of its own. */
  #carry({ value, time }: Reading<T>, timeMs: number): void {
    if (this.options.pub !== undefined) this.options.pub({ value, time })
    else this.store.published(this, this.asShown(value), timeMs)
  }
}
