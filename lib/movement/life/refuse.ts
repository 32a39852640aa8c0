/** A datum that its supply can't put. */
import type { Journey } from './journey.js'
import { count } from './ledger.js'

/** In the place of `put`: it fails at the supply's place. It isn't tried again, as nothing stands there that could. */
export function refuse(journey: Journey, place: number, error: Error, data: unknown): void {
  journey.k++
  journey.at = place
  count(journey.ledger.put, place)
  journey.fail(error, data, 'partly')
}
