/** From an operator's settings to the options of a daemon, with what has to be opened for them. */
import type { EventLoop, Logger } from '../../movement/index.js'
import type { OpenKvOptions } from '../../kv/open-kv.js'
import { isLoopback } from '../../net/is-loopback.js'
import { openAudit, openRights } from '../../rights/index.js'
import { defaultKeyDirectory, KeyDirectory, REGISTRY } from '../../wire/curve/key-directory.js'
import { DaemonAnnouncer } from '../discovery/announcer.js'
import type { PersistSettings } from '../persist/base-config.js'
import { openPersistence } from '../persist/open-persistence.js'
import type { ServingSettings } from './base-config.js'
import type { ServeLimits } from '../serve/store-server.js'
import type { DaemonOptions } from './daemon-options.js'
import { homeDirectory } from './home.js'

/** The settings of a daemon, by their sections. */
export interface DaemonSettings {
  readonly items: ServingSettings
  /** Where saved values are; nowhere if it isn't given. */
  readonly persist?: PersistSettings | undefined
}

/** Where a daemon runs. */
export interface DaemonSurroundings {
  readonly esc: EventLoop
  readonly log: Logger
  /** What outlives its process is here; made by whoever asks for it. */
  readonly stateDirectory: string
  /** The database; if it isn't given, there is none but that of saved values. */
  readonly kv?: OpenKvOptions & { readonly url: string | null; readonly prefix: string }
  /** `$MKTL_HOME` if it isn't given. */
  readonly home?: string | undefined
}

const NO_KV = { url: null, prefix: '/deadbeat/' }

/** Options, and how to let go of what was opened for them. */
export interface OpenedOptions {
  readonly options: DaemonOptions
  /** The key of the registries, if it is known: they ask for encryption then. */
  readonly registryKey: string | undefined
  close(): Promise<void>
}

/**
 * The options that settings stand for.
 *
 * @throws {ConfigError} If rights or keys have faults.
 * @throws {DeadbeatError} ERR_AUDIT_FILE if that of the audit can't be opened.
 */
export async function optionsFromSettings(
  { items, persist }: DaemonSettings,
  { esc, log, stateDirectory, kv = NO_KV, home = homeDirectory() }: DaemonSurroundings,
): Promise<OpenedOptions> {
  const { url, prefix, ...reaching } = kv
  const { openKv } = url === null ? { openKv: null } : await import('../../kv/open-kv.js')
  const database = url === null ? null : (openKv?.(url, { log, ...reaching }) ?? null)
  const keys = new KeyDirectory(items.keys ?? defaultKeyDirectory())
  const curve = items.key === null ? undefined : keys.server(items.key)
  const isLocalWithoutKeys = curve === undefined && (isLoopback(items.listen) || items.insecure)
  const ruled = await openRights({
    ...{ file: items.rights, key: items.rightsKey, isLocalWithoutKeys, log },
    ...(database === null ? {} : { kv: database }),
  })
  const audit = openAudit(items.audit, { clock: esc, log })
  const registryKey = keys.serverKey(REGISTRY) ?? undefined
  const announcer = new DaemonAnnouncer({
    ...{ esc, log, home, kv: database, prefix: prefix.replace(/\/$/, ''), host: items.listen },
    ...{ registries: items.registries, registryPort: items.registryPort, daemonPort: items.callPort },
    ...{ override: items.override, keys: curve?.keys, registryKey },
  })
  const { port, pubPort, advertise } = items
  return {
    options: {
      ...{ esc, log, home, rights: ruled.rights, audit: audit.write, address: items.listen },
      ...{ insecure: items.insecure, debug: items.debug, curve, ...limitsOf(items) },
      ...(port === null ? {} : { port }),
      ...(pubPort === null ? {} : { pubPort }),
      ...(advertise === null ? {} : { advertise }),
      ...(items.announce ? { announcer } : {}),
      ...(persist === undefined
        ? {}
        : {
            ...{ saveMs: persist.saveMs, saveMaxMs: persist.saveMaxMs },
            persistence: openPersistence(persist, { esc, log, stateDirectory, home, kv }),
          }),
    },
    registryKey,
    close: async () => {
      ruled.close()
      audit.close()
      await database?.close()
    },
  }
}

function limitsOf(items: ServingSettings): ServeLimits {
  const { clientInFlightMax, inFlightMax, clientRateMax, clientBurstMax } = items
  const { messageBytesMax, publishQueueMax, topicsBytesMax } = items
  return {
    ...{ clientInFlightMax, inFlightMax, clientBurstMax, messageBytesMax, publishQueueMax, topicsBytesMax },
    clientRateMax: clientRateMax ?? Infinity,
  }
}
