/**
 * When is an event over? Once nothing of it is about in the train and every drain it reached has written it.
 *
 * Drains know no tickets. At the end of each passage the positions of all drains are compared with those last seen; a
 * drain that has moved owes its output to the passage's unit (`waits`), until its `flushed` reaches that position.
 */
import type { Sink } from './drain.js'
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
  readonly #drains: readonly Sink<never>[]
  readonly #seen: Float64Array
  readonly #owed: Debt[]

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
      if (--unit.waits > 0) continue
      if (unit instanceof Ticket) this.#baseOver(unit)
      else if (unit.open === 0) this.#eventOver(unit)
    }
  }

  /** A ticket's own passage has ended. */
  passed(ticket: Ticket): void {
    ticket.running = false
    const late = ticket.late
    ticket.late = null
    if (late !== null) {
      for (const event of late) if (event.open === 0 && event.waits === 0) this.#eventOver(event)
    }
    if (--ticket.waits === 0) this.#baseOver(ticket)
  }

  /** Nobody holds the event any more. */
  letGo(event: TicketEvent): void {
    if (event.waits === 0) this.#eventOver(event)
  }

  /** One thing less keeps a ticket open. */
  release(ticket: Ticket): void {
    if (--ticket.open > 0) return
    ticket.isDone = true
    for (const parent of ticket.parents ?? []) {
      if (--parent.waits === 0 && parent.open === 0) this.#eventOver(parent)
    }
    for (const bundled of ticket.bundled ?? []) this.release(bundled)
    ticket.owner?.acknowledge(ticket)
  }

  #eventOver(event: TicketEvent): void {
    if (event.isDone) return
    const { up } = event
    if (up.running) {
      // Its first passage still runs: a sibling may yet be held, so the passage's end decides.
      ;(up.late ??= []).push(event)
      return
    }
    event.isDone = true
    if (!event.renamed) this.listeners?.eventDone(up.first + event.k)
    this.release(up)
  }

  /** All that ran straight through is written: those events are over, and those that were held tell of themselves. */
  #baseOver(ticket: Ticket): void {
    if (this.listeners !== null) {
      const kids = ticket.kids
      let next = 0
      for (let k = 0; k < ticket.count; k++) {
        if (kids !== null && kids[next] === k) next++
        else this.listeners.eventDone(ticket.first + k)
      }
    }
    this.release(ticket)
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
