/** Items: what a daemon shows and lets others set. */
export { Item, type Description, type ItemOptions, type ItemType, type Listener, type Metric } from './item.js'
export { ItemError } from './item-error.js'
export { Store, type Method, type StoreListener } from './store.js'
export { fillTrainItems, type TrainItemsOptions } from './train-items.js'
export { maskSecrets } from './mask.js'
export { matches } from './wildcard.js'
