/** Whether two names mean the same machine. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { isLoopback } from '../../net/is-loopback.js'

/** Whether a host, as somebody named it, is the one that a daemon says it is at: by name, or by an address. */
export async function isSameHost(named: string, said: string): Promise<boolean> {
  const [one, other] = [named.toLowerCase(), said.toLowerCase()]
  if (one === other || (isHere(one) && isHere(other))) return true
  const [ones, others] = await Promise.all([addressesOf(one), addressesOf(other)])
  return ones.some((address) => others.includes(address))
}

function isHere(host: string): boolean {
  return isLoopback(host) || host === hostname().toLowerCase()
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    return [] // Of a name that nobody knows nothing is the same.
  }
}
