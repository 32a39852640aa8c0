import { expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { FakeLink } from '../../support/fake-link.js'

function start(options: ItemOptions<number> = {}) {
  const clock = new ManualClock({ wallMs: 1000 })
  const link = new FakeLink()
  const store = new Store('lamp', new Escapement({ clock }), { link })
  const item = new Item<number>(store, 'level', { type: 'numeric', ...options })
  const failed: [string, string][] = []
  store.onError((error, { key }) => failed.push([error.message, key]))
  return { link, store, item, failed }
}

test('it hears of what its daemon publishes, and is known from then on', async () => {
  const { link, item } = start()
  expect([item.isAuthoritative, item.state, item.value, item.time]).toEqual([false, 'unknown', null, null])
  const heard: unknown[] = []
  item.subscribe((value, timeMs, { missed }) => heard.push([value, timeMs, missed]))
  link.publish('level', 4, 2)
  link.publish('level', 4, 2) // Told again after a gap: nothing new.
  link.publish('level', 4, 3, 2)
  link.publish('level', null, 4)
  expect(heard).toEqual([
    [4, 2000, 0],
    [4, 3000, 2],
    [null, 4000, 0],
  ])
  expect([item.state, item.value, item.time]).toEqual(['live', null, 4])
  expect([await item.get(), link.asked]).toEqual([null, []])
})

test('the daemon is asked where nothing is known, for a refresh, and where what is known may be out of date', async () => {
  const { link, item } = start()
  await expect(item.get()).rejects.toThrow(new RangeError('no level'))
  link.has.set('level', { value: 3, time: 1 })
  expect(await item.read()).toEqual({ value: 3, time: 1 })
  expect(await item.get({ refresh: true })).toBe(3)
  link.go('lost')
  expect([item.state, item.value]).toEqual(['stale', 3])
  expect(await item.get()).toBe(3)
  expect(item.state).toBe('live')
  expect(link.asked).toEqual([false, false, true, false].map((refresh) => ['get', 'level', refresh]))
})

test('a SET is the daemon’s; what it accepted is known from then on, and a null is a value', async () => {
  const { link, item } = start()
  link.beforeAnswer = (value) => (value === 12 ? 10 : value)
  expect([await item.set(12), item.value, item.time]).toEqual([10, 10, 1])
  expect([await item.set(null), item.value]).toEqual([null, null])
  expect(link.asked).toEqual([
    ['set', 'level', 12],
    ['set', 'level', null],
  ])
})

test('what was published meanwhile is not overwritten by an answer', async () => {
  const { link, item } = start()
  link.beforeAnswer = (value) => {
    link.publish('level', 7, 9)
    return value
  }
  expect([await item.set(5), item.value]).toEqual([5, 7])
})

function listen(item: Item<number>) {
  const heard: unknown[] = []
  item.subscribe((value, timeMs, { missed }) => heard.push([value, timeMs, missed]))
  return heard
}

test('whoever sets it hears of that once, and of the next time that it is published', async () => {
  const { link, item } = start()
  const heard = listen(item)
  await item.set(5)
  expect(heard).toEqual([[5, 1000, 0]])
  link.publish('level', 5, 1.25)
  expect([heard.length, item.time]).toEqual([1, 1.25])
  link.publish('level', 5, 1.25) // Told again after a gap.
  expect(heard).toHaveLength(1)
  link.publish('level', 5, 2)
  expect(heard.slice(1)).toEqual([[5, 2000, 0]])
})

test('what was published before a SET and comes after its answer does not flash', async () => {
  const { link, item } = start()
  const heard = listen(item)
  await item.set(5)
  link.publish('level', 3, 0.5)
  expect(item.value).toBe(5)
  link.publish('level', 5, 1.25)
  link.publish('level', 6, 2)
  expect(heard.map((one) => (one as number[])[0])).toEqual([5, 6])
})

test.each([
  ['is newer than the SET', 1.5, 0],
  ['comes after a gap', 0.5, 1],
])('another value is heard though the one of the SET never came, if it %s', async (_name, time, missed) => {
  const { link, item } = start()
  const heard = listen(item)
  await item.set(5)
  link.publish('level', 3, time, missed)
  expect(heard.slice(1)).toEqual([[3, time * 1000, missed]])
  link.publish('level', 2, 0.25) // Nothing is expected any more: it is the daemon's clock that went back.
  expect(item.value).toBe(2)
})

test('what another connection begins with holds, however old it is', async () => {
  const { link, item } = start()
  await item.set(5)
  link.go('lost')
  link.publish('level', 3, 0.5)
  expect(item.value).toBe(3)
})

test('failures keep their type; where nobody waits they go to the store', async () => {
  const { link, item, failed } = start()
  const refused = new RangeError('too high')
  link.beforeAnswer = () => {
    throw refused
  }
  await expect(item.set(99)).rejects.toBe(refused)
  expect(await item.set(98, { wait: false })).toBe(98)
  item.value = 97
  await new Promise((resolve) => setImmediate(resolve))
  expect(failed).toEqual([
    ['too high', 'level'],
    ['too high', 'level'],
  ])
})

test('one that does not subscribe follows while somebody listens; else it is what was found out last, and is asked for each time', async () => {
  const { link, item } = start({ subscribe: false })
  const states: string[] = []
  item.onState((state) => states.push(state))
  expect(link.isHeard('level')).toBe(false)
  link.has.set('level', { value: 3, time: 1, isStale: true })
  expect([await item.get(), item.state]).toEqual([3, 'stale'])
  link.has.set('level', { value: 3, time: 1 })
  expect([await item.get(), item.state, String(item)]).toEqual([3, 'live', 'lamp.level = 3'])
  expect([await item.set(5), item.state]).toEqual([5, 'live'])
  const stop = item.subscribe(() => undefined)
  link.publish('level', 4, 2)
  expect([await item.get(), item.state]).toEqual([4, 'live'])
  stop()
  link.has.set('level', { value: 6, time: 3 })
  expect([link.isHeard('level'), await item.get(), item.state]).toEqual([false, 6, 'live'])
  link.go('lost')
  expect(item.state).toBe('stale')
  expect(states).toEqual(['stale', 'live', 'stale'])
})

test('it can not be published here, and an item without a daemon can not follow one', () => {
  const { item } = start()
  expect(() => item.publish(1)).toThrow('lamp.level is published by its daemon only: set it')
  const store = new Store('lamp', new Escapement())
  expect(() => new Item(store, 'level', { authoritative: false })).toThrow('lamp has no link to a daemon')
})

test('it lets go of the daemon when it is taken out', () => {
  const { link, item, store } = start()
  store.close()
  expect([link.isHeard('level'), link.stateListeners]).toEqual([false, 0])
  link.publish('level', 4, 2)
  expect(item.value).toBeNull()
})

test('a label is sent as its number, since not every daemon knows labels', async () => {
  const { link, item } = start({ type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } })
  await item.set('On')
  expect(link.asked).toEqual([['set', 'level', 1]])
})

test('what the daemon’s began with is not what it has now', () => {
  const { item } = start({ initial: 5 })
  expect([item.value, item.state]).toEqual([null, 'unknown'])
})

test('a poll of one that follows asks its daemon', async () => {
  const { link, item } = start()
  link.has.set('level', { value: 3, time: 1 })
  expect(await item.reqPoll()).toEqual({ value: 3, time: 1 })
  expect([link.asked, item.value]).toEqual([[['get', 'level', true]], 3])
})

test('what was sent without waiting is known only when the daemon publishes it', async () => {
  const { link, item } = start()
  await item.set(5, { wait: false })
  await new Promise((resolve) => setImmediate(resolve))
  expect([link.asked, item.value]).toEqual([[['set', 'level', 5]], null])
})

test.each(['lost', 'closed', 'connecting'] as const)('a link that is %s leaves it stale', (state) => {
  const { link, item } = start()
  link.publish('level', 4, 2)
  link.go(state)
  expect(item.state).toBe('stale')
  link.go('connected')
  expect(item.state).toBe('stale') // Until it was read anew.
  link.publish('level', 4, 2)
  expect(item.state).toBe('live')
})
