/**
 * Many events that become one. Each ticket is kept open once, however many of its events are in: an event costs no
 * object, so that a window of a million events is cheap. Only where a cog listens to renames each event is an object.
 */
import type { Bundle } from '../cog/cog.js'
import { TrainError } from '../errors.js'
import type { Journey } from './journey.js'
import { count } from './ledger.js'
import { mergeEvents, mergeTickets } from './merge.js'
import type { Ticket, TicketEvent } from './ticket.js'

/** A bundle of one aggregating cog. */
export class EventBundle implements Bundle {
  size = 0
  readonly #journey: Journey
  #place = -1
  #last: Ticket | null = null
  #tickets: Ticket[] = []
  #events: TicketEvent[] = []

  constructor(journey: Journey) {
    this.#journey = journey
  }

  add(): void {
    const journey = this.#journey
    const ticket = journey.currentTicket('add()')
    journey.requireBehind('add()')
    if (journey.settlement.listeners !== null) {
      const event = journey.currentEvent('add()')
      event.open++
      this.#events.push(event)
    } else if (ticket !== this.#last) {
      this.#last = ticket
      ticket.open++
      this.#tickets.push(ticket)
    }
    this.#place = journey.at
    this.size++
    count(journey.ledger.holds, journey.at)
  }

  give(data: unknown): void {
    const { size } = this
    if (size === 0) {
      if (data === null || data === undefined) return
      throw new TrainError('give() of an empty bundle: a datum needs an event that it came of, so add() one first')
    }
    const place = this.#place
    const tickets = this.#tickets
    const events = this.#events
    this.#tickets = []
    this.#events = []
    this.#last = null
    this.size = 0
    count(this.#journey.ledger.back, place, size)
    if (events.length > 0) mergeEvents(this.#journey, events, place, data)
    else mergeTickets(this.#journey, tickets, place, size, data)
  }
}
