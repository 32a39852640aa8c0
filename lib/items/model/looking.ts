/** Looking: how an item finds out what it is now: when it is asked, and time and again. */
import type { EventLoop } from '../../movement/index.js'
import type { Current } from './current.js'
import { ownPrincipal, type AskOptions, type ItemRequest } from './item-request.js'
import { Joint } from './joint.js'
import { Patience } from './patience.js'
import { Poller } from './poller.js'
import type { Reading } from './reading.js'

/** What an item does to find out. Parameters of methods are compared both ways: thus an `Item<number>` is an `Item`. */
export interface LookSteps<T> {
  reqGet(request: ItemRequest): Promise<Reading<T> | null>
  reqRefresh(): Reading<T> | null | Promise<Reading<T> | null>
  reqPoll(): Promise<Reading<T> | null>
  publish(value: T | null, about: { readonly timestamp: number; readonly repeat: boolean }): void
}

/** The looks of one item: one for all who want it at the same time. */
export class Looking<T> {
  readonly poller: Poller
  readonly #esc: EventLoop
  readonly #steps: LookSteps<T>
  readonly #current: Current<T>
  readonly #refreshing = new Joint<Reading<T> | null>()

  constructor(esc: EventLoop, steps: LookSteps<T>, current: Current<T>) {
    this.#esc = esc
    this.#steps = steps
    this.#current = current
    this.poller = new Poller(esc, () => this.#look())
  }

  /**
   * Answer a GET.
   *
   * @param what What was asked, for messages, as `get lamp.level`.
   * @throws {ItemError} ERR_DEADLINE if its time is over before; and what reqGet throws.
   */
  async get(what: string, refresh: boolean, options: AskOptions): Promise<Reading<T>> {
    const patience = new Patience(this.#esc, what, options)
    const work = async (): Promise<Reading<T>> => {
      patience.begin()
      const { principal = ownPrincipal } = options
      const request = patience.requestOf({ type: 'GET', value: undefined, refresh, principal })
      return (await this.#steps.reqGet(request)) ?? this.#current.known()
    }
    return await patience.race(work())
  }

  /** Find out what it is and publish it; null: nothing new. What reqRefresh throws leaves it stale. */
  async refresh(repeat: boolean): Promise<Reading<T> | null> {
    try {
      const reading = await this.#refreshing.run(() => this.#steps.reqRefresh())
      if (reading !== null) this.#steps.publish(reading.value, { timestamp: reading.time, repeat })
      this.#current.condition.isStale = false
      return reading
    } catch (error) {
      this.#current.condition.isStale = true
      throw error
    } finally {
      this.#current.settle()
    }
  }

  /** It has another value by now: a look that began before knows nothing of it. */
  leave(): void {
    this.#refreshing.leave()
  }

  /** One look of a poll. */
  async #look(): Promise<void> {
    try {
      await this.#steps.reqPoll()
      this.#current.condition.recover()
    } catch (error) {
      this.#current.isTroubled(error)
    }
  }
}
