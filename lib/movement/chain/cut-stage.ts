/** A place where a train may be cut in two, and what then stands at the ends. */
import type { Sink } from '../cog/drain.js'
import type { Supply } from '../cog/supply.js'
import type { Getter } from '../cog/access.js'
import { one, type OneCog } from '../cog/shapes.js'
import { TrainError } from '../errors.js'
import { requireFunction } from '../../errors/index.js'

/** How what crosses a cut is divided among those behind it. */
export interface CutOptions<T = never> {
  /** Data of one key go to the same node, in order; without it each goes to whoever has room. */
  readonly keyGetter?: Getter<T, string | number>
  /** Of a cut with keys: into how many parts they are divided. It can't be changed while anything is under way. */
  readonly partitions?: number
}

/** A cut of a name. */
export type Cut = { readonly name: string } & CutOptions

/** A cut, whatever crosses it. In a whole train it is nothing: each datum goes on as it is. */
export interface CutStage<T = unknown> extends OneCog<T, T> {
  /** What it is called, and how it divides. */
  readonly cut: Cut
}

/** What stands at a cut in the place of all that is on its other side. */
export type CutEnd = { readonly end: Sink<never> } | { readonly beginnings: readonly Supply<unknown>[] }

/** Where a train is cut. */
export interface CutEnds {
  /** The names of the cuts, each of which the train must have. */
  readonly names: readonly string[]
  /** What stands at one; null where the train goes on through it. */
  at(cut: Cut): CutEnd | null
}

const NAME = /^[a-z][a-z0-9-]*$/

/**
 * A stage that a train may be cut at.
 *
 * @throws {TrainError} If its name is impossible.
 * @throws {TypeError} If it has `partitions` and no `keyGetter`.
 * @throws {RangeError} If `partitions` is below 1.
 * @example
 * assert.deepEqual(cutStage('parsed')({ a: 1 }), [{ a: 1 }])
 */
export function cutStage<T>(name: string, options: CutOptions<T> = {}): CutStage<T> {
  if (!NAME.test(name))
    throw new TrainError(`a cut's name must be lower-case letters, digits and -: it is ${JSON.stringify(name)}`)
  const { keyGetter, partitions = 1 } = options
  if (keyGetter !== undefined) requireFunction({ keyGetter }, 'keyGetter')
  else if (options.partitions !== undefined)
    throw new TypeError(
      `cut('${name}') has partitions, and nothing says to which of them a datum belongs: give keyGetter, too, or leave out partitions`,
    )
  if (!Number.isSafeInteger(partitions) || partitions < 1)
    throw new RangeError(`partitions must be a whole number of at least 1: it is ${partitions}`)
  const stage = Object.assign(
    one((data: T) => data),
    { cut: { name, ...options } },
  )
  return Object.defineProperty(stage, 'name', { value: `cut(${name})` })
}

/** The cut that stands in a place; null if none does. */
export function cutAt(occupant: object | null): Cut | null {
  return typeof occupant === 'function' && 'cut' in occupant ? (occupant as CutStage).cut : null
}
