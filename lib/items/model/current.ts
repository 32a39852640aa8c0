/** Current: what an item has now, since when and how surely; and who hears of it. */
import type { EventLoop } from '../../movement/index.js'
import { Condition, type ItemState } from './condition.js'
import type { ItemOptions } from './item-options.js'
import { Publications, type Listener } from './publications.js'
import type { Reading } from './reading.js'
import { isSameValue, keptValue } from './same-value.js'

const MS_PER_S = 1000

/** Parameters of methods are compared both ways: thus an `Item<number>` is an `Item`. */
interface AsMethod<T> {
  carry(reading: Reading<T>, timeMs: number): void
}

/** What becomes of what an item has. */
export interface Outlets<T> {
  /** A listener has thrown, or a look has failed. */
  readonly fail: (error: unknown) => void
  /** Carry a publication further; its time in ms besides. */
  readonly carry: AsMethod<T>['carry']
  /** Somebody begins to listen where nobody did, or nobody does any more. */
  readonly heard: (isHeard: boolean) => void
}

/**
 * The value of one item.
 *
 * @example
 * const outlets = { fail: (error) => { throw error }, carry: () => undefined, heard: () => undefined }
 * const current = new Current({ type: 'numeric' }, 3, new Escapement(), outlets)
 * current.subscribe((value) => assert.equal(value, 4), false)
 * current.publish(3, 7, false)
 * current.publish(4, 8, false)
 * assert.deepEqual(current.known(), { value: 4, time: 8 })
 */
export class Current<T> {
  readonly condition: Condition
  readonly #publications: Publications<T>
  readonly #esc: EventLoop
  readonly #compute: (() => T | null) | null
  readonly #isStream: boolean
  readonly #heard: (isHeard: boolean) => void
  #value: T | null
  #time: number | null

  /** `initial`: what it has to begin with; null: nothing is known yet. */
  constructor(options: ItemOptions<T>, initial: T | null, esc: EventLoop, { fail, carry, heard }: Outlets<T>) {
    this.condition = new Condition(fail)
    this.#publications = new Publications(fail, carry)
    this.#esc = esc
    this.#compute = options.compute ?? null
    this.#isStream = options.isStream === true
    this.#heard = heard
    this.#value = keptValue(initial)
    this.#time = initial === null ? null : this.now()
    this.settle()
  }

  get value(): T | null {
    return this.#compute === null ? this.#value : this.#compute()
  }

  /** When it was taken or last changed: UNIX seconds. Null if nothing is known yet. */
  get time(): number | null {
    return this.#compute === null ? this.#time : this.now()
  }

  get state(): ItemState {
    if (this.#time === null && this.#compute === null) return 'unknown'
    return this.condition.isStale ? 'stale' : 'live'
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#publications.size > 0
  }

  /** The wall clock in UNIX seconds. */
  now(): number {
    return this.#esc.wall() / MS_PER_S
  }

  /** It is this from now on. Those who listen are told, unless it was before and `repeat` doesn't ask for it. */
  publish(value: T | null, time: number, repeat: boolean): void {
    this.condition.isStale = false
    if (this.#isStream) this.#publications.tell({ value, time }, 0)
    else if (repeat || this.#isOther(value)) {
      this.#keep(value, time)
      this.#publications.tell({ value: this.#value, time }, 0)
    }
    this.settle()
  }

  /**
   * The daemon that it follows has this. The same at the same time is nothing new: it comes so after a gap.
   *
   * @param isTold Whether those who listen know of it already.
   * @returns Whether the value changed.
   */
  take(reading: Reading<T>, missed: number, isTold: boolean): boolean {
    const { value, time } = reading
    this.condition.isStale = reading.isStale === true
    const isOther = this.#isOther(value)
    if (isOther || time !== this.#time) {
      this.#keep(value, time)
      if (!isTold) this.#publications.tell({ value: this.#value, time }, missed)
    }
    this.settle()
    return isOther
  }

  /** Hear of each new value; with `prime` first of the one that is known. Answers how to stop. */
  subscribe(listener: Listener<T>, prime: boolean): () => void {
    const own: Listener<T> = (...told) => listener(...told) // So that one function may listen twice.
    if (!this.isHeard && this.#compute !== null) this.attempt(() => this.known()) // What comes is compared with it.
    this.#publications.add(own)
    if (this.#publications.size === 1) this.#heard(true)
    const { time } = this
    if (prime && time !== null) listener(this.value, time * MS_PER_S, { missed: 0 })
    return () => {
      if (this.#publications.delete(own) && !this.isHeard) this.#heard(false)
    }
  }

  /** What is known of it: what is computed, is so now. */
  known(): Reading<T> {
    const value = this.#compute === null ? this.#value : this.#see(this.#compute())
    const time = this.#time
    if (time === null) return { value, time: this.now() }
    return this.condition.isStale ? { value, time, isStale: true } : { value, time }
  }

  /** Do what may fail because its value can't be had: the same trouble is told once, until it is over. */
  attempt(act: () => unknown): void {
    try {
      act()
      this.condition.recover()
    } catch (error) {
      this.isTroubled(error)
    }
  }

  /** A look at it has failed. */
  isTroubled(error: unknown): void {
    this.condition.trouble(error)
    this.settle()
  }

  /** Tell if its state is another one by now. */
  settle(): void {
    this.condition.become(this.state)
  }

  /** What is computed has the time at which it was first seen to be so: else it would seem another one with each look. */
  #see(value: T | null): T | null {
    if (this.isHeard) this.publish(value, this.now(), false)
    else if (this.#isOther(value)) this.#keep(value, this.now())
    return value
  }

  #isOther(value: T | null): boolean {
    return this.#time === null || !isSameValue(value, this.#value)
  }

  #keep(value: T | null, time: number): void {
    this.#value = keptValue(value)
    this.#time = time
  }
}
