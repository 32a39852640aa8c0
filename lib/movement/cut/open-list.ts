/**
 * What a train holds at one instant, so that a later run can bring it back: whole events by their origins, which are
 * supplied again; parts of events, and what is held behind a cog with a snapshot, by value, which enters its cog again
 * (supplied again, such an event would pass the snapshot's cog twice).
 */
import type { Json } from '../cog/cog.js'
import type { Supply } from '../cog/supply.js'
import type { Journey } from '../life/journey.js'
import type { Ticket, TicketEvent } from '../life/ticket.js'
import type { Plan, Stretch } from '../chain/plan.js'
import { isJson } from './is-json.js'
import type { OpenOrigin, OpenSource, OpenValue } from './record.js'

/** What is open. */
export interface OpenList {
  readonly origins: OpenOrigin[]
  readonly values: OpenValue[]
  /** What the values came of, where that can give originals. */
  readonly sources?: OpenSource[]
}

/** Something is held that no record could bring back. */
export class CannotCut extends Error {
  /** Whether it goes on by itself; what is gathered may wait for more. */
  readonly isPassing: boolean

  constructor(message: string, { isPassing }: { readonly isPassing: boolean }) {
    super(message)
    this.isPassing = isPassing
  }
}

/** Lists what a train holds. */
export class OpenLister {
  readonly #plan: Plan
  readonly #journey: Journey
  readonly #supplyNames: ReadonlyMap<object, string>
  /** By place: whether data that arrive there may have passed a cog with a snapshot. */
  readonly #isBehindSnapshot: readonly boolean[]

  constructor(plan: Plan, journey: Journey) {
    this.#plan = plan
    this.#journey = journey
    this.#isBehindSnapshot = behindSnapshots(plan)
    this.#supplyNames = new Map(plan.places.map(({ occupant, name }) => [occupant ?? this, name]))
  }

  /**
   * What is held right now, outside of a passage.
   *
   * @throws {CannotCut} If something can be listed neither way; the message says what and why.
   */
  list(): OpenList {
    const byTicket = new Map<Ticket, Set<number>>()
    const values: OpenValue[] = []
    const sources = new Map<Ticket, number>()
    const { places } = this.#plan
    for (const { ticket, place, first, count, text } of this.#journey.inFlight.texts) {
      // Nothing stands before who holds a text, so that its lines may always be supplied again, if they can be.
      if (isSuppliedAgain(ticket)) for (let k = first; k < first + count; k++) note(byTicket, ticket, k)
      else for (const data of text().split('\n')) values.push({ cog: places[place]?.name ?? '', data })
    }
    for (const hold of this.#journey.inFlight.holds()) {
      const { event, place, data } = hold
      if (!this.#isBehindSnapshot[place] && !hasSnapshot(places[place]?.occupant) && this.#collect(event, byTicket))
        continue
      const cog = places[place]?.name ?? ''
      if (!isJson(data)) {
        const message = `${cog} holds a part of an event that can't be written as JSON`
        throw new CannotCut(message, { isPassing: true })
      }
      const { up, k } = event
      if ((up.owner as Partial<Supply<unknown>> | null)?.originAgain !== undefined) {
        if (!sources.has(up)) sources.set(up, sources.size)
        values.push({ cog, data, from: [sources.get(up) as number, k] })
      } else values.push({ cog, data })
    }
    for (const { bundled, events, place } of this.#journey.bundles) {
      if (hasSnapshot(places[place]?.occupant)) continue
      const isWhole = !this.#isBehindSnapshot[place] && !bundled.isPartial
      if (
        !isWhole ||
        !events.every((event) => this.#collect(event, byTicket)) ||
        !this.#collectAll(bundled, byTicket)
      ) {
        const message = `${places[place]?.name ?? ''} has gathered parts of events and has no snapshot()`
        throw new CannotCut(message, { isPassing: false })
      }
    }
    const open = { origins: this.#originsOf(byTicket), values }
    return sources.size === 0 ? open : { ...open, sources: [...sources.keys()].map((up) => this.#sourceOf(up)) }
  }

  /** Collect the origins of an event. Answers false, having changed nothing, if they can't bring it back. */
  #collect(event: TicketEvent, into: Map<Ticket, Set<number>>): boolean {
    const found: (readonly [Ticket, number])[] = []
    if (!this.#rootsOf(event.up, event.k, event.partial, found)) return false
    for (const [ticket, k] of found) note(into, ticket, k)
    return true
  }

  #collectAll(bundled: { each(): Iterable<readonly [Ticket, number]> }, into: Map<Ticket, Set<number>>): boolean {
    const found: (readonly [Ticket, number])[] = []
    for (const [ticket, k] of bundled.each()) if (!this.#rootsOf(ticket, k, false, found)) return false
    for (const [ticket, k] of found) note(into, ticket, k)
    return true
  }

  #rootsOf(ticket: Ticket, k: number, isPartial: boolean, found: (readonly [Ticket, number])[]): boolean {
    if (isPartial) return false
    const { parents, bundled } = ticket
    if (parents !== null) return parents.every((event) => this.#rootsOf(event.up, event.k, event.partial, found))
    if (bundled !== null) {
      if (bundled.isPartial) return false
      for (const [up, number] of bundled.each()) if (!this.#rootsOf(up, number, false, found)) return false
      return true
    }
    if (!isSuppliedAgain(ticket)) return false
    found.push([ticket, k])
    return true
  }

  #originsOf(byTicket: ReadonlyMap<Ticket, ReadonlySet<number>>): OpenOrigin[] {
    return [...byTicket].map(([ticket, ks]) => ({ ...this.#sourceOf(ticket), ks: [...ks].sort((a, b) => a - b) }))
  }

  #sourceOf({ owner, origin }: Ticket): OpenSource {
    return {
      supply: this.#supplyNames.get(owner as object) ?? '',
      origin: (owner as Supply<unknown>).originMark?.(origin) as Json,
    }
  }
}

function isSuppliedAgain({ owner }: Ticket): boolean {
  return (owner as Partial<Supply<unknown>> | null)?.originMark !== undefined
}

function note(into: Map<Ticket, Set<number>>, ticket: Ticket, k: number): void {
  const ks = into.get(ticket)
  if (ks === undefined) into.set(ticket, new Set([k]))
  else ks.add(k)
}

/** Whether somebody's memory spans check-points. */
export function hasSnapshot(occupant: object | null | undefined): boolean {
  return typeof (occupant as { snapshot?: unknown } | null | undefined)?.snapshot === 'function'
}

function behindSnapshots({ places, stretches }: Plan): boolean[] {
  const behind = new Array<boolean>(places.length).fill(false)
  const entered = new Set<Stretch>()
  // Stretches stand in the order of flow, so that whoever leads into one was looked at before.
  for (const stretch of stretches) {
    let isBehind = entered.has(stretch)
    for (const { index, occupant } of stretch.cogs) {
      behind[index] = isBehind
      isBehind ||= hasSnapshot(occupant)
    }
    const { end } = stretch
    if (!isBehind) continue
    if (end.kind === 'join') entered.add(end.next)
    else if (end.kind === 'fork') for (const branch of end.branches) entered.add(branch.stretch)
  }
  return behind
}
