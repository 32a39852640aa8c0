/** An app's items over the wire, where its settings say so. What that takes is loaded only then. */
import type { Store } from '../items/model/store.js'
import { logger } from '../log/log.js'
import type { EventLoop } from '../movement/index.js'
import { reaching } from './checkpoints/reaching.js'
import type { Prepared } from './prepare.js'

/**
 * Serve a store under the app's name, and make it known, as the settings say. Answers how to stop.
 *
 * @throws {DeadbeatError} ERR_DAEMON_START if that can't be.
 */
export async function serveItems(
  store: Store,
  { settings, host, state }: Pick<Prepared, 'settings' | 'host' | 'state'>,
  esc: EventLoop,
): Promise<() => Promise<void>> {
  const { items, kv } = settings
  if (!items.enabled) return () => Promise.resolve()
  const { ItemDaemon, optionsFromSettings } = await import('../items/index.js')
  const database = { ...reaching(kv), url: kv.url, prefix: kv.prefix }
  const opened = await optionsFromSettings({ items }, { esc, log: logger, stateDirectory: state, kv: database })
  const daemon = new ItemDaemon(host.name, items.alias)
  try {
    await daemon.start({ ...opened.options, store })
  } catch (error) {
    await opened.close()
    throw error
  }
  return async () => {
    await daemon.stop().finally(() => opened.close())
  }
}
