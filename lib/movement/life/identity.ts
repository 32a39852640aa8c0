/** Who a datum is, over runs, so that whoever gets it twice can tell. */
import { createHash } from 'node:crypto'
import type { Journey } from './journey.js'

/**
 * The identity of the datum that is being taken, from that of its input; null if its supply can't tell, or many inputs are
 * in it. The only datum of an event is known by the event alone, whatever it holds, such as the time. One of several is
 * known by its content too, and equal ones are counted: so it doesn't matter in which order they come.
 *
 * @throws {TrainError} Outside of a passage.
 */
export function identityOf(journey: Journey, content: string | Uint8Array): string | null {
  const ticket = journey.currentTicket('identity()')
  const input = ticket.owner?.identity?.(ticket, journey.k) ?? null
  if (input === null) return null
  const { event, k, depth } = journey
  const isPart = depth > 0 || (event?.k === k && event.up === ticket && event.partial)
  if (!isPart) return input
  const hash = createHash('sha1').update(content).digest('base64url')
  const given = (journey.currentEvent('identity()').given ??= new Map<string, number>())
  const times = given.get(hash) ?? 0
  given.set(hash, times + 1)
  return times === 0 ? `${input}/${hash}` : `${input}/${hash}/${times}`
}
