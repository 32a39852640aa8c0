/** Items as observables: each new value, and the values of many. */
import { Observable } from 'rxjs'
import type { Item, Store } from '../items/index.js'

/** One value that an item had. */
export interface ItemValue<T> {
  readonly value: T | null
  /** In ms since the Unix epoch. */
  readonly timeMs: number
  /** How many publications are known to be lost before this one. */
  readonly missed: number
}

/** One value of one of many items, as it may be shown. */
export interface StoreValue {
  readonly key: string
  readonly value: unknown
  /** In ms since the Unix epoch. */
  readonly timeMs: number
}

/**
 * The values of an item from the subscription on, first the one that is known if `prime` says so; null: it was cleared. It
 * completes when the item is taken out of its store.
 *
 * @example
 * const level = new Item(new Store('lamp', new Escapement()), 'level', { type: 'numeric', initial: 1 })
 * const heard = []
 * const subscription = observeItem(level, { prime: true }).subscribe(({ value }) => heard.push(value))
 * level.publish(2)
 * subscription.unsubscribe()
 * assert.deepEqual([heard, level.isHeard], [[1, 2], false])
 */
export function observeItem<T>(item: Item<T>, options: { readonly prime?: boolean } = {}): Observable<ItemValue<T>> {
  return new Observable<ItemValue<T>>((subscriber) => {
    const stop = item.subscribe((value, timeMs, { missed }) => subscriber.next({ value, timeMs, missed }), options)
    const forget = item.onClose(() => subscriber.complete())
    return () => {
      stop()
      forget()
    }
  })
}

/**
 * The new values of all items that fit a pattern, also of those that come later. It never completes by itself.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * const heard = []
 * observeItems(store, 'lev*').subscribe(({ key, value }) => heard.push([key, value]))
 * new Item(store, 'level', { type: 'numeric' }).publish(2)
 * assert.deepEqual(heard, [['level', 2]])
 */
export function observeItems(store: Store, pattern: string): Observable<StoreValue> {
  return new Observable<StoreValue>((subscriber) =>
    store.watch(pattern, (key, value, timeMs) => subscriber.next({ key, value, timeMs })),
  )
}
