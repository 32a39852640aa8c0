/** `deadbeat registry`: a registry of daemons in the foreground. */
import { RegistryDaemon, type RegistryOptions } from '../items/index.js'
import { logger } from '../log/log.js'
import { openRights } from '../rights/index.js'
import { defaultKeyDirectory, KeyDirectory } from '../wire/index.js'
import { announcerOf } from './announcer.js'
import type { RegistryFlags } from './registry-command.js'
import { runDaemon } from './run-daemon.js'

/**
 * Run a registry until it is stopped.
 *
 * @returns The exit code.
 * @throws Whatever kept it from starting, or stopped it.
 */
export async function registry(flags: RegistryFlags): Promise<number> {
  const { json = false, listen: address = '127.0.0.1', call: hosts, home, key, keys, rights: file, ...others } = flags
  const curve = key === undefined ? undefined : new KeyDirectory(keys ?? defaultKeyDirectory()).server(key)
  // Without rules whoever reaches it may announce; its own items are then read by its user alone, or without keys by all.
  const { rights } = file === undefined ? {} : await openRights({ file, log: logger })
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
    ...(curve === undefined ? {} : { curve }),
    ...(rights === undefined ? {} : { rights }),
  }
  return await runDaemon(daemon, { start: () => daemon.start(options), about: () => daemon.calledAt, address, json })
}
