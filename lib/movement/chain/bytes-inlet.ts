/** Where whole chunks of lines enter as bytes: only where the first cog takes them, so that nobody makes strings of them. */
import type { Journey } from '../life/journey.js'
import { count } from '../life/ledger.js'
import type { BatchForm, WayIn } from './engine.js'
import type { Place } from './place.js'
import type { Stretch } from './plan.js'

/** The way in for the bytes of a supply; null if the cog directly behind it takes none. `all` lets what it made of them on. */
export function bytesInlet(
  { supply, cogs }: Stretch,
  journey: Journey,
  all: ((batch: readonly unknown[]) => void) | null,
): WayIn['bytes'] {
  const [first] = cogs
  const cog = first?.occupant as BatchForm | null | undefined
  const takesBytes = typeof cog?.takeBytes === 'function' || typeof cog?.batchBytes === 'function'
  if (all === null || first?.kind !== 'turn' || !takesBytes) return null
  const { index } = supply as Place
  return (bytes) => {
    if (journey.halted) return false
    journey.at = first.index
    let taken = 0
    let batch: readonly unknown[] | null = null
    try {
      taken = cog.takeBytes?.(bytes) ?? 0
      if (taken === 0) batch = cog.batchBytes?.(bytes) ?? null
    } catch {
      // As text each line has its own turn to fail.
    }
    count(journey.ledger.put, index, taken)
    if (batch !== null) all(batch)
    return taken > 0 || batch !== null
  }
}
