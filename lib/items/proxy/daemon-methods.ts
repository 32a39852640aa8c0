/** The methods that every daemon has. */
import type { Store } from '../model/store.js'
import { STOP } from './schema.js'

/**
 * Let whoever may call it stop a daemon: by `_stop`, and by `stop` unless it has a method of its own of that name.
 *
 * @param stop Begins to stop it. The answer doesn't wait for the end: it couldn't be sent any more.
 * @example
 * const store = new Store('lamp', new Escapement())
 * addDaemonMethods(store, () => undefined)
 * assert.deepEqual([...store.methods.keys()], ['_stop', 'stop'])
 */
export function addDaemonMethods(store: Store, stop: () => void): void {
  const method = { doc: 'Stop the daemon in order.', params: [], call: () => stop() }
  const isTaken = [...store.methods.keys()].some((name) => name.toLowerCase() === 'stop')
  store.methods.set(STOP, method)
  if (!isTaken && !store.has('stop')) store.methods.set('stop', method)
}
