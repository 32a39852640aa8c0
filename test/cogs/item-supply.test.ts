import { afterEach, expect, test } from '@jest/globals'
import { ItemSupply, type ItemEvent, type ItemSupplyOptions } from '../../cogs/item-supply.js'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement } from '../../lib/movement/index.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, supplied, turn } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(fill: (store: Store) => void, options: Partial<ItemSupplyOptions<ItemEvent>> = {}) {
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const store = new Store('oven', esc)
  fill(store)
  cleanups.add(() => esc.close())
  const rig = await supplied(cleanups, (train) => new ItemSupply(train, { store, ...options }))
  const told = (): string => (rig.data as ItemEvent[]).map(({ key, value }) => `${key}=${String(value)}`).join(' ')
  return { ...rig, store, told }
}

test('what is known, then each publication, of the items that fit, also of those that come later', async () => {
  const { store, told, data } = await start(
    (oven) => {
      new Item(oven, 'level', { initial: 1 })
      new Item(oven, 'lever')
      new Item(oven, 'door', { initial: 'open' })
    },
    { items: ['lev*', 'level', 'late'] },
  )
  store.item('level').publish(2, { timestamp: 12.5 })
  store.item('level').publish(2)
  store.item('lever').publish('up')
  store.item('door').publish('shut')
  new Item(store, 'late').publish(true)
  await turn()
  expect(told()).toBe('level=1 level=2 lever=up late=true')
  expect(data[1]).toEqual({ store: 'oven', key: 'level', value: 2, time: 12.5, missed: 0 })
})

test('without a snapshot it supplies what comes; secrets are masked, and ids are set', async () => {
  const { store, data } = await start(
    (oven) => {
      new Item(oven, 'level', { initial: 1 })
      new Item(oven, 'pin', { isSecret: true })
    },
    { snapshot: false, idSetter: (event: ItemEvent, id) => ({ ...event, id }) },
  )
  store.item('pin').publish(1234)
  await turn()
  expect(data).toEqual([expect.objectContaining({ key: 'pin', value: '***', id: expect.any(String) })])
})

test.each([
  [1, 'level=3 door=b', [2, 1]],
  [2, 'level=2 level=3 door=a door=b', [1, 0, 0, 0]],
])(
  'while the train is full the latest %i of each item wait, and the others are counted',
  async (waitingMax, want, missed) => {
    const { store, supply, told, data } = await start(
      (oven) => {
        new Item(oven, 'level')
        new Item(oven, 'door')
      },
      { waitingMax },
    )
    supply.pause()
    for (const value of [1, 2, 3]) store.item('level').publish(value)
    for (const value of ['a', 'b']) store.item('door').publish(value)
    expect(told()).toBe('')
    expect(supply.progress().waiting).toBe(2)
    supply.resume()
    expect(told()).toBe(want)
    expect((data as ItemEvent[]).map((event) => event.missed)).toEqual(missed)
    expect(supply.progress()).toEqual({ waiting: 0, lost: missed.reduce((sum, count) => sum + count) })
    store.item('level').publish(4)
    expect(told()).toBe(`${want} level=4`)
  },
)

test('what is published while the waiting ones are supplied comes behind them', async () => {
  const { store, supply, train, told } = await start((oven) => new Item(oven, 'level'), { waitingMax: 3 })
  supply.pause()
  for (const value of [1, 2, 3]) store.item('level').publish(value)
  train.onOutput((event) => {
    if ((event as ItemEvent).value === 1) store.item('level').publish(4)
  })
  supply.resume()
  expect(told()).toBe('level=1 level=2 level=3 level=4')
})

test('what waits when it ends is told as lost', async () => {
  const { store, supply, stop, log } = await start((oven) => new Item(oven, 'level'))
  supply.pause()
  store.item('level').publish(1)
  await stop()
  expect(supply.progress()).toEqual({ waiting: 0, lost: 1 })
  expect(log.map(({ message }) => message).join()).toContain('publications of 1 items waited for room and are lost')
  store.item('level').publish(2)
  expect(supply.progress()).toEqual({ waiting: 0, lost: 1 })
})

test('its limit is at least 1', () => {
  const { train } = testTrain()
  const store = new Store('oven', train.esc)
  expect(() => new ItemSupply(train, { store, waitingMax: 0 })).toThrow(RangeError)
  expect(String(new ItemSupply(train, { store, items: ['a', 'b*'] }))).toBe('ItemSupply(oven, items=a,b*)')
})
