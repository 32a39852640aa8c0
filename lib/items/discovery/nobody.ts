/** What is told where nobody answers to a name: what was tried, where, and what to do. */
import { codeOf, toError } from '../../errors/index.js'
import type { Broadcast } from '../../wire/discovery/search.js'
import { formatDaemonName, type DaemonName } from './daemon-name.js'
import { DiscoveryError } from './discovery-error.js'

/** In one sentence that fits three lines of a terminal, most often. */
export function nobody(name: DaemonName, tried: readonly string[]): DiscoveryError {
  const { store, port } = name
  const advice =
    port === null
      ? `Start it, or say where it is: ${store}:HOST:PORT`
      : 'Look whether it runs, listens where it is reached from here, and, if it asks for keys, knows yours (deadbeat keys)'
  return new DiscoveryError(
    'ERR_NO_DAEMON',
    `no daemon of ${formatDaemonName(name)} answers. Tried: ${tried.join(', ')}. ${advice}`,
  )
}

/** Who simply doesn't answer needs no more words. */
export function reasonOf(error: unknown): string {
  return ['ERR_NO_ACK', 'ERR_DEADLINE'].includes(codeOf(error)) ? 'silent' : toError(error).message
}

/** Whom a broadcast calls, as it is told. */
export function calledBy(broadcast: Broadcast): string[] {
  if (broadcast === 'off') return []
  return [broadcast === 'net' ? 'of the local net' : 'of this machine']
}
