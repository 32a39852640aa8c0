import { expect, test } from '@jest/globals'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'

function start() {
  const clock = new ManualClock()
  const store = new Store('lamp', new Escapement({ clock }))
  const heard: [string, unknown][] = []
  const hear = (key: string, value: unknown): void => void heard.push([key, value])
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
  }
  return { clock, store, heard, hear, pass }
}

test('names differ by more than case', () => {
  const { store } = start()
  const item = new Item(store, 'level', { type: 'numeric' })
  expect(() => new Item(store, 'Level', { type: 'numeric' })).toThrow('lamp has two items Level and level')
  expect(store.item('LEVEL')).toBe(item)
  expect(() => store.item('colour')).toThrow('lamp has no item colour')
})

test('a watch hears of what fits its pattern, also of what comes later and takes the place of another', () => {
  const { store, heard, hear } = start()
  const old = new Item<number>(store, 'a.x', { type: 'numeric' })
  new Item<number>(store, 'b.x', { type: 'numeric' }).publish(0)
  const stop = store.watch('a.*', hear)
  old.publish(1)
  store.remove([old as Item])
  old.publish(2)
  const fresh = new Item<number>(store, 'a.x', { type: 'numeric' })
  fresh.publish(3)
  stop()
  fresh.publish(4)
  expect(heard).toEqual([
    ['a.x', 1],
    ['a.x', 3],
  ])
})

test('what is computed is looked at while it is watched, and not before or after', async () => {
  const { store, heard, hear, pass } = start()
  let asked = 0
  const reqRefresh = (): number => Math.min(++asked, 3)
  const computed = new Item<number>(store, 'x', { type: 'numeric', reqRefresh })
  await pass(3000)
  expect(asked).toBe(0)
  const stop = store.watch('*', hear)
  for (let second = 0; second < 4; second++) await pass(1000)
  expect(heard).toEqual([
    ['x', 2],
    ['x', 3],
  ])
  stop()
  const before = asked
  await pass(3000)
  store.watch('*', hear)
  store.remove([computed as Item])
  await pass(3000)
  expect(asked).toBe(before + 1)
})

test('a stream is heard by its own name only, as it costs whoever makes it', () => {
  const { store, heard, hear } = start()
  const told: boolean[] = []
  const tap = new Item<number>(store, 'Filter.tap', {
    ...{ type: 'json', isStream: true, onHeard: (isHeard) => told.push(isHeard) },
  })
  store.watch('*', hear)
  expect(told).toEqual([])
  store.watch('filter.TAP', hear)
  tap.publish(1)
  expect([told, heard]).toEqual([[true], [['Filter.tap', 1]]])
})

test('a secret that changes is told masked', () => {
  const { store, heard, hear } = start()
  const item = new Item<string>(store, 'key', { type: 'string', isSecret: true })
  store.watch('*', hear)
  item.publish('x')
  expect(heard).toEqual([['key', '***']])
})
