/** The RxJS face of the movement: event sources and outputs as observables, and a scheduler on the escapement's clock. */
export { observeItem, observeItems, type ItemValue, type StoreValue } from './items.js'
export { treeCache$, watch$ } from './kv.js'
export { cron$, fd$, inotify$, interval$, signal$ } from './sources.js'
export { output$ } from './output.js'
export { escapementScheduler } from './scheduler.js'
export type { Operators } from './chain.js'
