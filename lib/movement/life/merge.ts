/** Several events become one behind a place: the new event is over when what it became is, and they with it. */
import type { Bundled } from './bundle.js'
import type { Journey } from './journey.js'
import { ClosedError } from '../../errors/index.js'
import { TrainError } from '../errors.js'
import { count } from './ledger.js'
import { Ticket, type Hold, type TicketEvent } from './ticket.js'

/**
 * Several held data become one; with null or undefined they are all swallowed.
 *
 * @throws {TypeError} If there is no hold.
 * @throws {TrainError} If they are of several cogs.
 * @throws {ClosedError} If one was given back before.
 */
export function mergeHolds(journey: Journey, holds: readonly Hold[], data: unknown): void {
  const [first] = holds
  if (first === undefined) throw new TypeError('merge() needs at least one hold: the list is empty')
  const { place } = first
  for (const hold of holds) {
    if (hold.place >= 0 && place >= 0 && hold.place !== place)
      throw new TrainError('merge() of holds of several cogs: a cog may give back only its own')
  }
  // Before any of them is taken back: then the cog still has them all.
  if (new Set(holds).size < holds.length || holds.some((hold) => hold.place < 0))
    throw new ClosedError('merge() of a hold that was given back before, or is there twice: nothing was merged')
  const parents = holds.map((hold) => {
    journey.takeBack(hold)
    return hold.event
  })
  mergeEvents(journey, parents, place, data)
}

/** Events that were taken back from their holds or from a bundle, each still open, become one; `go` lets it go on. */
export function mergeEvents(
  journey: Journey,
  parents: readonly TicketEvent[],
  place: number,
  data: unknown,
  size = parents.length,
  go = () => journey.behindOf(place)(data),
): void {
  const { settlement } = journey
  if (data === null || data === undefined) {
    swallow(journey, place, size, () => parents.forEach((event) => settlement.letGo(event)))
    return
  }
  const ticket = new Ticket(null, null, 1, 0)
  ticket.first = journey.nextMerged()
  ticket.parents = parents
  for (const event of parents) {
    event.waits++
    event.open--
    if (event.renamedTo === ticket.first) continue // Two parts of one event.
    event.renamedTo = ticket.first
    settlement.listeners?.eventRename(event.up.first + event.k, ticket.first)
  }
  pass(journey, ticket, place, size, go)
}

/** The same where nobody listens to events: `size` data, of these tickets or of an earlier run, become one. */
export function mergeTickets(
  journey: Journey,
  bundled: Bundled,
  place: number,
  size: number,
  data: unknown,
  go = () => journey.behindOf(place)(data),
): void {
  const { settlement } = journey
  if (data === null || data === undefined) {
    swallow(journey, place, size, () => bundled.tickets.forEach((ticket) => settlement.release(ticket)))
    return
  }
  const ticket = new Ticket(null, null, 1, 0)
  ticket.first = journey.nextMerged()
  ticket.bundled = bundled
  pass(journey, ticket, place, size, go)
}

function swallow(journey: Journey, place: number, size: number, release: () => void): void {
  count(journey.ledger.none, place, size)
  release()
  journey.gaveBack()
}

function pass(journey: Journey, ticket: Ticket, place: number, size: number, go: () => void): void {
  const { ledger } = journey
  count(ledger.merged, place, size)
  count(ledger.mergers, place)
  journey.enter(ticket, ticket, 0, null, place, 0, go)
  journey.settlement.passed(ticket)
  journey.gaveBack()
}
