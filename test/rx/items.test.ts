import { expect, test } from '@jest/globals'
import { map } from 'rxjs'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { observeItem, observeItems } from '../../lib/rx/index.js'

function start() {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  return { store, item: new Item<number>(store, 'level', { type: 'numeric' }) }
}

test('an item’s values go through operators until nobody subscribes', () => {
  const { item } = start()
  const heard: unknown[] = []
  const doubled = observeItem(item).pipe(map(({ value, timeMs, missed }) => [(value ?? 0) * 2, timeMs, missed]))
  expect(item.isHeard).toBe(false)
  const subscription = doubled.subscribe((value) => heard.push(value))
  item.publish(2, { timestamp: 3 })
  item.publish(null, { timestamp: 4 })
  subscription.unsubscribe()
  item.publish(5)
  expect([heard, item.isHeard]).toEqual([
    [
      [4, 3000, 0],
      [0, 4000, 0],
    ],
    false,
  ])
})

test('it begins with what is known if that is wanted, and completes when the item is taken out', () => {
  const { store, item } = start()
  item.publish(1)
  const heard: unknown[] = []
  observeItem(item, { prime: true }).subscribe({
    next: ({ value }) => heard.push(value),
    complete: () => heard.push('over'),
  })
  store.remove([item])
  expect([heard, item.isHeard]).toEqual([[1, 'over'], false])
})

test('many items are observed by a pattern, secrets masked', () => {
  const { store, item } = start()
  const heard: unknown[] = []
  const subscription = observeItems(store, '*').subscribe(({ key, value }) => heard.push([key, value]))
  item.publish(1)
  new Item<string>(store, 'key', { isSecret: true }).publish('x')
  subscription.unsubscribe()
  item.publish(2)
  expect(heard).toEqual([
    ['level', 1],
    ['key', '***'],
  ])
})
