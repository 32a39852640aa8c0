/** The straight line without generated text: one closure a place, linked from the last to the first. Slower, same work. */
import { shallowCopy } from '../cog/access.js'
import { AsyncPlace } from '../life/asynchronous.js'
import type { Sink } from '../cog/drain.js'
import { bytesInlet } from './bytes-inlet.js'
import type { BatchForm, Engine, Watching } from './engine.js'
import type { Journey } from '../life/journey.js'
import { count } from '../life/ledger.js'
import type { Place } from './place.js'
import { firstPlace, type Plan, type Stretch } from './plan.js'
import type { Supply } from '../cog/supply.js'

type Step = (data: unknown) => void

/** Build a train's engine from closures; `watching` looks on. */
export function linkClosures(plan: Plan, journey: Journey, watching: Watching | null = null): Engine {
  const { ledger } = journey
  const asyncs = new Map(watching?.asyncs)
  const watched = (place: Place, step: Step): Step => watching?.around(place, step) ?? step
  const behind: Step[] = []
  const into: Step[] = []
  const heads: Step[] = []
  const guard = (step: Step): Step => {
    return (data) => {
      try {
        step(data)
      } catch (error) {
        journey.fail(error, data)
      }
    }
  }
  const endOf = ({ end }: Stretch): Step => {
    if (end.kind === 'join') return (data) => head(end.next)(data)
    if (end.kind === 'drain') {
      const drain = end.place.occupant as unknown as Sink<unknown>
      const take = guard((data) => {
        journey.at = end.place.index
        drain.take(data)
      })
      return watched(end.place, take)
    }
    return guard((data) => {
      journey.at = end.place.index
      // All copies first: if one fails, no branch has got the datum.
      const last = end.branches.length - 1
      const copies = end.branches.map(({ shared }, i) => (shared || i === last ? data : shallowCopy(data)))
      journey.depth++
      end.branches.forEach(({ stretch }, i) => head(stretch)(copies[i]))
      journey.depth--
    })
  }
  const head = (stretch: Stretch): Step => (heads[stretch.index] ??= link(stretch))
  const link = (stretch: Stretch): Step => {
    let next = endOf(stretch)
    for (const place of [...stretch.cogs].reverse()) {
      const mayHold = place.kind === 'turn' || place.kind === 'async'
      if (mayHold) behind[place.index] = next
      next = watched(place, stepOf(place, journey, next, guard, asyncs))
      if (mayHold) into[place.index] = next
    }
    return next
  }
  const supplied = plan.stretches.filter(({ supply }) => supply !== null)
  for (const stretch of plan.stretches) head(stretch)
  const { dead } = plan
  return {
    behind,
    into,
    supplies: supplied.map((stretch) => inlet(stretch, journey, head(stretch), behind, watching)),
    asyncs,
    dead:
      dead === null
        ? null
        : (letter) => {
            count(ledger.put, firstPlace(dead))
            head(dead)(letter)
          },
  }
}

function stepOf(
  place: Place,
  journey: Journey,
  next: Step,
  guard: (step: Step) => Step,
  asyncs: Map<number, AsyncPlace>,
): Step {
  const { ledger } = journey
  const { index, kind, occupant, fn } = place
  const at = (step: Step): Step =>
    guard((data) => {
      journey.at = index
      step(data)
    })
  const cog = occupant as {
    one(data: unknown): unknown
    test(data: unknown): boolean
    turn(data: unknown): unknown
    compute(piece: unknown): unknown
    options: { getter: (data: unknown) => unknown; setter: (data: unknown, piece: unknown) => unknown }
  }
  switch (kind) {
    case 'one': {
      const one = fn ?? ((data: unknown) => cog.one(data))
      return at((data) => next(one(data)))
    }
    case 'test': {
      const test = fn ?? ((data: unknown) => cog.test(data))
      return at((data) => {
        if (test(data) as boolean) next(data)
        else count(ledger.exits, index)
      })
    }
    case 'modify': {
      const { getter, setter } = cog.options
      return at((data) => next(setter(data, cog.compute(getter(data)))))
    }
    case 'async': {
      const call = fn ?? ((data: unknown) => cog.turn(data))
      const options = place.async ?? { ordered: true, concurrencyMax: 1 }
      const asynchronous = asyncs.get(index) ?? new AsyncPlace(journey, index, call, options)
      asyncs.set(index, asynchronous)
      return at((data) => asynchronous.turn(data))
    }
    default: {
      const turn = fn ?? ((data: unknown) => cog.turn(data))
      return at((data) => {
        const results = turn(data)
        if (results === null || results === undefined) count(ledger.exits, index)
        else if (Array.isArray(results) && results.length === 1) next(results[0])
        else journey.many(results, index, data)
      })
    }
  }
}

function inlet(
  stretch: Stretch,
  journey: Journey,
  first: Step,
  behind: readonly Step[],
  watching: Watching | null,
): Engine['supplies'][number] {
  const { ledger } = journey
  const place = stretch.supply as Place
  const supply = place.occupant as Supply<unknown>
  const put: Step = (data) => {
    if (journey.halted) return
    count(ledger.put, place.index)
    journey.k++
    first(data)
  }
  const all = (batch: readonly unknown[]): void => {
    for (const data of batch) {
      if (journey.halted) return
      count(ledger.put, place.index)
      journey.k++
      behind[(stretch.cogs[0] as Place).index]?.(data)
    }
  }
  const lines = (text: string): void => {
    const dress = supply.dress ?? null
    const cog = stretch.cogs[0]
    if (dress === null && watching === null && cog?.kind === 'turn' && !journey.halted) {
      journey.at = cog.index
      const taken = takenBy(cog.occupant as BatchForm, text)
      count(ledger.put, place.index, taken)
      if (taken > 0) return
    }
    const parse = (): readonly unknown[] | null =>
      dress === null && cog?.kind === 'turn' ? batchOf(cog.occupant as BatchForm, text) : null
    const batch = watching === null || cog === undefined ? parse() : watching.batch(cog, parse)
    if (batch !== null) {
      all(batch)
      return
    }
    for (const line of text.split('\n')) {
      if (journey.halted) return
      if (dress === null) {
        put(line)
        continue
      }
      journey.at = place.index
      let data: unknown
      try {
        data = dress(line)
      } catch (error) {
        count(ledger.put, place.index)
        journey.k++
        journey.fail(error, line)
        continue
      }
      put(data)
    }
  }
  return { put, lines, bytes: watching === null ? bytesInlet(stretch, journey, all) : null }
}

/** How many lines of a text a cog takes into its keeping, all or none: none if it throws. */
function takenBy(cog: BatchForm, text: string): number {
  try {
    return cog.takeText?.(text) ?? 0
  } catch {
    return 0
  }
}

/** A text in one piece, or null if it has to go line by line: so it does if the batch form throws. */
function batchOf(cog: BatchForm, text: string): readonly unknown[] | null {
  try {
    return cog.batch?.(text) ?? null
  } catch {
    return null
  }
}
