/** What the audit of a SET says of the time before it. */
import type { Item } from './item.js'

/**
 * The value that an item has before it is set, as it may be shown. What is computed may fail, which is no reason not to set it;
 * and for somebody who may not set it, nothing is computed.
 *
 * @example
 * const broken = new Item(new Store('lamp', new Escapement()), 'level', { compute: () => { throw new Error('unplugged') } })
 * assert.deepEqual(beforeSet(broken, true), {})
 */
export function beforeSet(item: Item, maySet: boolean): { readonly before?: unknown } {
  if (item.isComputed && !maySet) return {}
  try {
    return { before: item.shown }
  } catch {
    return {}
  }
}
