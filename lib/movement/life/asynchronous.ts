/**
 * Cogs that answer with a promise. Their data are held while the promise is open; results leave in the order in which
 * data came, unless the cog says that order doesn't matter. No more than `concurrencyMax` turns are under way: data
 * beyond that wait in the order of their arrival.
 */
import type { Journey } from './journey.js'
import { count } from './ledger.js'
import type { AsyncOptions } from '../cog/shapes.js'
import type { Hold } from './ticket.js'

/** A datum that waits for its turn, or for its turn to end. */
interface Slot {
  readonly hold: Hold
  state: 'waiting' | 'running' | 'resolved' | 'rejected'
  value: unknown
}

/** One asynchronous place of a train. */
export class AsyncPlace {
  readonly #journey: Journey
  readonly #place: number
  readonly #call: (data: unknown) => unknown
  readonly #options: AsyncOptions
  /** In order of arrival: all of an ordered cog, else those whose turn has not begun. */
  #queue: Slot[] = []
  #head = 0
  /** In an ordered cog's queue, the first whose turn has not begun. */
  #nextWaiting = 0
  #running = 0
  #isLeaving = false

  constructor(journey: Journey, place: number, call: (data: unknown) => unknown, options: AsyncOptions) {
    this.#journey = journey
    this.#place = place
    this.#call = call
    this.#options = options
  }

  /** One datum arrives, in its passage. */
  turn(data: unknown): void {
    const journey = this.#journey
    if (this.#running >= this.#options.concurrencyMax || this.#nextWaiting < this.#queue.length) {
      this.#enqueue(data, 'waiting', undefined)
      return
    }
    const result = this.#call(data)
    if (isPromise(result)) {
      const slot = this.#options.ordered
        ? this.#enqueue(data, 'running', undefined)
        : this.#slot(data, 'running', undefined)
      if (this.#options.ordered) this.#nextWaiting++
      this.#follow(slot, result)
    } else if (this.#options.ordered && this.#head < this.#queue.length) {
      this.#enqueue(data, 'resolved', result)
      this.#nextWaiting++
    } else if (result === null || result === undefined) {
      count(journey.ledger.exits, this.#place)
    } else if (Array.isArray(result) && result.length === 1) {
      journey.behind[this.#place]?.(result[0])
    } else {
      journey.many(result, this.#place, data)
    }
  }

  #slot(data: unknown, state: Slot['state'], value: unknown): Slot {
    const hold = this.#journey.hold(data)
    count(this.#journey.ledger.exits, this.#place)
    return { hold, state, value }
  }

  #enqueue(data: unknown, state: Slot['state'], value: unknown): Slot {
    const slot = this.#slot(data, state, value)
    this.#queue.push(slot)
    return slot
  }

  #follow(slot: Slot, promise: PromiseLike<unknown>): void {
    slot.state = 'running'
    this.#running++
    // Of another library's promise nothing is sure: it may throw, or settle twice.
    Promise.resolve(promise).then(
      (value) => this.#settle(slot, 'resolved', value),
      (error: unknown) => this.#settle(slot, 'rejected', error),
    )
  }

  #settle(slot: Slot, state: 'resolved' | 'rejected', value: unknown): void {
    this.#running--
    slot.state = state
    slot.value = value
    if (this.#options.ordered) this.#leaveInOrder()
    else this.#leave(slot)
    this.#startWaiting()
  }

  #leave({ hold, state, value }: Slot): void {
    if (state === 'resolved') this.#journey.resume(hold, value)
    else this.#journey.reject(hold, value)
  }

  #leaveInOrder(): void {
    if (this.#isLeaving) return // A result that leaves may bring the next one in behind it.
    this.#isLeaving = true
    for (let slot = this.#queue[this.#head]; slot !== undefined; slot = this.#queue[this.#head]) {
      if (slot.state === 'waiting' || slot.state === 'running') break
      this.#head++
      this.#leave(slot)
    }
    this.#isLeaving = false
    this.#compact()
  }

  #startWaiting(): void {
    while (this.#running < this.#options.concurrencyMax) {
      const slot = this.#queue[this.#nextWaiting]
      if (slot === undefined) break
      this.#nextWaiting++
      if (!this.#options.ordered) this.#head++
      this.#startOne(slot)
    }
    if (!this.#options.ordered) this.#compact()
    else this.#leaveInOrder()
  }

  #startOne(slot: Slot): void {
    let result: unknown
    // In its own passage, so that the turn may ask for the event's id.
    this.#journey.within(slot.hold, () => {
      try {
        result = this.#call(slot.hold.data)
        slot.state = 'resolved'
      } catch (error) {
        result = error
        slot.state = 'rejected'
      }
    })
    if (slot.state === 'resolved' && isPromise(result)) {
      this.#follow(slot, result)
      return
    }
    slot.value = result
    if (!this.#options.ordered) this.#leave(slot)
  }

  #compact(): void {
    if (this.#head === 0 || (this.#head < this.#queue.length && this.#head < 4096)) return
    this.#queue = this.#queue.slice(this.#head)
    this.#nextWaiting -= this.#head
    this.#head = 0
  }
}

function isPromise(result: unknown): result is PromiseLike<unknown> {
  return typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function'
}
