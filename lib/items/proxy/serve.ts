/** serve: a daemon as a process of its own, from its start to its end. */
import { stateDirectory } from '../../files/state-directory.js'
import { Escapement, stderrLogger } from '../../movement/index.js'
import { running, stopping } from '../../movement/train/channels.js'
import { bindSignals } from '../../movement/train/signals.js'
import type { DaemonOptions } from '../daemon/daemon-options.js'
import type { ItemDaemon } from '../daemon/item-daemon.js'
import { announcerFor, type AnnounceOptions } from '../discovery/announcer-for.js'
import { openPersistence } from '../persist/open-persistence.js'

/** Where Malacoda's daemons listened: the ports to give if they are to be there. */
export const MALACODA_PORTS: readonly [first: number, last: number] = [51_000, 51_099]

/** How a daemon is run as a process. */
export interface ServeOptions extends DaemonOptions {
  /** What the process is called; its daemon's name if it isn't given, null: as it is called already. */
  readonly title?: string | null
  /** Goes into the background before the daemon starts, as `() => detach(settings)` of `deadbeat/daemon` does. */
  readonly daemonize?: () => Promise<unknown>
  /** How far it is made known besides on this machine, where registries and calls are off if nothing else is said. */
  readonly announce?: Partial<AnnounceOptions>
  /** Where its values outlive it, in a database, unless `persistence` says another place; that of its name by default. */
  readonly stateDirectory?: string
}

/**
 * Start a daemon, and wait until it has stopped: because somebody asked it to, or by SIGINT or SIGTERM (a second one ends the
 * process at once), or because one of its run methods threw.
 *
 * Without a log it says on stderr where it is reached, and at the end that it has stopped. The process is called after the
 * daemon, and the daemon is made known on this machine, so that `connect` finds it by its name.
 * Values of persistent items are kept in the state directory of its name, as that of an app.
 *
 * @throws {DeadbeatError} ERR_DAEMON_START if it can't start: which step failed, and why.
 * @throws What a run method threw.
 */
export async function serve(daemon: ItemDaemon<object>, options: ServeOptions = {}): Promise<void> {
  const {
    title = daemon.name,
    daemonize,
    announce,
    stateDirectory: state = stateDirectory(daemon.name),
    ...given
  } = options
  const { esc = Escapement.instance, log = stderrLogger } = given
  const { address: host = '127.0.0.1', home, curve } = given
  const name = `${daemon.name}.${daemon.alias}`
  // A log of the author's has both already.
  const say = (text: string): void => {
    if (given.log === undefined) process.stderr.write(`${text}\n`)
  }
  const announcer = announcerFor(
    { broadcast: 'off', ...announce },
    { esc, log, host: given.address, home, keys: curve?.keys },
  )
  if (title !== null) process.title = title
  await daemonize?.()
  // Whoever waits for a train in this process, as the caller of `detach` or a service manager, is told of the daemon.
  const train = { esc, onEnd: (listener: () => void) => void daemon.ended.then(listener, listener) }
  const stop = (): void => {
    stopping.publish({ train })
    daemon.stop().catch(() => undefined) // What failed is in the log.
  }
  const unbind = bindSignals(esc, { log, stop, notify: () => undefined })
  try {
    const persistence = openPersistence({ in: 'kv' }, { esc, log, stateDirectory: state })
    await daemon.start({ announcer, persistence, ...given })
    const { rep, pub } = daemon.ports ?? { rep: 0, pub: 0 }
    say(`${name} answers at ${host}:${rep} and publishes at ${host}:${pub}: process ${process.pid}`)
    running.publish({ train })
    await daemon.ended
    say(`${name} has stopped`)
  } finally {
    unbind()
  }
}
