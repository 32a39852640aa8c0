/** Makes a daemon of the command line known, as its flags say. */
import { announcerFor, type Announcer } from '../items/index.js'
import { openKv } from '../kv/index.js'
import { logger } from '../log/log.js'
import { Escapement } from '../movement/index.js'
import type { KeyPair } from '../wire/index.js'
import type { AnnounceFlags } from './announce-flags.js'

/** Where the daemon listens, and where it keeps what it knows. */
export interface AnnouncerPlace {
  readonly listen?: string | undefined
  readonly home?: string | undefined
  /** Its own keys, where registries ask for encryption, */
  readonly keys?: KeyPair | undefined
  /** and theirs. */
  readonly registryKey?: string | undefined
}

/** @throws {RangeError} If the address of the database is none. */
export function announcerOf(flags: AnnounceFlags, { listen, home, keys, registryKey }: AnnouncerPlace): Announcer {
  const { announce, registry, kv: url, override = false } = flags
  const kv = url === undefined ? null : openKv(url, { log: logger })
  const announcer = announcerFor(
    { kv, override, broadcast: announce, registries: registry, ...(registryKey === undefined ? {} : { registryKey }) },
    { esc: Escapement.instance, log: logger, host: listen, home, keys },
  )
  return {
    announce: (block) => announcer.announce(block),
    withdraw: async () => {
      await announcer.withdraw()
      await kv?.close()
    },
  }
}
