/** `deadbeat registry`: a registry of daemons in the foreground. */
import { RegistryDaemon, type RegistryOptions } from '../items/index.js'
import { logger } from '../log/log.js'
import { announcerOf } from './announcer.js'
import type { RegistryFlags } from './registry-command.js'
import { runDaemon } from './run-daemon.js'

/**
 * Run a registry until it is stopped.
 *
 * @returns The exit code.
 * @throws Whatever kept it from starting, or stopped it.
 */
export function registry(flags: RegistryFlags): Promise<number> {
  const { json = false, listen: address = '127.0.0.1', call: hosts, home, ...others } = flags
  const daemon = new RegistryDaemon()
  // Its own name and block are for this machine: it has no need to tell other registries of itself.
  const announcer = announcerOf({ announce: 'off', registry: [] }, { listen: address, home })
  const options: RegistryOptions = {
    ...others,
    ...(home === undefined ? {} : { home }),
    address,
    hosts,
    log: logger,
    announcer,
  }
  return runDaemon(daemon, { start: () => daemon.start(options), about: () => daemon.calledAt, address, json })
}
