import { afterEach, expect, test } from '@jest/globals'
import { ItemDrain, type ItemDrainOptions } from '../../cogs/item-drain.js'
import { Item, Store, type ItemRequest } from '../../lib/items/index.js'
import { RemoteError } from '../../lib/wire/index.js'
import { DeadbeatError } from '../../lib/errors/index.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, drained, until } from '../support/supplied.js'

interface Wanted {
  key: string
  value: unknown
}

/** What comes within one turn is one batch. */
const TOGETHER = { batchMax: 3, batchAgeMs: 1000 }

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(fill: (store: Store) => void, options: Partial<ItemDrainOptions<Wanted>> = {}) {
  const esc = new Escapement({ clock: new ManualClock() })
  const store = new Store('oven', esc)
  fill(store)
  const rig = await drained<Wanted, ItemDrain<Wanted>>(cleanups, (train) => new ItemDrain(train, { store, ...options }))
  cleanups.add(() => esc.close())
  return { ...rig, store }
}

test('data for one item are set in order, those for others side by side', async () => {
  const log: string[] = []
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  class Slow extends Item {
    override async reqSet({ value }: ItemRequest): Promise<void> {
      log.push(`begin ${String(value)}`)
      await gate
      log.push(`end ${String(value)}`)
    }
  }
  const { supply, isDone, store } = await start((oven) => {
    new Slow(oven, 'door')
    new Item(oven, 'level', { accept: (value) => log.push(`level ${String(value)}`) && value })
  }, TOGETHER)
  supply.push({ key: 'door', value: 1 }, { key: 'Level', value: 7 }, { key: 'door', value: 2 })
  await until(() => log.length === 2)
  expect(log).toEqual(['begin 1', 'level 7'])
  expect(supply.acknowledged).toBe(0)
  release()
  await isDone(3)
  expect(log.slice(2)).toEqual(['end 1', 'begin 2', 'end 2'])
  expect([store.item('door').value, store.item('level').value]).toEqual([2, 7])
})

test('what cannot be sent is tried again, and what was set of its batch is not', async () => {
  const tries: string[] = []
  const accept = (key: string, failures: number) => (value: unknown) => {
    tries.push(key)
    if (tries.filter((other) => other === key).length > failures) return value
    throw new DeadbeatError('ERR_NO_ACK', 'nobody answers')
  }
  class Away extends Item {
    override set(value: unknown): Promise<unknown> {
      return Promise.resolve().then(() => accept('away', 2)(value))
    }
  }
  const { supply, isDone, clock, log } = await start((oven) => {
    new Item(oven, 'there', { accept: accept('there', 0) })
    new Away(oven, 'away')
  }, TOGETHER)
  supply.push({ key: 'there', value: 1 }, { key: 'away', value: 2 })
  clock.advance(1000)
  await until(() => tries.length === 2)
  await until(() => log.some(({ message }) => message.includes('it is tried again')))
  const isOver = isDone(2)
  let isWaiting = true
  void isOver.then(() => (isWaiting = false))
  await until(() => {
    if (isWaiting) clock.advance(60_000)
    return !isWaiting
  })
  expect(tries.sort()).toEqual(['away', 'away', 'away', 'there'])
})

test('what an item refuses is dropped alone, told and counted', async () => {
  const { supply, isDone, drain, log, store } = await start(
    (oven) => {
      new Item(oven, 'fixed', { settable: false })
      new Item(oven, 'level')
    },
    { whenRefused: 'drop' },
  )
  supply.push(
    { key: 'level', value: 1 },
    { key: 'fixed', value: 1 },
    { key: 'nosuch', value: 1 },
    { key: 'level', value: null },
  )
  await isDone(4)
  expect(drain.progress()).toEqual({ refused: 2 })
  expect(log.map(({ message }) => message).join()).toMatch(/oven refused 2 of \d data: fixed can't be set/)
  expect(store.item('level').value).toBeNull()
})

test('what names no item, or says no value, fails alone', async () => {
  const { supply, isDone, dead } = await start((oven) => new Item(oven, 'level'))
  supply.push({ key: 5 as never, value: 1 }, { key: 'level', value: undefined }, { key: 'level', value: 1 })
  await isDone(3)
  expect(dead.map(({ error }) => error.message.replace(/^.*?: /, ''))).toEqual([
    expect.stringContaining('the key of an item must be text'),
    expect.stringContaining('null clears it'),
  ])
})

test('a foreign daemon that refuses is not asked again', async () => {
  class Foreign extends Item {
    override set(): Promise<unknown> {
      return Promise.reject(new RemoteError('ValueError', 'no such position'))
    }
  }
  const { supply, isDone, drain } = await start((oven) => new Foreign(oven, 'door'), { whenRefused: 'drop' })
  supply.push({ key: 'door', value: 1 })
  await isDone(1)
  expect(drain.progress()).toEqual({ refused: 1 })
})

test('a limit below 1, and neither a daemon nor a store, are refused', () => {
  const { train } = testTrain()
  const store = new Store('oven', train.esc)
  expect(() => new ItemDrain(train, { store, setMs: 0 })).toThrow(RangeError)
  expect(() => new ItemDrain(train, {})).toThrow('one of daemon and store must be given: both are missing')
  expect(String(new ItemDrain(train, { daemon: 'oven:lab1' }))).toBe('ItemDrain(oven:lab1)')
})
