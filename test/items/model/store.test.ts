import { expect, test } from '@jest/globals'
import { Item, Store } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

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
  store.remove([old])
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
  const compute = (): number => Math.min(++asked, 3)
  const computed = new Item<number>(store, 'x', { type: 'numeric', compute })
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
  store.remove([computed])
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

test('a publication is told once to transports, masked where it is a secret', () => {
  const { store } = start()
  const told: unknown[] = []
  const stop = store.onPublication((item, value, timeMs) => told.push([item.key, value, timeMs]))
  const item = new Item<number>(store, 'level')
  item.subscribe(() => undefined)
  item.subscribe(() => undefined)
  item.publish(1, { timestamp: 2 })
  new Item<string>(store, 'key', { isSecret: true }).publish('x', { timestamp: 3 })
  stop()
  item.publish(2)
  expect(told).toEqual([
    ['level', 1, 2000],
    ['key', '***', 3000],
  ])
})

test('whoever begins to hear of publications while one is told hears of the next, and the same one twice of each once', () => {
  const { store } = start()
  const told: string[] = []
  const late = (): number => told.push('late')
  const first = (): void => {
    told.push('first')
    store.onPublication(late)
  }
  const stop = store.onPublication(first)
  store.onPublication(first)
  const item = new Item<number>(store, 'level')
  item.publish(1)
  expect(told).toEqual(['first'])
  item.publish(2)
  expect(told).toEqual(['first', 'first', 'late'])
  stop()
  item.publish(3)
  expect(told.slice(3)).toEqual(['late'])
})

test('what is computed is looked at for whoever listens to it alone, too', async () => {
  const { store, pass } = start()
  let now = 1
  const item = new Item<number>(store, 'x', { compute: () => now })
  const heard: unknown[] = []
  const stop = item.subscribe((value) => heard.push(value))
  now = 2
  await pass(1000)
  stop()
  now = 3
  await pass(1000)
  expect(heard).toEqual([2])
})

test('what fails where nobody waits goes to the log, or to who listens for that', () => {
  const logged: unknown[] = []
  const log = lineLogger({}, (line) => logged.push(line))
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }), { log })
  const item = new Item<number>(store, 'level')
  const fail = (): void => {
    throw new Error('no')
  }
  item.subscribe(fail)
  store.onPublication(fail)
  item.publish(1)
  expect(logged).toEqual(new Array(2).fill('ERROR lamp.level: no item=level\n'))
  const heard: unknown[] = []
  const stop = store.onError(({ message }, { key }) => heard.push([message, key]))
  item.publish(2)
  stop()
  expect([heard, logged.length]).toEqual([new Array(2).fill(['no', 'level']), 2])
})

test('who hears of errors and fails keeps nobody from hearing, neither then nor later', () => {
  const logged: unknown[] = []
  const log = lineLogger({}, (line) => logged.push(line))
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }), { log })
  const item = new Item<number>(store, 'level')
  const fail = (): void => {
    throw new Error('no')
  }
  const heard: unknown[] = []
  store.onError(fail)
  item.subscribe(fail)
  item.subscribe((value) => heard.push(value))
  item.publish(1)
  item.publish(2)
  expect([heard, logged.length]).toEqual([[1, 2], 2])
})

test('items are got and set by their names', async () => {
  const { store } = start()
  const item = new Item<number>(store, 'level', { initial: 1 })
  expect([store.items, store.has('LEVEL'), store.has('x')]).toEqual([[item], true, false])
  expect([await store.get('Level'), await store.set('level', 2), item.value]).toEqual([1, 2, 2])
  await expect(store.get('x')).rejects.toMatchObject({ code: 'ERR_NO_ITEM' })
})

test('what is taken out twice takes nothing of what has its name by then', () => {
  const { store } = start()
  const old = new Item<number>(store, 'level')
  store.remove([old])
  const fresh = new Item<number>(store, 'level')
  store.remove([old])
  expect(store.item('level')).toBe(fresh)
})

test('what is computed is looked at no more once it is taken out, though somebody listens', async () => {
  const { store, pass } = start()
  let asked = 0
  const item = new Item<number>(store, 'x', { compute: () => ++asked })
  item.subscribe(() => undefined)
  store.remove([item])
  const before = asked
  await pass(3000)
  expect(asked).toBe(before)
})
