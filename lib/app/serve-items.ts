/** An app's items over the wire, where its settings say so. What that takes is loaded only then. */
import type { Store } from '../items/model/store.js'
import { logger } from '../log/log.js'
import type { EventLoop } from '../movement/index.js'
import { reaching } from './checkpoints/reaching.js'
import type { Prepared } from './prepare.js'

/** Items that are served. */
export interface ServedItems {
  /** They are others by now, perhaps. */
  announce(): Promise<void>
  stop(): Promise<void>
}

/**
 * Serve a store under the app's name, and make it known, as the settings say: values of persistent items are there before.
 *
 * @returns Null if the settings say that they aren't to be served.
 * @throws {DeadbeatError} ERR_DAEMON_START if that can't be.
 */
export async function serveItems(
  store: Store,
  { settings, host }: Pick<Prepared, 'settings' | 'host'>,
  esc: EventLoop,
): Promise<ServedItems | null> {
  const { items, persist, kv } = settings
  if (!items.enabled) return null
  const { ItemDaemon, optionsFromSettings } = await import('../items/index.js')
  const database = { ...reaching(kv), url: kv.url, prefix: kv.prefix }
  const around = { esc, log: logger, stateDirectory: host.stateDirectory(), kv: database }
  const opened = await optionsFromSettings({ items, persist }, around)
  const daemon = new ItemDaemon(host.name, items.alias)
  try {
    await daemon.start({ ...opened.options, store })
  } catch (error) {
    await opened.close()
    throw error
  }
  return {
    announce: () => daemon.announce(),
    stop: () => daemon.stop().finally(() => opened.close()),
  }
}
