/**
 * When is an event over? Once nothing of it is about in the train and every drain it reached has written it.
 *
 * Drains know no tickets. At the end of each passage the positions of all drains are compared with those last seen; a
 * drain that has moved owes its output to the passage's unit (`waits`), until its `flushed` reaches that position.
 */
import type { Sink } from '../cog/drain.js'
import { Ticket, type TicketEvent, type Unit } from './ticket.js'

/** Who hears of the ends and renames of events, by their numbers. */
export interface Listeners {
  eventDone(number: number): void
  eventRename(oldNumber: number, newNumber: number): void
}

/** Keeps the books of what is not over: which unit waits for which drain. */
export class Settlement {
  /** Null where no cog listens: then nothing is done for it. */
  listeners: Listeners | null = null
  /** Takes what a supply threw when it was told. */
  onError: (error: unknown) => void = (error) => {
    throw error
  }
  /** The drains that stand directly behind a place, by its number. */
  drainsBehind: readonly (Sink<never> | undefined)[] = []
  readonly #drains: readonly Sink<never>[]
  readonly #seen: Float64Array
  readonly #owed: Debt[]
  /** Tickets that are over and whose owners are to be told. */
  readonly #over: Ticket[] = []

  constructor(drains: readonly Sink<never>[]) {
    this.#drains = drains
    this.#seen = Float64Array.from(drains, (drain) => drain.position())
    this.#owed = drains.map(() => new Debt())
  }

  /** Book what the drains took since the last look to a unit. Answers whether they took anything. */
  book(unit: Unit): boolean {
    let moved = false
    for (let i = 0; i < this.#drains.length; i++) {
      const drain = this.#drains[i] as Sink<never>
      const position = drain.position()
      if (position === this.#seen[i]) continue
      this.#seen[i] = position
      moved = true
      if (drain.flushed >= position) continue
      ;(this.#owed[i] as Debt).add(position, unit)
      unit.waits++
    }
    return moved
  }

  /** A drain has written more. */
  flushed(drain: Sink<never>): void {
    const debt = this.#owed[this.#drains.indexOf(drain)]
    if (debt === undefined) return
    for (let unit = debt.take(drain.flushed); unit !== null; unit = debt.take(drain.flushed)) {
      if (unit instanceof Ticket) this.passed(unit)
      else this.fulfil(unit)
    }
  }

  /** A ticket's own passage has ended, or a drain has written what it got in it. */
  passed(ticket: Ticket): void {
    if (--ticket.waits > 0) return
    const kids = ticket.kids ?? []
    ticket.kids = null
    if (this.listeners !== null) {
      // What ran straight through is over; what left the line tells of itself.
      let next = 0
      for (let k = 0; k < ticket.count; k++) {
        if (kids[next]?.k === k) next++
        else this.listeners.eventDone(ticket.first + k)
      }
    }
    for (const kid of kids) this.fulfil(kid)
    this.release(ticket)
  }

  /** One thing less that an event waits for. */
  fulfil(event: TicketEvent): void {
    if (--event.waits === 0 && event.open === 0) this.#eventOver(event)
  }

  /** One hold of an event less. */
  letGo(event: TicketEvent): void {
    if (--event.open === 0 && event.waits === 0) this.#eventOver(event)
  }

  /** One thing less keeps a ticket open. */
  release(ticket: Ticket): void {
    if (--ticket.open > 0) return
    // A list, not recursion: merged events may hang on merged ones without end.
    if (this.#over.push(ticket) > 1) return
    for (const over of this.#over) this.#ticketOver(over)
    this.#over.length = 0
  }

  #eventOver(event: TicketEvent): void {
    const { up } = event
    if (event.renamedTo === 0) this.listeners?.eventDone(up.first + event.k)
    this.release(up)
  }

  #ticketOver(ticket: Ticket): void {
    ticket.isDone = true
    for (const parent of ticket.parents ?? []) this.fulfil(parent)
    for (const bundled of ticket.bundled?.tickets ?? []) this.release(bundled)
    try {
      ticket.owner?.acknowledge(ticket)
    } catch (error) {
      this.onError(error)
    }
  }
}

/** What one drain owes: units in the order of the positions up to which it must write. */
class Debt {
  #positions: number[] = []
  #units: Unit[] = []
  #head = 0

  add(position: number, unit: Unit): void {
    this.#positions.push(position)
    this.#units.push(unit)
  }

  /** The next unit whose position is reached, or null. */
  take(flushed: number): Unit | null {
    const head = this.#head
    if (head === this.#positions.length || (this.#positions[head] as number) > flushed) {
      this.#compact()
      return null
    }
    this.#head++
    return this.#units[head] as Unit
  }

  #compact(): void {
    const head = this.#head
    if (head === 0 || (head < this.#positions.length && head < 4096)) return
    this.#positions = this.#positions.slice(head)
    this.#units = this.#units.slice(head)
    this.#head = 0
  }
}
