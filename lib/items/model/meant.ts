/** What was probably meant by a name that nothing has. */
import { suggest } from '../../conf/suggest.js'

/** So many names are listed in a message. */
const NAMES_MAX = 20

/** To compare two names takes time by the product of their lengths: no longer ones are, and no more, as anybody may ask for any. */
const COMPARED = { charactersMax: 64, namesMax: 1_000 }

/**
 * The end of a message about a name that nothing has: what is nearest to it, else what there is.
 *
 * @example
 * assert.equal(meant('conuter', ['counter', 'list']), 'did you mean counter?')
 * assert.equal(meant('zebra', ['counter', 'list']), 'it has counter, list')
 */
export function meant(name: string, names: readonly string[]): string {
  const { charactersMax, namesMax } = COMPARED
  const nearest = name.length > charactersMax ? null : suggest(name, names.slice(0, namesMax))
  if (nearest !== null) return `did you mean ${nearest}?`
  if (names.length === 0) return 'it has none'
  const more = names.length - NAMES_MAX
  return `it has ${names.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
