/** Where whole chunks of lines enter as bytes: only where the first cog takes them, so that nobody makes strings of them. */
import type { Journey } from '../life/journey.js'
import { count } from '../life/ledger.js'
import type { BatchForm, WayIn } from './engine.js'
import type { Place } from './place.js'
import type { Stretch } from './plan.js'

/** The way in for the bytes of a supply; null if the cog directly behind it takes none. */
export function bytesInlet({ supply, cogs }: Stretch, journey: Journey): WayIn['bytes'] {
  const [first] = cogs
  const cog = first?.occupant as BatchForm | null | undefined
  if (first?.kind !== 'turn' || typeof cog?.takeBytes !== 'function') return null
  const { index } = supply as Place
  return (bytes) => {
    if (journey.halted) return false
    journey.at = first.index
    let taken = 0
    try {
      taken = cog.takeBytes?.(bytes) ?? 0
    } catch {
      // As text each line has its own turn to fail.
    }
    count(journey.ledger.put, index, taken)
    return taken > 0
  }
}
