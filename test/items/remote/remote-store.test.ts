import { join } from 'node:path'
import { KvNames } from '../../../lib/items/discovery/kv-names.js'
import { entryOf, thisProcess } from '../../../lib/items/discovery/name-entry.js'
import { RuntimeNames } from '../../../lib/items/discovery/runtime-names.js'
import type { Item } from '../../../lib/items/model/item.js'
import type { Store } from '../../../lib/items/model/store.js'
import { openStore, type OpenStoreOptions, type RemoteStore } from '../../../lib/items/remote/remote-store.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { temporary } from '../../support/temporary.js'
import { closeAll, closing } from '../discovery/fake-daemon.js'
import { LampServer } from './lamp-server.js'

afterEach(closeAll)

/** A client whose names are its own. */
async function start(lamp: LampServer, options: OpenStoreOptions = {}) {
  const home = temporary()
  const runtimeDirectory = join(home, 'run')
  const names = new RuntimeNames({ log: silentLogger, directory: runtimeDirectory })
  const held = await names.register(entryOf(lamp.block, thisProcess(5)))
  const usual = { log: silentLogger, home, runtimeDirectory, broadcast: 'off', ackMs: 500 } as const
  const store = closing(await openStore('Lamp', { ...usual, retryMs: 10, settleMs: 60_000, ...options }))
  return { store, names, held, usual }
}

/** Wait for a value of an item, listening to it. */
function becomes(item: Item, wanted: unknown): Promise<void> {
  return new Promise((resolve) => {
    item.subscribe((value) => {
      if (value === wanted) resolve()
    })
  })
}

/** Wait until something holds, which is asked time and again. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

const keysOf = (store: Store): string[] => store.items.map(({ key }) => key)

test('the items are those of the catalog, and know what it says of them', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp)
  expect([store.name, keysOf(store)]).toEqual(['lamp', ['level', 'mode']])
  expect(store.item('LEVEL').options).toMatchObject({ type: 'numeric', range: [0, 10] })
  expect(store.daemons).toMatchObject([{ block: { alias: 'main' } }])
  expect(await store.get('level')).toBe(3)
  expect(lamp.asked.filter((each) => each.startsWith('GET level'))).toHaveLength(1)
})

test('what never came is counted, and told in the log', async () => {
  const lamp = await LampServer.start()
  const told: unknown[] = []
  const log = { ...silentLogger, warn: (_: unknown, text?: unknown) => void told.push(text) }
  const { store } = await start(lamp, { log })
  const heard = [becomes(store.item('level'), 4), becomes(store.item('level'), 6)]
  await lamp.subscribed('level')
  lamp.publish('level', 4)
  await heard[0]
  lamp.lose('level', 5)
  lamp.lose('level', 6)
  await heard[1]
  expect(store.missed).toBe(2)
  expect(told).toEqual([expect.stringMatching(/^2 publications of Lamp never came/)])
})

test('a SET resolves to the value that the daemon accepted', async () => {
  const { store } = await start(await LampServer.start())
  expect(await store.set('level', 70)).toBe(10)
  await expect(store.set('mode', 'refused')).rejects.toThrow('level must be a number')
})

test('an item is followed while somebody listens', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp)
  const level = store.item('level')
  expect(level.state).toBe('unknown')
  await becomes(level, 3)
  await lamp.subscribed('level')
  const five = becomes(level, 5)
  lamp.publish('level', 5)
  await five
  expect([level.value, level.state]).toEqual([5, 'live'])
})

test('an item is stale while its daemon says so, though nothing else of it changes', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp)
  const level = store.item('level')
  const states: string[] = []
  let heard = 0
  level.onState((state) => states.push(state))
  level.subscribe(() => heard++)
  await lamp.subscribed('level')
  await until(() => level.state === 'live')
  lamp.publish('level', 3, 100, { stale: true })
  await until(() => level.state === 'stale')
  expect(await level.read()).toEqual({ value: 3, time: 100, isStale: true })
  lamp.publish('level', 3, 100)
  await until(() => level.state === 'live')
  expect([states, heard]).toEqual([['live', 'stale', 'live'], 1])
})

test('all items are followed from the beginning if that is wanted', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp, { subscribe: true })
  await until(() => store.items.every((item) => item.value !== null))
  expect(store.items.map((item) => item.value)).toEqual([3, 'on'])
})

test('a daemon that was restarted at other ports is found again, and its items are followed on', async () => {
  const lamp = await LampServer.start()
  const { store, names, held } = await start(lamp)
  const level = store.item('level')
  await becomes(level, 3)
  const { uuid } = lamp.block
  await lamp.close()
  await until(() => level.state === 'stale')
  await held.withdraw()
  const again = await LampServer.start({ about: { uuid } })
  again.values.set('level', { value: 8, time: 300 })
  const eight = becomes(level, 8)
  await names.register(entryOf(again.block, thisProcess(6)))
  await eight
  expect([level.state, store.link?.state]).toEqual(['live', 'connected'])
  expect(await store.set('level', 9)).toBe(9)
})

test('a daemon that another one replaced is forgotten', async () => {
  const lamp = await LampServer.start()
  const { store, names } = await start(lamp)
  await until(() => store.link?.state === 'connected')
  await lamp.close()
  const other = await LampServer.start()
  await names.register(entryOf(other.block, thisProcess(6)))
  await until(() => store.daemons.length === 1 && store.daemons[0]?.block.uuid === other.block.uuid)
  expect(await store.get('level')).toBe(3)
})

test('what the database says is taken up at once', async () => {
  const lamp = await LampServer.start()
  const kv = closing(new MemoryBackend())
  const kvNames = new KvNames({ kv })
  const held = await kvNames.register(entryOf(lamp.block, thisProcess(5)))
  const { store } = await start(lamp, { kv, retryMs: 60_000, retryMaxMs: 60_000 })
  await until(() => store.link?.state === 'connected')
  const { uuid } = lamp.block
  await lamp.close()
  const again = await LampServer.start({ about: { uuid } })
  await held.update(entryOf(again.block, thisProcess(6)))
  await until(() => store.link?.state === 'connected' && store.daemons[0]?.block.hash === again.block.hash)
  expect(await store.get('level')).toBe(3)
})

test('items come, go and change with the catalog', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp)
  await lamp.subscribed('_maincat')
  const before = store.item('level')
  const { level } = lamp.block.items
  lamp.block = { ...lamp.block, hash: 99, items: { level: level ?? {}, mode: { type: 'numeric' }, colour: {} } }
  lamp.publish('_maincat', lamp.block)
  await until(() => store.has('colour'))
  expect(keysOf(store)).toEqual(['level', 'mode', 'colour'])
  expect(store.item('level')).toBe(before)
  expect(store.item('mode').options.type).toBe('numeric')
  lamp.block = { ...lamp.block, hash: 100, items: { colour: {} } }
  lamp.publish('_maincat', { store: '../x' })
  lamp.publish('_maincat', lamp.block)
  await until(() => !store.has('level'))
  expect(keysOf(store)).toEqual(['colour'])
})

test('that its catalog may not be read, by whoever may read a part of the items only, is no failure', async () => {
  const lamp = await LampServer.start({ about: { items: { level: { type: 'numeric' }, _maincat: { type: 'json' } } } })
  lamp.forbidden.add('_maincat')
  const told = await new Promise<string>((resolve) => {
    const told = (level: string) => (_about: object | string, message?: string) => {
      if (message?.startsWith('lamp._maincat: ')) resolve(level)
    }
    void start(lamp, { log: { ...silentLogger, debug: told('debug'), warn: told('warn'), error: told('error') } })
  })
  expect(told).toBe('debug')
})

test('several daemons are one store, and each is stale by itself', async () => {
  const lamp = await LampServer.start()
  const other = await LampServer.start({ about: { alias: 'other', items: { colour: {} } } })
  other.values.set('colour', { value: 'red', time: 1 })
  const { names, usual } = await start(lamp)
  await names.register(entryOf(other.block, thisProcess(5)))
  const store: RemoteStore = closing(await openStore('lamp', { ...usual, retryMs: 60_000, retryMaxMs: 60_000 }))
  expect(keysOf(store).sort()).toEqual(['colour', 'level', 'mode'])
  const [level, colour] = [store.item('level'), store.item('colour')]
  await Promise.all([becomes(level, 3), becomes(colour, 'red')])
  await other.close()
  await until(() => colour.state === 'stale')
  expect([level.state, store.link?.state]).toEqual(['live', 'connected'])
})

test('more daemons are found when it is looked again', async () => {
  const lamp = await LampServer.start()
  const { store, names } = await start(lamp)
  const other = await LampServer.start({ about: { alias: 'other', items: { colour: {} } } })
  await names.register(entryOf(other.block, thisProcess(5)))
  await store.lookAgain()
  expect(store.has('colour')).toBe(true)
})

test('a failure that nobody waits for goes to the store', async () => {
  const { store } = await start(await LampServer.start())
  const told = new Promise((resolve) => store.onError((error, { key }) => resolve([key, error.message])))
  store.item('mode').value = 'refused'
  expect(await told).toEqual(['mode', 'level must be a number'])
})

test('what is closed asks nothing any more', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp)
  const level = store.item('level')
  store.close()
  store.close()
  await expect(level.get()).rejects.toThrow()
  expect([store.items, store.daemons, store.link?.state]).toEqual([[], [], 'closed'])
})

test('where nobody answers nothing is opened', async () => {
  const home = temporary()
  await expect(
    openStore('lamp', { log: silentLogger, home, runtimeDirectory: join(home, 'run'), broadcast: 'off' }),
  ).rejects.toMatchObject({ code: 'ERR_NO_DAEMON' })
})

test('how long a daemon may take to say that it has got a request is as it was said', async () => {
  const lamp = await LampServer.start()
  const { store } = await start(lamp, { ackMs: 600 })
  await lamp.close()
  let why = ''
  // The first one may be on its way when the connection is lost, which is another failure.
  while (!why.includes('could not be reached'))
    why = await store.set('level', 1).then(String, (error: unknown) => (error as Error).message)
  expect(why).toContain('could not be reached within 600 ms')
})
