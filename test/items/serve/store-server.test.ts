import { afterAll, expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions } from '../../../lib/items/index.js'
import { DaemonLink } from '../../../lib/items/remote/daemon-link.js'
import { StoreServer, type StoreServerOptions } from '../../../lib/items/serve/store-server.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { Rights } from '../../../lib/rights/index.js'
import { RawClient, RawSubscriber } from '../../support/raw-client.js'

const esc = new Escapement()
const servers: StoreServer[] = []
afterAll(() => Promise.all(servers.map((server) => server.close())))

async function start(options: Partial<StoreServerOptions> = {}) {
  const store = new Store('lamp', esc, { pollMs: 1 })
  const add = <T>(key: string, about: ItemOptions<T>): Item<T> => new Item<T>(store, key, about)
  const block = () => ({ store: 'lamp', alias: 'main', uuid: 'u', time: 1, hash: 7, items: {}, provenance: [] })
  const server = new StoreServer({
    ...{ store, esc, log: silentLogger, block, rights: new Rights({ trustsAnonymous: true }), port: 0, pubPort: 0 },
    ...options,
  })
  servers.push(server)
  const { rep, pub } = await server.start()
  return { add, store, server, rep, pub, client: new RawClient(rep) }
}

test('errors have types that Python knows, and our codes beside them', async () => {
  const { client, add } = await start()
  add('level', { settable: false })
  expect((await client.ask('GET', 'lamp.none')).payload).toEqual({
    error: { type: 'KeyError', text: expect.stringContaining('lamp has no item none'), code: 'ERR_NO_ITEM' },
  })
  expect((await client.ask('SET', 'lamp.level', { value: 1 })).payload['error']).toMatchObject({ type: 'TypeError' })
  expect((await client.ask('GET', 'desk.level')).payload['error']).toMatchObject({ type: 'ValueError' })
})

test('who subscribes to what is computed hears of it, with a number for each message', async () => {
  const { add, pub } = await start()
  let count = 0
  add('clock', { compute: () => ++count })
  const subscriber = new RawSubscriber(pub, 'lamp.clock.')
  const first = await subscriber.next()
  expect(first).toMatchObject({ topic: 'lamp.clock.', version: 'a', payload: { value: expect.any(Number), _seq: 1 } })
  expect((await subscriber.next()).payload).toMatchObject({ _seq: 2 })
})

test('a stream comes in parts, the last without more', async () => {
  const { client, store } = await start()
  store.methods.set('count', {
    doc: '',
    call: async function* () {
      yield await Promise.resolve(1)
      return 'over'
    },
  })
  expect((await client.ask('CALL', 'lamp.count')).payload).toEqual({ value: 1, seq: 0, more: true })
  expect((await client.next()).payload).toEqual({ value: 'over', seq: 1 })
})

test('drained it takes nothing new, but still publishes; closed it has no ports', async () => {
  const { client, add, server, pub } = await start()
  const level = add<number>('level', { initial: 0 })
  const subscriber = new RawSubscriber(pub, 'lamp.level.')
  await client.ask('GET', 'lamp.level')
  await subscriber.first(() => level.publish(Math.random()))
  await server.drain()
  level.publish(7)
  while (((await subscriber.next()).payload as { value: number }).value !== 7);
  await server.close()
  await server.close()
  expect(server.ports).toBeNull()
})

test('a port that somebody has is told', async () => {
  const { rep } = await start()
  await expect(start({ port: rep })).rejects.toThrow(expect.objectContaining({ code: 'ERR_WIRE_IN_USE' }))
})

test('other machines do not reach it without keys, unless somebody says so', async () => {
  for (const address of ['', '0.0.0.0', '192.0.2.1'])
    await expect(start({ address })).rejects.toThrow('or say insecure: true')
  const { rep } = await start({ address: '0.0.0.0', insecure: true })
  expect(rep).toBeGreaterThan(0)
})

test('what a subscriber of ours was too slow for is known at both ends', async () => {
  const told: unknown[] = []
  const log = { ...silentLogger, warn: (...about: unknown[]) => void told.push(about) }
  const { add, server, rep, pub } = await start({ publishQueueMax: 1, log })
  const level = add<number>('level', { initial: 0 })
  let missed = 0
  const link = new DaemonLink({
    ...{ esc, store: 'lamp', host: '127.0.0.1', port: rep, pubPort: pub },
    onMissed: (count) => (missed += count),
  })
  let last: unknown = null
  link.subscribe('level', ({ value }) => (last = value))
  let value = 0
  while (missed === 0 || last !== value) {
    for (let i = 0; i < 100; i++) level.publish((value += 1)) // In one go: there is room for one.
    for (const wanted = value, until = esc.now() + 100; last !== wanted && esc.now() < until;) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  while (server.missed < missed) await new Promise((resolve) => setImmediate(resolve))
  expect(server.missed).toBe(missed)
  expect(told).toEqual([
    [
      { missed: expect.any(Number), total: expect.any(Number) },
      expect.stringMatching(/^subscribers of lamp say that \d+ publications never came/),
    ],
  ])
  link.close()
})
