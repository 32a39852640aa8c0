/** The places of a train: each cog, supply, drain and fork has a number, in the order in which data flow. */
import { TrainError } from '../errors.js'
import { describeValue, requireAtLeast } from '../../errors/index.js'
import type { Cog, Lifecycle } from '../cog/cog.js'
import { Keeper, Mapper, Modifier } from '../cog/cog.js'
import type { Sink } from '../cog/drain.js'
import { ASYNC_DEFAULTS, type AsyncOptions } from '../cog/shapes.js'
import { Supply } from '../cog/supply.js'

/** How the engine calls what stands in a place. */
export type Kind = 'supply' | 'one' | 'test' | 'modify' | 'turn' | 'async' | 'fork' | 'drain'

/** One place: what stands in it, and how it is called. */
export interface Place {
  /** Its number in the train. */
  index: number
  readonly kind: Kind
  /** The occupant's name in errors, accounts and graphs. Unique once the train is wound up. */
  name: string
  /** What stands in it: a supply, a cog, a function or a drain; null for a fork. */
  readonly occupant: object | null
  /** The function behind kinds one, test and turn; null where the occupant's method is called. */
  readonly fn: ((data: unknown) => unknown) | null
  /** For kind async: how. */
  readonly async: AsyncOptions | null
}

const AsyncFunction = (async () => {}).constructor

/**
 * What a stage of a line is, by its shape.
 *
 * @throws {TrainError} If it is nothing that can stand in a train.
 */
export function placeOf(stage: unknown): Place {
  if (stage instanceof Supply) return place('supply', stage)
  if (typeof stage === 'function') return placeOfFunction(stage as Hinted)
  if (isCog(stage)) return placeOfCog(stage) // Even if it has a method called take.
  if (isSink(stage)) return place('drain', stage)
  const found = isForeignSupply(stage)
    ? `the supply ${stage.constructor.name} of another copy of deadbeat`
    : describeValue(stage)
  throw new TrainError(`a stage must be a supply, a cog, a function or a drain: it is ${found}`)
}

/** As where the command is one installation's and the app imports from another's. */
function isForeignSupply(stage: unknown): stage is object {
  for (let at: unknown = stage; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at))
    if ((at.constructor as { name?: string } | undefined)?.name === Supply.name) return true
  return false
}

/** The places where what stands in a train stands for the last time, so that each is started and finished once. */
export function lastPlaces(places: readonly Place[]): readonly Place[] {
  const last = new Map(places.map((place) => [place.occupant, place]))
  return places.filter((place) => place.occupant !== null && last.get(place.occupant) === place)
}

/** Whether an object hears the calls of a life cycle. */
export function lifecycleOf(occupant: object | null): Lifecycle {
  return typeof occupant === 'object' && occupant !== null ? occupant : {}
}

/** The place where a line divides. */
export function forkPlace(): Place {
  return { ...place('fork', null), name: 'fork' }
}

/** Whether something is a drain: what takes data and gives none. */
function isSink(stage: unknown): stage is Sink<unknown> {
  return typeof stage === 'object' && stage !== null && 'take' in stage && typeof stage.take === 'function'
}

interface Hinted {
  (data: unknown): unknown
  readonly one?: (data: unknown) => unknown
  readonly test?: (data: unknown) => unknown
  readonly ordered?: boolean
  readonly concurrencyMax?: number
}

function isCog(stage: unknown): stage is Cog<unknown, unknown> {
  return typeof stage === 'object' && stage !== null && 'turn' in stage && typeof stage.turn === 'function'
}

function placeOfFunction(fn: Hinted): Place {
  if (fn.one) return { ...place('one', fn), fn: fn.one }
  if (fn.test) return { ...place('test', fn), fn: fn.test }
  const async = asyncOf(fn, fn)
  return async === null ? { ...place('turn', fn), fn } : { ...place('async', fn), fn, async }
}

function placeOfCog(cog: Cog<unknown, unknown>): Place {
  const turn: unknown = Reflect.get(cog, 'turn')
  const async = asyncOf(cog, turn)
  if (async !== null) return { ...place('async', cog), async }
  // A subclass that overrides turn() has left its shape: then only turn() says what it does.
  if (cog instanceof Mapper && turn === Mapper.prototype.turn) return place('one', cog)
  if (cog instanceof Keeper && turn === Keeper.prototype.turn) return place('test', cog)
  if (cog instanceof Modifier && turn === Modifier.prototype.turn) return place('modify', cog)
  return place('turn', cog)
}

function asyncOf(hints: { ordered?: boolean; concurrencyMax?: number }, fn: unknown): AsyncOptions | null {
  const { ordered, concurrencyMax } = hints
  if (concurrencyMax !== undefined) requireAtLeast(1, { concurrencyMax }, 'concurrencyMax')
  if (ordered === undefined && concurrencyMax === undefined && !(fn instanceof AsyncFunction)) return null
  return {
    ordered: ordered ?? ASYNC_DEFAULTS.ordered,
    concurrencyMax: concurrencyMax ?? ASYNC_DEFAULTS.concurrencyMax,
  }
}

function place(kind: Kind, occupant: object | null): Place {
  return { index: -1, kind, name: occupant === null ? '' : nameOf(occupant), occupant, fn: null, async: null }
}

function nameOf(occupant: object): string {
  if (typeof occupant === 'function') return occupant.name === '' ? 'function' : occupant.name
  return occupant.constructor.name
}
