/** From one train to the one that takes its work over. */
import { isBatch } from '../cut/train-memory.js'
import { TrainError } from '../errors.js'
import type { Plan } from '../chain/plan.js'
import type { Logger } from '../logger.js'
import { lastPlaces, lifecycleOf, type Place } from '../chain/place.js'

/**
 * Check that one train may take over from another.
 *
 * @throws {TrainError} If one ends by itself and the other doesn't: their check-points lie apart.
 */
export function requireHeir(plan: Plan, heir: Plan): void {
  if (isBatch(plan) === isBatch(heir)) return
  const what = isBatch(heir) ? 'a train that ends by itself' : 'a train that goes on for ever'
  throw new TrainError(`${what} can't take over from one that is otherwise: their check-points lie apart; restart it`)
}

/** Whether everything that stands in a train has its place in another one, so that a record of the first fits that. */
export function fits(places: readonly Place[], heirs: readonly Place[]): boolean {
  const kinds = new Map(heirs.map(({ name, kind }) => [name, kind]))
  return places.every(({ name, kind }) => kinds.get(name) === kind)
}

/**
 * Let everybody who stands where one of the same kind stood take over what that one has open. Who can't has to open it
 * anew; by now there is no way back.
 */
export function handDown(places: readonly Place[], heirs: readonly Place[], log: Logger): void {
  const predecessors = new Map(places.map(({ name, occupant }) => [name, occupant]))
  for (const { name, occupant } of lastPlaces(heirs)) {
    const predecessor = predecessors.get(name)
    if (predecessor === null || predecessor === undefined || predecessor.constructor !== occupant?.constructor) continue
    try {
      lifecycleOf(occupant).inherit?.(predecessor)
    } catch (error) {
      log.error({ cog: name, err: error }, `${name} could not take over what the one before it has open`)
    }
  }
}
