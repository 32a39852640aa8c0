/**
 * The life of an event, as data.
 *
 * A supply opens one `Ticket` a chunk or message; nothing is made for a datum that runs straight through. What leaves
 * the straight line gets the objects below, and two numbers say everything: `open` counts what is still about, `waits`
 * what has not been written. A ticket is over when `open` is 0; its own passage's part when `waits` is 0; an event when
 * both are. An event waits for its ticket's own part, where its siblings may have gone on: so it cannot end too early.
 */

import type { Bundled } from './bundle.js'
import type { Provenance } from './dead-letter.js'

/** Who is told when a ticket is over: a supply. */
export interface TicketOwner {
  acknowledge(ticket: Ticket): void
  original?(ticket: Ticket, k: number): Uint8Array | null
  provenance?(ticket: Ticket, k: number): Provenance
  identity?(ticket: Ticket, k: number): string | null
}

/** The life of one chunk or message, from its supply until all of it is over. */
export class Ticket<Origin = unknown> {
  /** The passage of its own data, and each of its events that left the straight line. */
  open = 1
  /** The passage of its own data, and each drain that has not written what it got in it. */
  waits = 1
  /** The number of its first event; the k-th has `first + k`. Given when its passage begins. */
  first = 0
  /** Whether all of it is over and durable. */
  isDone = false
  /** Its events that left the straight line in its own passage, k ascending: each tells of its own end. */
  kids: TicketEvent[] | null = null
  /** The events that were merged into this ticket's only one. */
  parents: readonly TicketEvent[] | null = null
  /** The events that were bundled into this ticket's only one. */
  bundled: Bundled | null = null
  readonly owner: TicketOwner | null
  /** What the supply needs to know its data by: a range of a file, a message. */
  readonly origin: Origin
  /** How many events it has; a supply may correct it until its passage ends. */
  count: number
  /** How much memory its data hold, in bytes, as its supply estimates. */
  readonly bytes: number

  constructor(owner: TicketOwner | null, origin: Origin, count: number, bytes: number) {
    this.owner = owner
    this.origin = origin
    this.count = count
    this.bytes = bytes
  }
}

/** One event that left the straight line: the k-th datum of a ticket, made when a cog first holds it. */
export class TicketEvent {
  /** How many holds of it there are. */
  open = 0
  /** Its ticket's own part, drains that have not written what it gave, and merged events that it hangs on. */
  waits = 1
  /** Whether a part of it has gone on already, so that its origin alone can't bring it back. */
  partial = false
  /** The number under which it lives on, once it was merged; 0 before. */
  renamedTo = 0
  /** How often each content was given out as one of several of this event; null before it was asked. */
  given: Map<string, number> | null = null
  readonly up: Ticket
  readonly k: number

  constructor(up: Ticket, k: number) {
    this.up = up
    this.k = k
  }
}

/** A datum that waits in a cog. Give it back exactly once, with `resume`, `reject` or `merge`. */
export class Hold<In = unknown> {
  /** The number of the cog in its train; -1 once it was given back. */
  place: number
  /** Neighbours in the train's list of live holds. */
  previous: Hold | null = null
  next: Hold | null = null
  /** How often it was tried again at that cog. */
  tries: number
  readonly event: TicketEvent
  /** The datum as the cog got it. */
  readonly data: In

  constructor(event: TicketEvent, place: number, data: In, tries = 0) {
    this.event = event
    this.place = place
    this.data = data
    this.tries = tries
  }
}

/** Who owns what the drains take now: the ticket in a supply's passage, the event in a resumed one. */
export type Unit = Ticket | TicketEvent
