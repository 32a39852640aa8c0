/** The stages that are checked: what they are, and how they are watched and made to take their time. */
import { DeadbeatError, describeValue } from '../../errors/index.js'
import { placeOf, type Kind } from '../../movement/chain/place.js'
import { ordered, unordered } from '../../movement/cog/shapes.js'
import type { Train } from '../../movement/train/train.js'
import type { CheckTrain } from './check-train.js'
import type { CheckWorld } from './world.js'

/** Makes what is checked: a cog, a function, or a list of stages. A fresh one for each run. */
export type MakeCog = (train: Train, world: CheckWorld) => object | readonly object[]

/** What a cog has besides its turn. */
export interface Abilities {
  snapshot?(): unknown
  readonly batch?: unknown
  readonly batchBytes?: unknown
  readonly takeText?: unknown
  readonly takeBytes?: unknown
}

/**
 * Make the stages.
 *
 * @throws {DeadbeatError} If there are none, or a supply or a drain is among them.
 */
export function makeStages(make: MakeCog, train: CheckTrain, world: CheckWorld): object[] {
  const made = train.watching(() => make(train, world))
  const stages = Array.isArray(made) ? (made as readonly object[]).slice() : [made]
  const wrong = stages.find((stage) => ['supply', 'drain'].includes(kindOf(stage)))
  if (stages.length > 0 && wrong === undefined) return stages
  const what = wrong === undefined ? 'nothing' : describeValue(wrong.constructor.name)
  throw new DeadbeatError('ERR_COG_CHECK', `make must give a cog, a function or a list of them: it gave ${what}`)
}

/** The stage's name. */
export function nameOf(stage: object): string {
  return placeOf(stage).name
}

/** See the turns of those that may hold. */
export function watchTurns(stages: readonly object[], train: CheckTrain): void {
  for (const stage of stages) {
    if (kindOf(stage) === 'turn') train.spies.get(stage)?.watch(stage as { turn(data: unknown): unknown })
  }
}

/** A stage whose promises are kept later, in any order, if it gives any. */
export function delayed(stage: object, { later }: CheckWorld): object {
  const { kind, async } = placeOf(stage)
  if (kind !== 'async' || async === null) return stage
  const wait = async (promise: PromiseLike<unknown>): Promise<unknown> => {
    try {
      return await promise
    } finally {
      await later()
    }
  }
  type Call = (data: unknown) => unknown
  const waiting = (turn: Call) => (data: unknown) => {
    const result = turn(data)
    return isPromise(result) ? wait(result) : result
  }
  if (typeof stage === 'function') {
    const wrap = async.ordered ? ordered : unordered
    const turn = waiting(stage as (data: unknown) => unknown)
    return wrap(Object.defineProperty(turn, 'name', { value: stage.name }) as never, async)
  }
  const cog = stage as { turn(data: unknown): unknown }
  const turn = cog.turn.bind(cog)
  const value = waiting((data) => turn(data))
  // What an async function says by itself has to be said now.
  const { ordered: isOrdered, concurrencyMax } = async
  return Object.defineProperties(cog, {
    turn: { value, configurable: true },
    ordered: { value: isOrdered, configurable: true },
    concurrencyMax: { value: concurrencyMax, configurable: true },
  })
}

function kindOf(stage: object): Kind {
  return placeOf(stage).kind
}

function isPromise(result: unknown): result is PromiseLike<unknown> {
  return typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function'
}
