/** A daemon of items in the foreground: from its start until a signal, or its own failure, ends it. */
import { EXIT } from '../app/exit-codes.js'
import { ServiceManager } from '../daemon/index.js'
import type { ItemDaemon } from '../items/index.js'
import { logger } from '../log/log.js'
import { Escapement } from '../movement/index.js'
import { bindSignals } from '../movement/train/signals.js'
import { tell } from './tell.js'

/** How it is run. */
export interface RunDaemonOptions {
  readonly start: () => Promise<void>
  /** Where it listens, as it is told. */
  readonly address: string
  /** What is told besides, once it can be reached. */
  readonly about?: () => Readonly<Record<string, unknown>>
  readonly json: boolean
}

/**
 * Run it until it is stopped.
 *
 * @returns The exit code.
 * @throws Whatever kept it from starting, or stopped it.
 */
export async function runDaemon(daemon: ItemDaemon, options: RunDaemonOptions): Promise<number> {
  const { start, address, about = () => ({}), json } = options
  const manager = new ServiceManager()
  const unbind = bindSignals(Escapement.instance, {
    log: logger,
    stop: () => stop(daemon, manager),
    notify: () => undefined,
  })
  try {
    await start()
    const { rep, pub } = daemon.ports ?? { rep: 0, pub: 0 }
    const { name: store, alias } = daemon
    const said = `${store}.${alias} answers at ${address}:${rep} and publishes at ${address}:${pub}`
    tell(said, { store, alias, address, rep, pub, ...about(), pid: process.pid }, json)
    manager.ready(said)
    const alive = manager.watchdogMs === null ? undefined : setInterval(() => manager.alive(), manager.watchdogMs / 2)
    await daemon.ended.finally(() => clearInterval(alive))
  } finally {
    unbind()
  }
  return EXIT.ok
}

/** What fails meanwhile is in the log, and in `ended`. */
function stop(daemon: ItemDaemon, manager: ServiceManager): void {
  manager.stopping()
  daemon.stop().catch(() => undefined)
}
