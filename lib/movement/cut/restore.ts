/** Puts a record back into a train that is about to start. */
import type { Json } from '../cog/cog.js'
import type { Sink } from '../cog/drain.js'
import type { Supply } from '../cog/supply.js'
import type { Engine } from '../chain/engine.js'
import type { Place } from '../chain/place.js'
import type { Plan, Stretch } from '../chain/plan.js'
import { RecordError, TrainError } from '../errors.js'
import type { Journey } from '../life/journey.js'
import { count } from '../life/ledger.js'
import { Ticket } from '../life/ticket.js'
import type { Logger } from '../logger.js'
import type { CutRecord, OpenValue } from './record.js'

/** What is needed to put a record back. */
export interface RestoreContext {
  readonly plan: Plan
  readonly journey: Journey
  readonly engine: Engine
  readonly log: Logger
  /** Where the record comes from, for messages. */
  readonly name: string
}

/** A record on its way back into a train. */
export class Restore {
  readonly record: CutRecord
  readonly #context: RestoreContext
  readonly #byName: ReadonlyMap<string, Place>

  /** @throws {RecordError} If the record names somebody who doesn't stand in this train: it belongs to another one. */
  constructor(record: CutRecord, context: RestoreContext) {
    this.record = record
    this.#context = context
    this.#byName = new Map(context.plan.places.map((place) => [place.name, place]))
    const { supplies, drains, snapshots, origins, values, sources = [] } = record
    this.#require('supply', [...Object.keys(supplies), ...[...origins, ...sources].map(({ supply }) => supply)])
    this.#require('drain', Object.keys(drains))
    this.#require(null, [...Object.keys(snapshots), ...values.map(({ cog }) => cog)])
    for (const { cog } of values) {
      if (context.engine.into[this.#place(cog).index] !== undefined) continue
      throw new RecordError(
        `the check-point ${context.name} has data that ${cog} held, which by now gives at once: start the train as it ` +
          'was, or remove the check-point to begin anew (what it holds is lost then)',
      )
    }
  }

  /** Before anything is started: outputs are cut back, memories restored, supplies told where to go on. */
  async prepare(): Promise<void> {
    const { supplies, drains, snapshots } = this.record
    const safe = drainsThatMayBeCut(this.#context.plan)
    for (const [name, mark] of Object.entries(drains)) {
      const { occupant } = this.#place(name)
      if (safe.has(occupant)) await (occupant as unknown as Sink<never>).cutBack?.(mark)
      else
        this.#context.log.warn(
          `${name} is not cut back: a supply that leads there can't supply again, so that lines may repeat`,
        )
    }
    for (const [name, json] of Object.entries(snapshots)) {
      const cog = this.#place(name).occupant as { restore?(json: Json): void }
      if (cog.restore === undefined) throw new TrainError(`${name} has a snapshot() but no restore(): write both`)
      cog.restore(json)
    }
    for (const [name, mark] of Object.entries(supplies)) await this.#supply(name).continueFrom?.(mark)
  }

  /** When all but the supplies have started: what was held goes in, values first, as they were the farthest. */
  async reenter(): Promise<void> {
    const { values, origins } = this.record
    for (const passage of passagesOf(values)) await this.#enter(passage)
    for (const { supply, origin, ks } of origins) await this.#supply(supply).supplyAgain?.(origin, ks)
    const held = values.length + origins.reduce((sum, { ks }) => sum + ks.length, 0)
    if (held > 0) this.#context.log.info({ held }, `asked again for ${held} events that were held`)
  }

  async #enter(values: readonly OpenValue[]): Promise<void> {
    const { journey, engine } = this.#context
    const ticket = await this.#ticketOf(values[0]?.from)
    journey.begin(ticket)
    for (const { cog, data, from } of values) {
      const { index } = this.#place(cog)
      journey.k = from?.[1] ?? 0
      journey.depth = 1 // Supplied again it would pass others twice: if it is held once more, it is listed by value.
      count(journey.ledger.entered, index)
      engine.into[index]?.(data)
    }
    journey.depth = 0
    journey.end(ticket)
  }

  /** A ticket of the origin that data came of, so that their originals are known. */
  async #ticketOf(from: OpenValue['from']): Promise<Ticket> {
    const source = from === undefined ? undefined : this.record.sources?.[from[0]]
    if (source !== undefined) {
      const supply = this.#supply(source.supply)
      const origin = (await supply.originAgain?.(source.origin)) ?? null
      if (origin !== null) return new Ticket(supply, origin, 0, 0)
    }
    return new Ticket(null, null, 0, 0)
  }

  #supply(name: string): Supply<unknown> {
    return this.#place(name).occupant as Supply<unknown>
  }

  #place(name: string): Place {
    return this.#byName.get(name) as Place
  }

  #require(kind: 'supply' | 'drain' | null, names: readonly string[]): void {
    for (const name of names) {
      const place = this.#byName.get(name)
      if (place !== undefined && (kind === null || place.kind === kind)) continue
      throw new RecordError(
        `the check-point ${this.#context.name} names ${kind ?? 'a cog'} ${name}, which this train doesn't have: ` +
          'start the train as it was, or remove the check-point to begin anew (what it holds is lost then)',
      )
    }
  }
}

/** Values that enter in one passage: they follow each other, and came of one origin, their numbers in it not falling. */
function passagesOf(values: readonly OpenValue[]): OpenValue[][] {
  const passages: OpenValue[][] = []
  for (const value of values) {
    const passage = passages.at(-1)
    const [before, from] = [passage?.at(-1)?.from, value.from]
    if (from !== undefined && before?.[0] === from[0] && before[1] <= from[1]) passage?.push(value)
    else passages.push([value])
  }
  return passages
}

/** Drains into which only supplies lead that can go back: what is cut off there comes again. */
function drainsThatMayBeCut({ stretches, dead }: Plan): ReadonlySet<object | null> {
  const unsafe = new Set<Stretch>()
  const hasUnsafe = stretches.some(({ supply }) => supply !== null && !canGoBack(supply))
  for (const stretch of stretches) {
    const { supply, end } = stretch
    if ((supply !== null && !canGoBack(supply)) || (stretch === dead && hasUnsafe)) unsafe.add(stretch)
    if (!unsafe.has(stretch)) continue
    if (end.kind === 'join') unsafe.add(end.next)
    else if (end.kind === 'fork') for (const branch of end.branches) unsafe.add(branch.stretch)
  }
  const safe = new Set<object | null>()
  for (const { end } of stretches) if (end.kind === 'drain') safe.add(end.place.occupant)
  for (const stretch of unsafe) if (stretch.end.kind === 'drain') safe.delete(stretch.end.place.occupant)
  return safe
}

function canGoBack({ occupant }: Place): boolean {
  const supply = occupant as Supply<unknown>
  return supply.mark !== undefined && supply.continueFrom !== undefined
}
