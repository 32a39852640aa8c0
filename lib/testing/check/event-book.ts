/**
 * The life of every event, told by what arrives and what is written: each ends once, not before all that came of it is
 * written, and nothing comes of it afterwards. Which inputs a datum comes of says the train; a mark that objects and
 * their copies carry says whether that is true.
 */
import type { Journey } from '../../movement/life/journey.js'
import type { Ticket } from '../../movement/life/ticket.js'
import { describeValue } from '../../errors/index.js'
import type { CheckDrain, Chunk } from './ends.js'
import type { Faults } from './faults.js'

/** What the ids of a checked train begin with. */
export const ID_PREFIX = 't'
/** Under this symbol an input carries its number. */
export const MARK = Symbol('input')

/** How a book is kept. */
export interface BookOptions {
  readonly faults: Faults
  readonly inputs: readonly unknown[]
  /** Whether the ends of events are told. */
  readonly isListening: boolean
  /** Whether inputs of an earlier run are in it, of which only the train knows. */
  readonly isRestored: boolean
  /** Whether a datum can have come of an input; null: nobody can say. */
  readonly cameOf: ((output: unknown, input: unknown) => boolean) | null
}

interface Event {
  ends: number
  readonly into: Set<Event>
  readonly writes: Map<CheckDrain, number>
}

/** The events of one train. */
export class EventBook {
  journey: Journey | null = null
  readonly #options: BookOptions
  readonly #events = new Map<string, Event>()
  readonly #put = new Map<string, number>()
  readonly #skipped = new Set<string>()
  readonly #writesOfChunk = new Map<Chunk, Map<CheckDrain, number>>()

  constructor(options: BookOptions) {
    this.#options = options
  }

  /** The id that comes `k` behind another. */
  idAfter(id: string, k: number): string {
    return idOf(Number.parseInt(id.slice(ID_PREFIX.length), 36) + k)
  }

  /** An input is put. */
  put(id: string, index: number): void {
    this.#put.set(id, index)
    this.#event(id)
  }

  /** An input is not put again: its end is told all the same. */
  skipped(id: string): void {
    this.#skipped.add(id)
  }

  /** A drain takes a datum. */
  taken(drain: CheckDrain, data: unknown, id: string): void {
    const { faults } = this.#options
    const event = this.#event(id)
    const position = drain.position()
    event.writes.set(drain, position)
    if (event.ends > 0) faults.add(`gives ${describeValue(data)} of an event that is over already`)
    const roots = this.#roots()
    for (const { origin } of roots) {
      const writes = this.#writesOfChunk.get(origin) ?? new Map<CheckDrain, number>()
      this.#writesOfChunk.set(origin, writes.set(drain, position))
      if (origin.acknowledged > 0) faults.add(`gives ${describeValue(data)} of an input that was acknowledged already`)
    }
    this.#checkOrigin(data, roots)
  }

  /** An end is told. */
  done(id: string): void {
    const { faults } = this.#options
    if (this.#skipped.has(id)) return
    const event = this.#event(id)
    if (++event.ends > 1) faults.add('lets an event end twice')
    if (!isWritten(event)) faults.add('lets an event end before all that came of it is written')
    if (event.into.size > 0) faults.add('lets an event end that lives on in another')
    if (this.#heldIds().has(id)) faults.add('lets an event end that it still holds')
  }

  /** An event lives on in another. */
  renamed(oldId: string, newId: string): void {
    this.#event(oldId).into.add(this.#event(newId))
  }

  /** A chunk is over. */
  acknowledged(chunk: Chunk): void {
    const { faults } = this.#options
    if (chunk.acknowledged > 1) faults.add('lets a chunk of inputs be acknowledged twice')
    for (const [drain, position] of this.#writesOfChunk.get(chunk) ?? []) {
      if (drain.flushed < position) faults.add('lets inputs be acknowledged before all that came of them is written')
    }
  }

  /** Everything is over: each event has ended, and each chunk was acknowledged. */
  checkEnd(chunks: readonly Chunk[]): void {
    const { faults, isListening } = this.#options
    const open = chunks.filter(({ acknowledged }) => acknowledged === 0).length
    if (open > 0) faults.add(`leaves ${open} of ${chunks.length} chunks of inputs unacknowledged at the end`)
    if (!isListening) return
    const endless = [...this.#put.keys()].map((id) => this.#event(id)).filter((event) => !hasEnded(event)).length
    if (endless > 0) faults.add(`leaves ${endless} of ${this.#put.size} events without an end`)
  }

  /** The inputs that the datum whose passage this is comes of, as far as they are known. */
  #roots(): { readonly origin: Chunk; readonly index: number }[] {
    const { journey } = this
    const found: { origin: Chunk; index: number }[] = []
    const collect = (ticket: Ticket, k: number): void => {
      const { owner, origin, parents, bundled } = ticket
      if (owner !== null) found.push({ origin: origin as Chunk, index: (origin as Chunk).first + k })
      for (const event of parents ?? []) collect(event.up, event.k)
      for (const [up, number] of bundled?.each() ?? []) collect(up, number)
    }
    if (journey?.ticket != null) collect(journey.ticket, journey.k)
    return found
  }

  #checkOrigin(data: unknown, roots: readonly { readonly index: number }[]): void {
    const { faults, inputs, cameOf, isRestored } = this.#options
    if (isRestored) return
    const mark = typeof data === 'object' && data !== null ? (data as { [MARK]?: number })[MARK] : undefined
    const isMarked = mark === undefined || roots.some(({ index }) => index === mark)
    const came = cameOf === null || roots.some(({ index }) => cameOf(data, inputs[index]))
    if (isMarked && came) return
    const of = roots.map(({ index }) => describeValue(inputs[index])).join(', ')
    faults.add(`gives data of another event: ${describeValue(data)} goes on as what came of ${of}`)
  }

  #heldIds(): Set<string> {
    const { journey } = this
    const ids = new Set<string>()
    for (const { event } of journey?.inFlight.holds() ?? []) ids.add(idOf(event.up.first + event.k))
    for (const { ticket, first, count } of journey?.inFlight.texts ?? [])
      for (let k = first; k < first + count; k++) ids.add(idOf(ticket.first + k))
    for (const { events } of journey?.bundles ?? []) for (const { up, k } of events) ids.add(idOf(up.first + k))
    return ids
  }

  #event(id: string): Event {
    const known = this.#events.get(id)
    if (known !== undefined) return known
    const event: Event = { ends: 0, into: new Set(), writes: new Map() }
    this.#events.set(id, event)
    return event
  }
}

function idOf(number: number): string {
  return number >= 0 ? ID_PREFIX + number.toString(36) : `${ID_PREFIX}m${(-number).toString(36)}`
}

function isWritten({ writes, into }: Event): boolean {
  for (const [drain, position] of writes) if (drain.flushed < position) return false
  return [...into].every(isWritten)
}

function hasEnded({ ends, into }: Event): boolean {
  return into.size === 0 ? ends === 1 : [...into].every(hasEnded)
}
