import { afterEach, expect, test } from '@jest/globals'
import { ItemSupply, type ItemEvent, type ItemSupplyOptions } from '../../cogs/item-supply.js'
import { ItemDrain } from '../../cogs/item-drain.js'
import { Item, ItemDaemon, Store } from '../../lib/items/index.js'
import { Escapement, Train, silentLogger, type Logger, type Supply } from '../../lib/movement/index.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { Cleanups, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

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

test('names that begin with _ are supplied only for a pattern that does', async () => {
  const fill = (oven: Store): void => {
    new Item(oven, '_mainclk', { initial: 1 })
    new Item(oven, 'level', { initial: 2 })
  }
  expect((await start(fill)).told()).toBe('level=2')
  expect((await start(fill, { items: ['*', '_main*'] })).told()).toBe('level=2 _mainclk=1')
})

/** A daemon at a port that it keeps, and trains on the system's clock that know it by its name. */
async function oven() {
  const esc = new Escapement() // It stays open: who is still being asked when a store is closed has a time limit.
  const home = temporary()
  const serve = async (options: { port?: number; pubPort?: number } = {}): Promise<ItemDaemon> => {
    const daemon = new ItemDaemon('oven', { level: { type: 'numeric', range: [0, 100], initial: 20 }, door: {} })
    await daemon.start({ esc, log: silentLogger, home, ...options })
    cleanups.add(() => daemon.stop())
    return daemon
  }
  const first = await serve({ port: 0, pubPort: 0 })
  const daemon = `oven:127.0.0.1:${String(first.ports?.rep)}`
  const where = { home, ackMs: 500, retryMs: 5, retryMaxMs: 20, settleMs: 5 }
  const log: string[] = []
  const told = (_: unknown, message?: string): void => void log.push(String(message))
  const logger: Logger = { ...silentLogger, info: told, warn: told, error: told, child: () => logger }
  const run = (compose: (train: Train) => void): void => {
    const train = new Train(esc, { log: logger })
    compose(train)
    const ended = train.run({ signals: false })
    cleanups.add(async () => {
      await train.stop()
      await ended
    })
  }
  return { first, serve, run, log, named: { daemon, where, retryMs: 5, retryMaxMs: 20, broadcast: 'off' } as const }
}

test('two trains steer and follow a daemon that they know by its name, before it is there, and when it comes back', async () => {
  const { first, serve, run, log, named } = await oven()
  await first.stop()
  const data: ItemEvent[] = []
  const told = (): string => data.map(({ key, value }) => `${key}=${String(value)}`).join(' ')
  const cogs: { supply?: ItemSupply; drain?: ItemDrain; source?: TestSupply<{ key: string; value: unknown }> } = {}
  run((train) => {
    cogs.supply = new ItemSupply(train, { ...named, items: ['level'] })
    train.line(cogs.supply as Supply<ItemEvent>, (event: ItemEvent) => (data.push(event), null))
  })
  run((train) => {
    cogs.source = new TestSupply(train, {})
    cogs.drain = new ItemDrain(train, { ...named, whenRefused: 'drop' })
    train.line(cogs.source, cogs.drain)
  })
  const { supply, drain, source } = cogs as Required<typeof cogs>
  await until(() => log.filter((line) => line.includes('it is looked for again')).length === 1)
  source.push({ key: 'level', value: 30 })
  await until(() => log.some((line) => line.includes('it is tried again')))
  expect([source.acknowledged, supply.progress().daemon, drain.progress().daemon]).toEqual([0, 'sought', 'sought'])

  const second = await serve()
  await until(() => source.acknowledged === 1 && told().endsWith('level=30'))
  source.push({ key: 'level', value: 200 }, { key: 'level', value: 40 })
  await until(() => source.acknowledged === 3 && told().endsWith('level=40'))
  expect(drain.progress()).toEqual({ refused: 1, daemon: 'connected' })

  await second.stop()
  await until(() => supply.progress().daemon === 'lost' && drain.progress().daemon === 'lost')
  expect(log.filter((line) => line.includes('is lost: its items are as they were'))).toHaveLength(2)
  source.push({ key: 'level', value: 50 })
  await serve()
  await until(() => source.acknowledged === 4 && told().endsWith('level=50'))
  await until(() => supply.progress().daemon === 'connected')
  expect(data.at(-1)).toMatchObject({ store: 'oven', key: 'level', value: 50 })
})

test('without a snapshot what a daemon has already is no news', async () => {
  const { first, run, named } = await oven()
  const data: ItemEvent[] = []
  let supply: ItemSupply | null = null
  run((train) => {
    supply = new ItemSupply(train, { ...named, snapshot: false, items: ['level', 'door'] })
    train.line(supply as Supply<ItemEvent>, (event: ItemEvent) => (data.push(event), null))
  })
  // It is published again and again, as nothing says when it is heard.
  await until(() => {
    first.store.item('door').publish('open', { repeat: true })
    return data.length >= 50
  })
  expect(data[0]).toMatchObject({ key: 'door', value: 'open' })
  expect(data.filter(({ key }) => key === 'level')).toEqual([])
})

test('its limit is at least 1, and it is told either a daemon or a store', () => {
  const { train } = testTrain()
  const store = new Store('oven', train.esc)
  expect(() => new ItemSupply(train, {})).toThrow('one of daemon and store must be given: both are missing')
  expect(() => new ItemSupply(train, { store, daemon: 'oven' })).toThrow('both are there')
  expect(() => new ItemSupply(train, { daemon: 'a b:c:d:e' })).toThrow('the name of a daemon must be')
  expect(String(new ItemSupply(train, { daemon: 'oven:lab1' }))).toBe('ItemSupply(oven:lab1, items=*)')
  expect(() => new ItemSupply(train, { store, waitingMax: 0 })).toThrow(RangeError)
  expect(String(new ItemSupply(train, { store, items: ['a', 'b*'] }))).toBe('ItemSupply(oven, items=a,b*)')
})
