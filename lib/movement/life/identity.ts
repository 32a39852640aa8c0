/** Who a datum is, over runs, so that whoever gets it twice can tell. */
import { createRequire } from 'node:module'
import type { Journey } from './journey.js'

const require = createRequire(import.meta.url)

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
  const hash = hashOf(content)
  const given = (journey.currentEvent('identity()').given ??= new Map<string, number>())
  const times = given.get(hash) ?? 0
  given.set(hash, times + 1)
  return times === 0 ? `${input}/${hash}` : `${input}/${hash}/${times}`
}

function hashOf(content: string | Uint8Array): string {
  const { hash } = require('node:crypto') as typeof import('node:crypto') // Few trains need it, and it costs every start.
  return hash('sha1', content, 'base64url')
}
