/** The graph of a train, laid out for the engine: its stretches in the order of flow, its places numbered and named. */
import { TrainError } from '../errors.js'
import type { Line } from './line.js'
import { forkPlace, type Place } from './place.js'
import type { Sink } from '../cog/drain.js'
import type { Supply } from '../cog/supply.js'

/** How a stretch of cogs ends. */
export type End =
  | { readonly kind: 'drain'; readonly place: Place }
  | { readonly kind: 'join'; readonly next: Stretch }
  | { readonly kind: 'fork'; readonly place: Place; readonly branches: readonly Branch[] }

/** One way on behind a fork. */
export interface Branch {
  readonly stretch: Stretch
  /** Whether it only reads, so that it may get the same object as the others. */
  readonly shared: boolean
}

/** Cogs that stand straight behind each other. */
export interface Stretch {
  readonly index: number
  readonly supply: Place | null
  readonly cogs: readonly Place[]
  end: End
}

/** A whole train. */
export interface Plan {
  readonly places: readonly Place[]
  readonly stretches: readonly Stretch[]
  readonly supplies: readonly Supply<unknown>[]
  readonly drains: readonly Sink<never>[]
  /** Where dead letters enter. */
  readonly dead: Stretch | null
  /** The first place that belongs to dead letters; all behind it do, too. */
  readonly firstDeadPlace: number
}

/**
 * Lay out the lines of a train.
 *
 * @throws {TrainError} If lines run in a circle, a stage stands twice, or a supply stands inside a line.
 */
export function layOut(lines: readonly Line[], dead: Line | null): Plan {
  const living = sortByFlow(lines.filter((line) => line.startsWithSupply))
  const buried = dead === null ? [] : sortByFlow([dead])
  const order = [...living, ...buried.filter((line) => !living.includes(line))]
  for (const line of lines) {
    if (!order.includes(line))
      throw new TrainError(
        `nothing leads into the line that begins with ${line.describe()}: couple it with to(), or begin it with a supply`,
      )
  }
  const stretches = order.map((line, index): Stretch => {
    const [first, ...rest] = line.places
    const supply = first?.kind === 'supply' ? first : null
    const body = supply === null ? line.places : rest
    const last = body.at(-1)
    return { index, supply, cogs: last?.kind === 'drain' ? body.slice(0, -1) : body, end: null as unknown as End }
  })
  const stretchOf = (line: Line): Stretch => stretches[order.indexOf(line)] as Stretch
  order.forEach((line, i) => {
    ;(stretches[i] as Stretch).end = endOf(line, stretchOf)
  })
  const places = number(stretches)
  const drains = new Set<Sink<never>>()
  for (const { kind, occupant } of places) if (kind === 'drain') drains.add(occupant as unknown as Sink<never>)
  const deadStretch = dead === null ? null : stretchOf(dead)
  return {
    places,
    stretches,
    supplies: places.filter(({ kind }) => kind === 'supply').map(({ occupant }) => occupant as Supply<unknown>),
    drains: [...drains],
    dead: deadStretch,
    firstDeadPlace:
      stretches[living.length] === undefined ? places.length : firstPlace(stretches[living.length] as Stretch),
  }
}

/** The first place of a stretch, its end included. */
export function firstPlace(stretch: Stretch): number {
  const [cog] = stretch.cogs
  if (cog !== undefined) return cog.index
  return stretch.end.kind === 'join' ? firstPlace(stretch.end.next) : stretch.end.place.index
}

function endOf(line: Line, stretchOf: (line: Line) => Stretch): End {
  const { branches } = line
  const last = line.places.at(-1)
  if (last?.kind === 'drain') return { kind: 'drain', place: last }
  const [only] = branches
  if (only === undefined) throw new TrainError(`the line that begins with ${line.describe()} has no end`)
  if (branches.length === 1) return { kind: 'join', next: stretchOf(only.line) }
  return {
    kind: 'fork',
    place: forkPlace(),
    branches: branches.map(({ line: next, shared }) => ({ stretch: stretchOf(next), shared })),
  }
}

function sortByFlow(roots: readonly Line[]): Line[] {
  const sorted: Line[] = []
  const under = new Set<Line>()
  const visit = (line: Line): void => {
    if (sorted.includes(line)) return
    if (under.has(line)) throw new TrainError(`the line that begins with ${line.describe()} leads into itself`)
    under.add(line)
    for (const { line: next } of [...line.branches].reverse()) visit(next)
    under.delete(line)
    sorted.unshift(line)
  }
  for (const root of [...roots].reverse()) visit(root)
  return sorted
}

function number(stretches: readonly Stretch[]): Place[] {
  const places: Place[] = []
  const occupants = new Map<object, Place>()
  const add = (place: Place): void => {
    if (place.index >= 0 && places[place.index] === place) return
    if (place.occupant !== null) {
      // The same function may stand twice, and lines may share a drain; an object with a memory may not.
      const isStateless = place.kind === 'drain' || typeof place.occupant === 'function'
      if (occupants.has(place.occupant) && !isStateless)
        throw new TrainError(`${place.name} stands in the train twice: make another one`)
      occupants.set(place.occupant, place)
    }
    place.index = places.length
    places.push(place)
  }
  for (const { supply, cogs, end } of stretches) {
    if (supply !== null) add(supply)
    for (const cog of cogs) {
      if (cog.kind === 'supply') throw new TrainError(`${cog.name} stands inside a line: a supply begins one`)
      if (cog.kind === 'drain') throw new TrainError(`${cog.name} stands inside a line: a drain ends one`)
      add(cog)
    }
    if (end.kind !== 'join') add(end.place)
  }
  nameUniquely(places)
  return places
}

function nameUniquely(places: readonly Place[]): void {
  const total = new Map<string, number>()
  for (const { name } of places) total.set(name, (total.get(name) ?? 0) + 1)
  const used = new Map<string, number>()
  for (const place of places) {
    const { name } = place
    if (total.get(name) === 1) continue
    const n = (used.get(name) ?? 0) + 1
    used.set(name, n)
    place.name = `${name}#${n}`
  }
}
