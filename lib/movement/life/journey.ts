/**
 * Where the train is with its data right now, and every road but the straight one: holding, resuming, splitting, failing.
 * The compiled line writes only `at` for each cog and `k` for each datum. A passage is synchronous; whoever enters the
 * train saves these fields, books what the drains took so far to the outer unit, and restores them; passages may be nested.
 */
import { ClosedError } from '../../errors/index.js'
import type { Sink } from '../cog/drain.js'
import type { EventBundle } from './bundle.js'
import { CogError, TrainError } from '../errors.js'
import type { Failing, FailureHandler, Retrying } from './failing.js'
import type { InFlight } from './in-flight.js'
import { count, type Ledger } from './ledger.js'
import { giveHeld, passOn } from './results.js'
import type { Settlement } from './settlement.js'
import { Stillness } from './stillness.js'
import { Hold, Ticket, TicketEvent, type TicketOwner, type Unit } from './ticket.js'

/** One train's present moment. */
export class Journey {
  /** The number of the cog whose turn it is. */
  at = 0
  /** The number of the datum within its ticket. */
  k = -1
  /** Above 0 while one of several siblings runs: what is held then is only a part of its event. */
  depth = 0
  /** Null outside of a passage. */
  ticket: Ticket | null = null
  /** The event of the datum, once a cog has held it. */
  event: TicketEvent | null = null
  /** Who owns what the drains take now. */
  unit: Unit | null = null
  halted = false // Set when the train must stop at once: data still to be put are left to the next start.
  /** Whether the next run goes on where this one ends. */
  isContinued = false
  /** Set when all that is held was written down for another train: what is given back goes nowhere. */
  isLeft = false
  /** Bundles that something is in. */
  readonly bundles = new Set<EventBundle>()
  /** Called once, as soon as data have moved on; whoever wants to be called again sets it again. */
  onMoved: (() => void) | null = null
  /** Entries into the line behind each place, by the number of the place. */
  behind: readonly (((data: unknown) => void) | undefined)[] = []
  names: readonly string[] = []
  onFailure: FailureHandler = (error) => {
    throw error
  }
  /** Takes what is to be tried again; null where nothing is. */
  retries: Retrying | null = null
  /** Called after each event that was given back, for those who wait for the train to come to rest. */
  onBack: (() => void) | null = null
  readonly ledger: Ledger
  readonly settlement: Settlement
  readonly inFlight: InFlight
  readonly #idText: (number: number) => string
  /** Where the datum of this passage is tried again, and how often it was; null if it isn't. */
  #retried: { readonly place: number; readonly tries: number } | null = null
  readonly #stillness = new Stillness()
  #nextNumber = 0
  #lastMerged = 0

  constructor(ledger: Ledger, settlement: Settlement, inFlight: InFlight, idText: (number: number) => string) {
    this.ledger = ledger
    this.settlement = settlement
    this.inFlight = inFlight
    this.#idText = idText
  }

  // The inlet of supplies

  open<Origin>(owner: TicketOwner, origin: Origin, count: number, bytes: number): Ticket<Origin> {
    return new Ticket(owner, origin, count, bytes)
  }

  begin(ticket: Ticket): void {
    if (this.ticket !== null)
      throw new TrainError('begin() within a passage: a supply may put data only from an event of its own')
    this.ticket = this.unit = ticket
    ticket.first = this.#nextNumber
    this.k = -1
    this.event = null
    this.depth = 0
  }

  skip(): void {
    this.k++
  }

  /** The id of the datum that is put next. */
  nextId(): string {
    if (this.ticket === null) throw new TrainError('nextId() outside of a passage: call it between begin() and end()')
    return this.#idText(this.ticket.first + this.k + 1)
  }

  end(ticket: Ticket): void {
    if (this.ticket !== ticket) throw new TrainError('end() of a ticket whose passage this is not: begin() it first')
    ticket.count = this.k + 1
    this.#nextNumber = ticket.first + ticket.count
    // A train that stops on a failure has not seen the rest of this chunk: it must not be acknowledged.
    if (this.halted) ticket.waits++
    this.settlement.book(ticket)
    this.ticket = this.unit = this.event = null
    this.settlement.passed(ticket)
    this.checkRoom()
  }

  /** Something has moved on. Ask the supplies to wait or to go on, but never within a passage: they would put data into it. */
  checkRoom(): void {
    if (this.ticket !== null) return
    this.inFlight.check()
    const { onMoved } = this
    this.onMoved = null
    onMoved?.()
  }

  /** A drain has written more, or has room again. */
  flushed(drain: Sink<never>): void {
    if (this.#stillness.keeps(drain)) return
    this.settlement.flushed(drain)
    this.checkRoom()
  }

  /** Nothing moves meanwhile: what drains tell is heard only afterwards, since a supply may put more as soon as it is. */
  still(go: () => void): void {
    this.#stillness.during(go, (drain) => this.flushed(drain))
  }

  // For cogs

  /** The id of the event whose turn it is. */
  id(): string {
    return this.#idText(this.currentTicket('id()').first + this.k)
  }

  hold<In>(data: In): Hold<In> {
    const event = this.currentEvent('hold()')
    this.requireBehind('hold()')
    // In a passage of its own, the hold that it came from is still on the books.
    if (event.open > (this.unit === event ? 1 : 0)) event.partial = true
    event.open++
    count(this.ledger.holds, this.at)
    const hold = new Hold(event, this.at, data, this.#tries())
    this.inFlight.add(hold)
    return hold
  }

  share<In>(data: In): Hold<In> {
    const hold = this.hold(data)
    count(this.ledger.shared, this.at)
    hold.event.partial = true
    return hold
  }

  resume(hold: Hold, data: unknown): void {
    const place = this.takeBack(hold)
    this.#reenter(hold.event, place, () => giveHeld(this, data, place, hold.data))
  }

  reject(hold: Hold, error: unknown): void {
    const place = this.takeBack(hold)
    this.#reenter(hold.event, place, () => this.fail(error, hold.data, 'held', hold.tries))
  }

  /** A datum that was held because it failed enters its cog again. */
  again(hold: Hold, enter: (data: unknown) => void): void {
    const place = this.takeBack(hold)
    this.#reenter(hold.event, place, () => {
      this.#retried = { place, tries: hold.tries }
      enter(hold.data)
    })
  }

  /** The turn of a held datum begins only now: run it as if in its passage. */
  within(hold: Hold, turn: () => void): void {
    const { event, place } = hold
    this.enter(event, event.up, event.k, event, place, event.open > 1 ? 1 : 0, turn)
  }

  /** The number of the next merged event: they count down from -1. */
  nextMerged(): number {
    return --this.#lastMerged
  }

  /** The event whose turn it is, made if nobody held it yet. */
  currentEvent(what: string): TicketEvent {
    const ticket = this.currentTicket(what)
    const { event, k } = this
    if (event !== null && event.k === k && event.up === ticket) {
      if (this.depth > 0) event.partial = true
      return event
    }
    const made = new TicketEvent(ticket, k)
    made.partial = this.depth > 0
    ticket.open++
    ;(ticket.kids ??= []).push(made)
    this.event = made
    return made
  }

  /** The ticket whose passage this is. */
  currentTicket(what: string): Ticket {
    if (this.ticket === null) throw new TrainError(`${what} outside of a turn: call it before the first await`)
    return this.ticket
  }

  /** Check that the place where we are may give data later. */
  requireBehind(what: string): void {
    if (this.behind[this.at] === undefined)
      throw new TrainError(`${what} in a cog that gives at once: write turn() instead`)
  }

  /** Results of a turn that are neither nothing nor a list of one. */
  many(results: unknown, place: number, data: unknown): void {
    passOn(this, results, place, data)
  }

  /** A datum failed at the place where we are, in its turn, while it was held, or when a part of it had gone on. Never throws. */
  fail(thrown: unknown, data: unknown, how: Failing = 'turn', tries = this.#tries()): void {
    const { at, ticket } = this
    if (ticket === null) throw new TrainError('a failure outside of a passage', { cause: thrown })
    const error = new CogError(this.names[at] ?? `place ${at}`, this.id(), thrown)
    if (how === 'partly' || this.retries?.takes(error, at, data, how, tries) !== true) {
      count(this.ledger.failed, at)
      if (how === 'held') count(this.ledger.failedHeld, at)
      this.onFailure(error, ticket, this.k, data)
    }
    this.at = at
  }

  /** The train stops on what just failed: its unit is never acknowledged, so that it is supplied again. */
  halt(): void {
    if (this.unit !== null) this.unit.waits++
    this.halted = true
  }

  /** Take a hold off the books. Answers its place. */
  takeBack(hold: Hold): number {
    const { place } = hold
    if (place < 0) throw new ClosedError('a hold was given back twice: resume, reject or merge it once')
    hold.place = -1
    this.inFlight.remove(hold)
    count(this.ledger.back, place)
    return place
  }

  /** Run a passage, maybe within another: save where we are, and book what the drains took to whom it belongs. */
  enter(
    unit: Unit,
    up: Ticket,
    k: number,
    event: TicketEvent | null,
    place: number,
    depth: number,
    go: () => void,
  ): void {
    const { ticket, k: outerK, at, event: outerEvent, depth: outerDepth, unit: outer } = this
    const retried = this.#retried
    if (outer !== null) this.settlement.book(outer)
    this.unit = unit
    this.ticket = up
    this.k = k
    this.event = event
    this.at = place
    this.depth = depth
    this.#retried = null
    if (!this.isLeft) go()
    const moved = this.settlement.book(unit)
    if (moved && event !== null && event.open > 1) event.partial = true
    this.ticket = ticket
    this.k = outerK
    this.at = at
    this.event = outerEvent
    this.depth = outerDepth
    this.unit = outer
    this.#retried = retried
  }

  /** Something was given back: there may be room again, and somebody may wait for the train to come to rest. */
  gaveBack(): void {
    this.checkRoom()
    this.onBack?.()
  }

  /** How often the datum whose turn it is was tried again. */
  #tries(): number {
    return this.#retried?.place === this.at ? this.#retried.tries : 0
  }

  #reenter(event: TicketEvent, place: number, go: () => void): void {
    this.enter(event, event.up, event.k, event, place, event.open > 1 ? 1 : 0, go)
    this.settlement.letGo(event)
    this.gaveBack()
  }

  /** The line behind a place. */
  behindOf(place: number): (data: unknown) => void {
    const behind = this.behind[place]
    if (behind === undefined) throw new TrainError(`${this.names[place] ?? 'this place'} has nothing behind it`)
    return behind
  }
}
