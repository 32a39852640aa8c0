/**
 * Item: one named value that a daemon shows, and maybe lets others set. It knows of no transport.
 *
 * Longer than 300 lines because it is the one class that authors derive from: what they call and override stands together.
 *
 * Where the value is made, the item is the authority: a GET goes through reqGet and reqRefresh, a SET through check,
 * validate and reqSet, and what comes of it is published. An item of a store with a link follows the one of a daemon.
 */
import { toError } from '../../errors/index.js'
import { Condition, type ItemState } from './condition.js'
import { describeItem, MASK, withoutValue } from './describe-item.js'
import { Following } from './following.js'
import { ItemError } from './item-error.js'
import { isSettable, type Description, type ItemOptions } from './item-options.js'
import { ownPrincipal, type AskOptions, type ItemRequest } from './item-request.js'
import { Joint } from './joint.js'
import { Patience } from './patience.js'
import { Poller } from './poller.js'
import { Publications, type Listener } from './publications.js'
import type { Reading } from './reading.js'
import { isSameValue, keptValue } from './same-value.js'
import { Sets } from './sets.js'
import type { Store } from './store.js'
import { requireRules } from '../types/require-rules.js'
import type { ValueOf } from '../types/value-of.js'
import { checkValue, formatValue, numberOfLabel, parseValue } from '../types/values.js'
import { Updates, type Update, type UpdatesOptions } from './updates.js'

const MS_PER_S = 1000

/**
 * A named value in a store.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * const level = new Item(store, 'level', { type: 'numeric', initial: 0, accept: (value) => Math.min(value, 10) })
 * level.subscribe((value) => assert.equal(value, 10))
 * assert.equal(await level.set(12), 10)
 */
export class Item<T = unknown> {
  readonly key: string
  readonly store: Store
  readonly options: ItemOptions<T>
  /** Whether the value is made here; otherwise it follows the one of a daemon. */
  readonly isAuthoritative: boolean
  readonly #publications: Publications<T>
  readonly #poller: Poller
  readonly #sets: Sets<T>
  readonly #following: Following | null
  readonly #refreshing = new Joint<Reading<T> | null>()
  readonly #closers = new Set<() => void>()
  #value: T | null
  #time: number | null
  readonly #condition: Condition

  /**
   * @throws {TypeError} If the store has an item of that name (case doesn't make another one), or it can be no name.
   * @throws {RangeError} If the description has a rule that can't be kept, as a format or a pattern that is none.
   */
  constructor(store: Store, key: string, options: ItemOptions<T> = {}) {
    this.key = key
    this.store = store
    this.options = options
    this.isAuthoritative = options.authoritative ?? store.link === null
    this.#value = this.isAuthoritative ? keptValue(options.initial ?? null) : null // What another begins with is history.
    this.#time = this.#value === null ? null : store.wall() / MS_PER_S
    this.#condition = new Condition((error) => store.fail(error, this))
    this.#publications = new Publications(
      (error) => store.fail(error, this),
      (reading) => this.#carry(reading),
    )
    this.#poller = new Poller(store.esc, () => this.#look())
    this.#sets = new Sets(store.esc, this)
    this.#following = this.isAuthoritative
      ? null
      : new Following(store.reach(), key, (reading, missed, isTold) =>
          this.#take(reading as Reading<T>, missed, isTold),
        )
    if (this.isAuthoritative) this.#requireRules()
    this.#settle()
    this.#condition.onChange((state) => store.stateOf(this, state))
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
    return this.options.compute === undefined ? this.#value : this.options.compute()
  }

  /** Publish it where it is made; elsewhere ask for it by a SET, whose failure goes to the store's `onError`. */
  set value(value: T | null) {
    if (this.isAuthoritative) this.publish(value)
    else void this.set(value, { wait: false })
  }

  /** When it was taken or last changed: UNIX seconds. Null if nothing is known yet. */
  get time(): number | null {
    return this.isComputed ? this.store.wall() / MS_PER_S : this.#time
  }

  /**
   * Whether what is known may be out of date: the last look failed, or its daemon was lost since. Of one that follows a daemon's
   * only while somebody listens, it is what was found out last: `get` asks each time.
   */
  get isStale(): boolean {
    return this.#condition.isStale
  }

  /** Whether its value can be relied on: `unknown` as long as there never was one. */
  get state(): ItemState {
    if (this.time === null) return 'unknown'
    return this.isStale ? 'stale' : 'live'
  }

  /** The value as others are shown it. */
  get shown(): unknown {
    return this.asShown(this.value)
  }

  /** The value as people read it: by labels, units and format. Empty if there is none. */
  get formatted(): string {
    return this.format(this.value)
  }

  /** What people wrote becomes the value, as by assigning it. */
  set formatted(text: string) {
    this.value = this.parse(text)
  }

  get isComputed(): boolean {
    return this.options.compute !== undefined
  }

  get isSettable(): boolean {
    return isSettable(this.options)
  }

  get isGettable(): boolean {
    return this.options.gettable !== false
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#publications.size > 0
  }

  /** Whether a class of its own says how it is set. */
  get isOwnReqSet(): boolean {
    return this.reqSet !== Item.prototype.reqSet
  }

  /** One of its values as others are shown it: a secret is masked. */
  asShown(value: T | null): unknown {
    return this.options.isSecret === true && value !== null ? MASK : value
  }

  /**
   * One of its values as people read it.
   *
   * @throws {RangeError} If its format is none, or its units can't be converted.
   */
  format(value: T | null): string {
    return this.options.isSecret === true && value !== null ? MASK : formatValue(value, this.options)
  }

  /**
   * What people wrote, as a value: the inverse of `format`.
   *
   * @throws {TypeError|RangeError} If it can't be read.
   */
  parse(text: string): T | null {
    return parseValue(text, this.options) as T | null
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
    return await this.#readHere(refresh || this.#isUnasked, options)
  }

  /** What `read` would answer, if nobody has to be asked for it; else null. No promise is made. */
  readNow(refresh = false): Reading<T> | null {
    if (!this.isGettable) throw new ItemError('ERR_WRITE_ONLY', `${this.#name} can't be read: it is only set`)
    if (refresh) return null
    if (this.#following !== null) return this.#following.isOn && this.state === 'live' ? this.#known() : null
    return this.#isUnasked || this.reqGet !== Item.prototype.reqGet ? null : this.#known()
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
      const wall = (): number => this.store.wall() / MS_PER_S
      const wanted = numberOfLabel(value, this.options)
      return this.#following.set(wanted, { wait, signal, deadlineMs, principal }, wall) as Promise<T | null>
    }
    if (this.isSettable) return this.#sets.run(value, options)
    const message = `${this.key} can't be set: it only shows what is (a setting of an app: change its configuration, then reload)`
    throw new ItemError('ERR_READ_ONLY', message)
  }

  /**
   * It is this from now on: tell those who listen, unless it was before. Null clears it.
   *
   * @param about `timestamp`: when that was, UNIX seconds; now if not given. `repeat`: tell it even if it is nothing new.
   * @throws {TypeError|RangeError} If it is not made here, the value is undefined, or the timestamp is no time.
   */
  publish(value: T | null, about: { readonly timestamp?: number; readonly repeat?: boolean } = {}): void {
    const { timestamp = this.store.wall() / MS_PER_S, repeat = false } = about
    if (!this.isAuthoritative) throw new TypeError(`${this.#name} is published by its daemon only: set it`)
    if (value === undefined) throw new TypeError(`${this.#name} can't be published as undefined: null clears it`)
    if (!Number.isFinite(timestamp))
      throw new RangeError(`timestamp of ${this.#name} must be in seconds since the Unix epoch: it is ${timestamp}`)
    this.#condition.isStale = false
    this.#refreshing.leave() // A look that began before this knows nothing of it.
    if (this.options.isStream === true) this.#publications.tell({ value, time: timestamp }, 0)
    else if (repeat || this.#time === null || !isSameValue(value, this.#value)) {
      this.#keep({ value, time: timestamp })
      this.#publications.tell({ value: this.#value, time: timestamp }, 0)
    }
    this.#settle()
  }

  /**
   * Look for a new value at once and then every `period` seconds, never twice at a time; null or 0: no more. A look that fails
   * is told to the store's `onError`, and the item is stale until one succeeds.
   */
  poll(period: number | null): void {
    this.#poller.every(period)
  }

  /** Look for a new value whenever another item has one. Answers how to stop. */
  watch(other: Item): () => void {
    const stop = other.subscribe(() => void this.#poller.now())
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
    return this.isComputed ? this.#known() : null
  }

  /** Find out what the value is and publish it; of one that follows a daemon's, ask that. Answers what reqRefresh does. */
  async reqPoll(repeat = false): Promise<Reading<T> | null> {
    if (this.#following !== null) return await this.read({ refresh: true })
    try {
      const reading = await this.#refreshing.run(() => this.reqRefresh())
      if (reading !== null) this.publish(reading.value, { timestamp: reading.time, repeat })
      this.#condition.isStale = false
      return reading
    } catch (error) {
      this.#condition.isStale = true
      throw error
    } finally {
      this.#settle()
    }
  }

  /**
   * Carries out a SET; what it throws refuses it. Answers the value that holds from then on, which is published then;
   * undefined: the one that was asked for.
   */
  reqSet(request: ItemRequest): unknown {
    return this.options.accept?.(request.value as T | null)
  }

  /** A value of a SET as the item's description has it: a label becomes its number. What it throws refuses it. */
  check(value: unknown): unknown {
    try {
      return checkValue(value, this.options)
    } catch (error) {
      throw this.options.isSecret === true ? withoutValue(error) : error
    }
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
    const own: Listener<T> = (...told) => listener(...told) // So that one function may listen twice.
    if (!this.isHeard) this.#attempt(() => this.isComputed && this.#known()) // What comes is compared with it.
    this.#publications.add(own)
    if (this.#publications.size === 1) {
      this.#following?.on()
      this.store.hearing(this, true)
      this.options.onHeard?.(true)
    }
    const { time } = this
    if (prime && time !== null) listener(this.value, time * MS_PER_S, { missed: 0 })
    return () => {
      if (this.#publications.delete(own) && this.#publications.size === 0) this.#unheard()
    }
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
    return this.#condition.onChange(listener)
  }

  describe(): Description {
    return describeItem(this.key, this.options)
  }

  /** Its name and value, as people read them: `lamp.level = 3.0`; a secret is masked, and what isn't certain is said. */
  toString(): string {
    const { value, state } = this
    const text = value === null ? 'null' : this.format(value)
    return `${this.store.name}.${this.key} = ${text}${state === 'live' ? '' : ` (${state})`}`
  }

  /** Publish what is computed, if somebody listens. */
  refresh(): void {
    if (this.isComputed && this.isHeard) this.#attempt(() => this.publish(this.value))
  }

  /** What it has may be out of date from now on, until the next reading. */
  markStale(): void {
    this.#condition.isStale = true
    this.#following?.expectNothing()
    this.#settle()
  }

  /** Told when the item is taken out of its store. Answers how to take that back. */
  onClose(listener: () => void): () => void {
    this.#closers.add(listener)
    return () => void this.#closers.delete(listener)
  }

  /** The store lets go of it: it looks for nothing any more and follows nobody. */
  close(): void {
    this.#poller.stop()
    this.#following?.off()
    for (const listener of [...this.#closers]) listener()
    this.#closers.clear()
  }

  /** Whether it knows how to look, and never has. */
  get #isUnasked(): boolean {
    return this.time === null && this.reqRefresh !== Item.prototype.reqRefresh
  }

  get #name(): string {
    return `${this.store.name}.${this.key}`
  }

  #requireRules(): void {
    try {
      requireRules(this.options)
    } catch (error) {
      throw new RangeError(`${this.#name}: ${toError(error).message}`, { cause: error })
    }
  }

  #known(): Reading<T> {
    const { value } = this
    if (this.isComputed) this.#see(value)
    const time = this.#time
    if (time === null) return { value, time: this.store.wall() / MS_PER_S }
    return this.isStale ? { value, time, isStale: true } : { value, time }
  }

  /** What is computed has the time at which it was first seen to be so: else it would seem another one with each look. */
  #see(value: T | null): void {
    if (this.isHeard) this.publish(value)
    else if (this.#time === null || !isSameValue(value, this.#value))
      this.#keep({ value, time: this.store.wall() / MS_PER_S })
  }

  #keep({ value, time }: Reading<T>): void {
    this.#value = keptValue(value)
    this.#time = time
  }

  async #readHere(refresh: boolean, options: AskOptions): Promise<Reading<T>> {
    const patience = new Patience(this.store.esc, `get ${this.#name}`, options)
    const work = async (): Promise<Reading<T>> => {
      patience.begin()
      const { principal = ownPrincipal } = options
      const reading = await this.reqGet(patience.requestOf({ type: 'GET', value: undefined, refresh, principal }))
      return reading ?? this.#known()
    }
    return await patience.race(work())
  }

  #unheard(): void {
    this.store.hearing(this, false)
    this.options.onHeard?.(false)
    if (this.options.subscribe === false) this.#following?.off()
  }

  /**
   * The daemon has this. The same at the same time is nothing new: it comes so after a gap. Answers whether the value changed.
   */
  #take(reading: Reading<T>, missed: number, isTold = false): boolean {
    this.#condition.isStale = reading.isStale === true
    const isOther = this.#time === null || !isSameValue(reading.value, this.#value)
    if (isOther || reading.time !== this.#time) {
      this.#keep(reading)
      if (!isTold) this.#publications.tell({ value: this.#value, time: reading.time }, missed)
    }
    this.#settle()
    return isOther
  }

  /** To the transports of its store, or the way of its own. */
  #carry({ value, time }: Reading<T>): void {
    if (this.options.pub !== undefined) this.options.pub({ value, time })
    else this.store.published(this, this.asShown(value), time * MS_PER_S)
  }

  /** One look of a poll. */
  async #look(): Promise<void> {
    try {
      await this.reqPoll()
      this.#condition.recover()
    } catch (error) {
      this.#isTroubled(error)
    }
  }

  #attempt(act: () => unknown): void {
    try {
      act()
      this.#condition.recover()
    } catch (error) {
      this.#isTroubled(error)
    }
  }

  #isTroubled(error: unknown): void {
    this.#condition.trouble(error)
    this.#settle()
  }

  /** Tell if its state is another one by now. */
  #settle(): void {
    this.#condition.become(this.state)
  }
}
