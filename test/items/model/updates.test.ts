import { getEventListeners } from 'node:events'
import { expect, test } from '@jest/globals'
import { Item, Store } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'

function start() {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  return { store, item: new Item<number>(store, 'level', { type: 'numeric' }) }
}

test('who is slow gets the latest value, and how many it missed', async () => {
  const { item } = start()
  const updates = item.updates()
  item.publish(1, { timestamp: 5 })
  expect(await updates.next()).toEqual({ done: false, value: { value: 1, time: 5, missed: 0 } })
  for (const value of [2, 3, 4]) item.publish(value)
  expect(await updates.next()).toMatchObject({ value: { value: 4, missed: 2 } })
  const next = updates.next()
  item.publish(null)
  expect(await next).toMatchObject({ value: { value: null, missed: 0 } })
})

test('for await ends with a break, and nobody listens any more', async () => {
  const { item } = start()
  setImmediate(() => item.publish(7))
  const seen: unknown[] = []
  for await (const { value } of item) {
    seen.push(value)
    break
  }
  expect([seen, item.isHeard]).toEqual([[7], false])
})

test('it begins with what is known if that is wanted', async () => {
  const { item } = start()
  expect(await Promise.race([item.updates({ prime: true }).next(), Promise.resolve('waits')])).toBe('waits')
  item.publish(3)
  expect(await item.updates({ prime: true }).next()).toMatchObject({ value: { value: 3 } })
})

test('a signal ends it, also beforehand, and so does the end of the item', async () => {
  const { item, store } = start()
  const caller = new AbortController()
  const updates = item.updates({ signal: caller.signal })
  const both = [updates.next(), updates.next()]
  caller.abort()
  expect(await Promise.all([...both, updates.next()])).toMatchObject([{ done: true }, { done: true }, { done: true }])
  expect(await item.updates({ signal: caller.signal }).next()).toMatchObject({ done: true })
  expect([item.isHeard, getEventListeners(caller.signal, 'abort').length]).toEqual([false, 0])
  const last = item.updates()
  item.publish(9)
  store.remove([item])
  expect([await last.next(), await last.next()]).toMatchObject([{ value: { value: 9 } }, { done: true }])
})
