/** `deadbeat node`: a node of a fleet in the foreground. */
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { EXIT } from '../app/exit-codes.js'
import { gather } from '../conf/index.js'
import { ConfigError } from '../errors/index.js'
import { DaemonAnnouncer, itemsBaseConfig, optionsFromSettings, readDaemonName } from '../items/index.js'
import { logger } from '../log/log.js'
import { Escapement } from '../movement/index.js'
import { openRights } from '../rights/index.js'
import { DaemonCalls } from '../runner/node/daemon-calls.js'
import { makeNode, type MakeNodeOptions } from '../runner/node/make-node.js'
import type { Node } from '../runner/node/node.js'
import { NodeDaemon } from '../runner/node/node-daemon.js'
import { DEFAULT_GROUP, Keys, startApp, startJob } from '../runner/index.js'
import { defaultKeyDirectory, KeyDirectory } from '../wire/index.js'
import { Session } from './kv/session.js'
import { ofProcess } from './kv/surroundings.js'
import type { NodeFlags } from './node-command.js'
import { nodeSettings } from './node-settings.js'
import { nodeUnit } from './node-unit.js'
import { runDaemon } from './run-daemon.js'

/**
 * Be a node until it is stopped.
 *
 * @returns The exit code.
 * @throws Whatever kept it from starting, or stopped it.
 */
export async function node(flags: NodeFlags): Promise<number> {
  if (flags.unit === true) {
    process.stdout.write(nodeUnit(flags, process.argv))
    return EXIT.ok
  }
  const { name = hostname(), group, kinds, capacity, ttl: ttlMs, size = null, signer, json = false } = flags
  const settings = nodeSettings(flags.settings, flags.config === undefined ? null : resolve(flags.config))
  const log = logger
  const store = storeOf(flags)
  const kv = store.backend
  const home = flags.home ?? homeOfUnit()
  const where = home === undefined ? {} : { home }
  const esc = Escapement.instance
  const opened = await daemonOptions(settings.items, home)
  const { curve, address = '127.0.0.1' } = opened.options
  const calls = new DaemonCalls({ esc, log, kv, keys: curve?.keys, serverKeyOf: opened.serverKeyOf, ...where })
  try {
    const rights = flags.rights === undefined ? null : (await openRights({ file: resolve(flags.rights), log })).rights
    const made = nodeOf({
      ...{ ...settings.node, kv, name, kinds, capacity, size, ttlMs, log, rights, startJob, startApp },
      keys: new Keys(`${store.prefix}/deadbeat`),
      groups: group.length === 0 ? [DEFAULT_GROUP] : group,
      labels: Object.fromEntries(flags.labels),
      ...(signer.length === 0 ? {} : { signers: signer }),
      call: (daemon, method, args) => calls.call(daemon, method, args),
    })
    const { registries, registryPort } = opened
    const announcer = new DaemonAnnouncer({
      ...{
        esc,
        log,
        kv,
        ...where,
        daemonPort: null,
        broadcast: 'off',
        host: address,
        registries,
        registryPort,
        keys: curve?.keys,
      },
    })
    const daemon = new NodeDaemon(made)
    const start = (): Promise<void> => daemon.start({ ...opened.options, announcer })
    return await runDaemon(daemon, { start, address, about: () => ({ node: name }), json })
  } finally {
    await calls.close()
    await opened.close()
    await store.close()
  }
}

/** A node, whose limits must fit each other. */
function nodeOf(options: MakeNodeOptions): Node {
  try {
    return makeNode(options)
  } catch (error) {
    throw error instanceof RangeError ? new ConfigError([error.message]) : error
  }
}

/** How it is asked over the wire, as the settings say. */
async function daemonOptions(given: ReturnType<typeof nodeSettings>['items'], home: string | undefined) {
  const usual = gather({ items: itemsBaseConfig }, { argv: [], env: {} }).items
  const items = { ...usual, ...given, announce: false }
  const around = { esc: Escapement.instance, log: logger, stateDirectory: '', kv: { url: null, prefix: '' }, home }
  const opened = await optionsFromSettings({ items }, around)
  const known = new KeyDirectory(items.keys ?? defaultKeyDirectory())
  const serverKeyOf = (daemon: string): string | undefined => known.serverKey(readDaemonName(daemon).store) ?? undefined
  return { ...opened, registries: items.registries, registryPort: items.registryPort, serverKeyOf }
}

/** The store as the commands for jobs and code find it. */
function storeOf({ url, prefix, ca, cert, key, user, passwordFile }: NodeFlags): Session {
  const given = { url, prefix, ca, cert, key, user, passwordFile }
  const flags = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return new Session(ofProcess(), flags, true)
}

/** As a service it may write to its state directory only. */
function homeOfUnit(): string | undefined {
  const state = process.env['STATE_DIRECTORY']
  return state === undefined ? undefined : join(state, 'items')
}
