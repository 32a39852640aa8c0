/** The announcer of a daemon by how far it is to be known: one choice for the command line and for programs. */
import type { Broadcast } from '../../wire/discovery/search.js'
import { DaemonAnnouncer, type AnnouncerOptions } from './announcer.js'

/** How far a daemon is made known, besides by its name on this machine. */
export interface AnnounceOptions extends Pick<
  AnnouncerOptions,
  'kv' | 'registries' | 'registryKey' | 'registryPort' | 'daemonPort' | 'override' | 'everyMs'
> {
  /** Where registries are looked for, and calls answered; off: nowhere. */
  readonly broadcast: Broadcast
}

/**
 * An announcer. Where calls are off, none are answered, unless a port for them is given.
 *
 * @param place Where the daemon listens, and where it keeps what it knows.
 * @example
 * const place = { esc: new Escapement(), log: silentLogger, home: '/nowhere' }
 * assert.ok(announcerFor({ broadcast: 'off', registries: ['lab1'] }, place) instanceof DaemonAnnouncer)
 */
export function announcerFor(
  announce: AnnounceOptions,
  {
    host,
    home,
    ...place
  }: Pick<AnnouncerOptions, 'esc' | 'log' | 'keys'> & {
    readonly host?: string | undefined
    readonly home?: string | undefined
  },
): DaemonAnnouncer {
  return new DaemonAnnouncer({
    ...(announce.broadcast === 'off' ? { daemonPort: null } : {}),
    ...announce,
    ...place,
    ...(host === undefined ? {} : { host }),
    ...(home === undefined ? {} : { home }),
  })
}
