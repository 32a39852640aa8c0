/** Whose places the letters of a file take. */
import { EXIT } from '../exit-codes.js'
import { ReplayError } from './replay-error.js'
import type { Selection } from './selection.js'

/** One supply's place, and which letters take it. */
export interface Destination {
  /** The supply's name; null: the only one. */
  readonly place: string | null
  /** From which supply its letters came; null: all of them take it. */
  readonly from: string | null
}

/**
 * All letters take the place of the supply that is asked for, or of the only one; of several, each that of the one it
 * came from. If some don't say where they came from, nobody knows: then one place without a name is asked for.
 *
 * @param names Those of the app's supplies.
 * @throws {ReplayError} If one came from a supply that the app hasn't.
 */
export function destinationsOf(
  selection: Selection,
  names: readonly string[],
  asked: string | null,
): readonly Destination[] {
  if (asked !== null || names.length <= 1) return [{ place: asked, from: null }]
  const counts = selection.supplies()
  if (counts.size === 0 || counts.has('')) return [{ place: null, from: null }]
  for (const [name, count] of counts) {
    if (names.includes(name)) continue
    const letters = count === 1 ? 'a letter' : `${count} letters`
    const message = `${letters} came from ${name}, which the app hasn't: say with --supply whose place the letters take: ${names.join(', ')}`
    throw new ReplayError(message, EXIT.usage)
  }
  return [...counts.keys()].map((name) => ({ place: name, from: name }))
}
