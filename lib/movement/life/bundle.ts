/**
 * Many events that become one. Each ticket is kept open once, however many of its events are in: an event costs no
 * object but eight bytes, so that a window of a million events is cheap. Only where a cog listens to renames each event
 * is an object.
 */
import type { Bundle } from '../cog/cog.js'
import { TrainError } from '../errors.js'
import type { Journey } from './journey.js'
import { count } from './ledger.js'
import { mergeEvents, mergeTickets } from './merge.js'
import type { Ticket, TicketEvent } from './ticket.js'

/** Events by their numbers, each ticket once: eight bytes an event. */
export class Bundled {
  readonly tickets: Ticket[] = []
  /** Whether something else of one of them went on: then its origin alone can't bring it back. */
  isPartial = false
  readonly #begins: number[] = []
  readonly #ks: number[] = []

  add(ticket: Ticket, k: number): void {
    if (ticket !== this.tickets.at(-1)) {
      ticket.open++
      this.tickets.push(ticket)
      this.#begins.push(this.#ks.length)
    }
    this.#ks.push(k)
  }

  /** Take over all that is in another one. */
  join(other: Bundled): void {
    const moved = this.#ks.length
    for (const ticket of other.tickets) this.tickets.push(ticket)
    for (const begin of other.#begins) this.#begins.push(moved + begin)
    for (const k of other.#ks) this.#ks.push(k)
    this.isPartial ||= other.isPartial
  }

  /** Each event: its ticket and its number in it. */
  *each(): Generator<readonly [Ticket, number]> {
    for (const [i, ticket] of this.tickets.entries()) {
      const end = this.#begins[i + 1] ?? this.#ks.length
      for (let at = this.#begins[i] as number; at < end; at++) yield [ticket, this.#ks[at] as number]
    }
  }
}

/** A bundle of one aggregating cog. */
export class EventBundle implements Bundle {
  size: number
  place: number
  bundled = new Bundled()
  /** The same where a cog listens to renames. */
  events: TicketEvent[] = []
  /** Whether it was left to the next run. */
  isKept = false
  readonly #journey: Journey

  /** `restored` events of an earlier run are in it already, known to the snapshot of the cog at this place. */
  constructor(journey: Journey, restored = 0, place = -1) {
    this.#journey = journey
    this.size = restored
    this.place = place
    if (restored === 0) return
    const { ledger } = journey
    for (const column of [ledger.entered, ledger.exits, ledger.holds]) count(column, place, restored)
    journey.bundles.add(this)
  }

  add(): void {
    const journey = this.#journey
    const ticket = journey.currentTicket('add()')
    journey.requireBehind('add()')
    if (journey.settlement.listeners !== null) {
      const event = journey.currentEvent('add()')
      event.open++
      this.events.push(event)
    } else {
      this.bundled.add(ticket, journey.k)
      if (journey.depth > 0 || journey.event?.partial === true) this.bundled.isPartial = true
    }
    this.place = journey.at
    this.size++
    count(journey.ledger.holds, journey.at)
    journey.bundles.add(this)
  }

  share(): void {
    this.add()
    count(this.#journey.ledger.shared, this.#journey.at)
    this.bundled.isPartial = true
    for (const event of this.events.slice(-1)) event.partial = true
  }

  join(other: EventBundle): void {
    this.bundled.join(other.bundled)
    for (const event of other.events) this.events.push(event)
    this.size += other.size
    if (this.place < 0) this.place = other.place
    if (this.size > 0) this.#journey.bundles.add(this)
    other.#clear()
  }

  keep(): void {
    if (!this.#journey.isContinued)
      throw new TrainError('keep() where no run will go on: give what is gathered, as train.isContinued is false')
    this.isKept = true
  }

  /** The record that the next run begins with knows of it: its events are over here. */
  letGo(): void {
    const { settlement } = this.#journey
    const { bundled, events } = this
    for (const event of events) {
      event.renamedTo = this.#journey.nextMerged() // It lives on in what the next run makes of it.
      settlement.letGo(event)
    }
    for (const ticket of bundled.tickets) settlement.release(ticket)
    this.bundled = new Bundled()
    this.events = []
  }

  give(data: unknown): void {
    if (this.size > 0) this.#merge(data)
    else if (data !== null && data !== undefined)
      throw new TrainError('give() of an empty bundle: a datum needs an event that it came of, so add() one first')
  }

  reject(error: unknown, data: unknown): void {
    if (this.size === 0) throw new TrainError('reject() of an empty bundle: nothing is in it that could fail')
    this.#merge(data ?? {}, () => this.#journey.fail(error, data, 'partly'))
  }

  #merge(data: unknown, go?: () => void): void {
    const { size, bundled, events, place } = this
    const journey = this.#journey
    this.#clear()
    count(journey.ledger.back, place, size)
    if (events.length > 0) mergeEvents(journey, events, place, data, size, go)
    else mergeTickets(journey, bundled, place, size, data, go)
  }

  #clear(): void {
    this.bundled = new Bundled()
    this.events = []
    this.size = 0
    this.#journey.bundles.delete(this)
  }
}
