/** Of the daemons of a store each has its own alias, and its own keys. */
import { hostAndPort } from '../../net/listen.js'
import type { Located } from './asking.js'
import { DiscoveryError } from './discovery-error.js'

/** @throws {DiscoveryError} ERR_AMBIGUOUS if two of a store have the same alias, or the same key: it says where both are. */
export function requireOneEach(store: string, located: readonly Located[]): void {
  const owners = new Map<string, Located>()
  for (const one of located) {
    for (const [what, name] of [
      ['the alias', one.block.alias],
      ...Object.keys(one.block.items).map((key) => ['the item', key]),
    ] as const) {
      const other = owners.get(`${what} ${name}`)
      if (other === undefined) owners.set(`${what} ${name}`, one)
      else throw ambiguous(store, `${what} ${name}`, [other, one])
    }
  }
}

function ambiguous(store: string, what: string, both: readonly Located[]): DiscoveryError {
  const places = both.map(({ place }) => `${store}:${hostAndPort(place.host, place.rep)}`)
  return new DiscoveryError(
    'ERR_AMBIGUOUS',
    `${store} is served by two daemons that both have ${what}: name the one that is meant, ${places.join(' or ')}`,
  )
}
