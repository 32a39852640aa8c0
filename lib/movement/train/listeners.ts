/** Who among a train's occupants hears of the ends and renames of events. */
import { toError } from '../../errors/index.js'
import type { Lifecycle } from '../cog/cog.js'
import type { Listeners } from '../life/settlement.js'

/** The occupants with `eventDone` or `eventRename`, as one listener; null if there are none. One that throws robs nobody. */
export function listenersAmong(
  occupants: readonly object[],
  idText: (number: number) => string,
  onError: (error: Error) => void,
): Listeners | null {
  const hears = (occupants as readonly Lifecycle[]).filter(
    (occupant) => 'eventDone' in occupant || 'eventRename' in occupant,
  )
  if (hears.length === 0) return null
  const tell = (call: () => void): void => {
    try {
      call()
    } catch (error) {
      onError(toError(error))
    }
  }
  return {
    eventDone: (number) => {
      const id = idText(number)
      for (const occupant of hears) tell(() => occupant.eventDone?.(id))
    },
    eventRename: (oldNumber, newNumber) => {
      const oldId = idText(oldNumber)
      const newId = idText(newNumber)
      for (const occupant of hears) tell(() => occupant.eventRename?.(oldId, newId))
    },
  }
}
