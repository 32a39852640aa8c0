import { expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions } from '../../lib/items/index.js'
import { Escapement, ManualClock } from '../../lib/movement/index.js'

function start<T>(options: ItemOptions<T>) {
  const clock = new ManualClock()
  const store = new Store('lamp', new Escapement({ clock }))
  const heard: [T, number][] = []
  const item = new Item<T>(store, 'level', options)
  return { clock, store, item, heard, hear: (value: T, timeMs: number) => heard.push([value, timeMs]) }
}

test('listeners hear each new value once, with its time, until they stop', () => {
  const { item, clock, heard, hear } = start<number>({ type: 'numeric' })
  const stop = item.subscribe(hear)
  expect(item.value).toBeNull()
  item.publish(1)
  clock.advance(5)
  item.publish(1)
  item.publish(2)
  item.publish(3, { timeMs: 7 })
  stop()
  stop()
  item.publish(4)
  const wall = heard[0]?.[1] ?? 0
  expect(heard).toEqual([
    [1, wall],
    [2, wall + 5],
    [3, 7],
  ])
  expect(item.value).toBe(4)
})

test('values are compared by what they hold', () => {
  const { item, heard, hear } = start<object>({ type: 'json', initial: { a: [1] } })
  item.subscribe(hear)
  item.publish({ a: [1] })
  item.publish({ a: [2] })
  expect(heard.map(([value]) => value)).toEqual([{ a: [2] }])
})

test('a stream tells each of its values, also the same one twice, and keeps none', () => {
  const { item, heard, hear } = start<number>({ type: 'numeric', isStream: true })
  item.subscribe(hear)
  item.publish(1)
  item.publish(1)
  expect([heard.length, item.value]).toEqual([2, null])
})

test('it is set one after the other, each answered with the value that was accepted', async () => {
  const order: unknown[] = []
  const { item } = start<number>({
    type: 'numeric',
    reqSet: async (value) => {
      order.push(`begin ${String(value)}`)
      await Promise.resolve()
      order.push(`end ${String(value)}`)
      return Math.min(Number(value), 10)
    },
  })
  expect(await Promise.all([item.set(3), item.set(12)])).toEqual([3, 10])
  expect([order, item.value]).toEqual([['begin 3', 'end 3', 'begin 12', 'end 12'], 10])
})

test('a value that is refused says why, and those behind it have their turn', async () => {
  const { item } = start<number>({
    type: 'numeric',
    reqSet: (value) => {
      if (value === 'x') throw new TypeError('it must be a number')
      return Number(value)
    },
  })
  const [refused, set] = [item.set('x'), item.set(2)]
  await expect(refused).rejects.toMatchObject({
    code: 'ERR_ITEM_VALUE',
    message: 'cannot set level: it must be a number',
  })
  expect(await set).toBe(2)
})

test('what only shows can not be set', async () => {
  const { item } = start<number>({ type: 'numeric' })
  await expect(item.set(1)).rejects.toMatchObject({ code: 'ERR_READ_ONLY' })
})

test('what is computed is computed when asked, and told when it is looked at', () => {
  let now = 1
  const { item, heard, hear } = start<number>({ type: 'numeric', reqRefresh: () => now })
  expect(item.value).toBe(1)
  item.refresh()
  const stop = item.subscribe(hear)
  item.refresh()
  now = 2
  item.refresh()
  stop()
  now = 3
  item.refresh()
  expect([heard.map(([value]) => value), item.value]).toEqual([[2], 3])
})

test('whoever makes it is told whether anybody listens', () => {
  const told: boolean[] = []
  const { item, hear } = start<number>({ type: 'numeric', onHeard: (isHeard) => told.push(isHeard) })
  const stops = [item.subscribe(hear), item.subscribe(() => undefined)]
  for (const stop of stops) stop()
  item.subscribe(hear)
  expect(told).toEqual([true, false, true])
})

test('a secret is shown to nobody', () => {
  const { item } = start<string>({ type: 'string', initial: 'x', isSecret: true })
  expect([item.value, item.shown]).toEqual(['x', '***'])
})

test('it describes itself', () => {
  const { item } = start<string>({ type: 'enumerated', doc: 'Its colour.', choices: ['red'], reqSet: String })
  expect(item.describe()).toEqual({
    ...{ key: 'level', type: 'enumerated', doc: 'Its colour.', units: null, choices: ['red'], isSettable: true },
    isStream: false,
  })
})
