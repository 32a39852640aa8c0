import { afterEach, expect, test } from '@jest/globals'
import { KvDrain, type KvDrainOptions } from '../../cogs/kv-drain.js'
import { MemoryBackend, UnavailableError } from '../../lib/kv/index.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, drained, turn, until } from '../support/supplied.js'

interface Write {
  path: string
  value: string | Uint8Array | null
}

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(options: KvDrainOptions<Write> = {}) {
  const clock = new ManualClock()
  const kv = new MemoryBackend({ clock })
  const rig = await drained<Write, KvDrain<Write>>(cleanups, (train) => new KvDrain(train, { kv, ...options }))
  const all = async (): Promise<string> => {
    const [entries] = await kv.listKeys('/', { recurse: 3, withValues: true })
    return entries.map(([path, value]) => `${path}=${value}`).join(' ')
  }
  return { ...rig, kv, kvClock: clock, all }
}

const put = (path: string, value: string | Uint8Array | null = 'v'): Write => ({ path, value })

test('many data are one commit, of several for a key the last is written, and null deletes', async () => {
  const { supply, isDone, kv, all } = await start({ batchMax: 5, batchAgeMs: 1000 })
  await kv.put('/old', 'v')
  supply.push(put('/a', '1'), put('/b/c', Buffer.from('bytes')), put('/a', ''), put('/old', null), put('/never', null))
  await isDone(5)
  expect(await all()).toBe('/a= /b/c=bytes')
  expect((await kv.get('/a'))[1]).toEqual({ revision: 3, modRevision: 3 })
})

test('a batch is no larger than the store takes, and the order stays', async () => {
  const { supply, isDone, kv } = await start({ batchMax: 1000 })
  for (let i = 0; i < 300; i++) supply.push(put(`/k/${i % 150}`, String(i)))
  await isDone(300)
  const [entries] = await kv.listKeys('/k/', { withValues: true })
  expect(entries.map(([path, value]) => Number(value) - Number(path.slice(3)))).toEqual(Array(150).fill(150))
})

test('getters say what is written where', async () => {
  const { train } = testTrain()
  expect(String(new KvDrain(train, { url: 'memory:' }))).toBe('KvDrain(memory:, mode=put)')
  const { supply, isDone, all } = await start({
    pathGetter: ({ path }) => `/in${path}`,
    valueGetter: ({ path }) => path.toUpperCase(),
  })
  supply.push(put('/a'))
  await isDone(1)
  expect(await all()).toBe('/in/a=/A')
})

test('what can name no key, or be no value, fails alone', async () => {
  const { supply, isDone, dead, all } = await start()
  supply.push(put('a'), put('/a/'), put('/a//b'), put('/a', 5 as never), put('/b'))
  await isDone(5)
  expect(dead.map(({ error }) => error.message.replace(/^.*?: /, ''))).toEqual([
    expect.stringContaining('must start with a slash'),
    expect.stringContaining('has a trailing slash'),
    expect.stringContaining('must have no empty segment'),
    expect.stringContaining('a value must be text, bytes or null: it is 5'),
  ])
  expect(await all()).toBe('/b=v')
})

test.each<['create' | 'update', string]>([
  ['create', 'Cannot create /there, as it already exists!'],
  ['update', 'Cannot update /gone, as it does not exist!'],
])('of a batch only what %s refuses is dropped, and told', async (mode, message) => {
  const { supply, isDone, kv, drain, log } = await start({ mode, whenRefused: 'drop' })
  const name = mode === 'create' ? '/there' : '/gone'
  await kv.put('/there', 'old')
  if (mode === 'update') for (const path of ['/1', '/2', '/3']) await kv.put(path, 'old')
  supply.push(put('/1'), put(name), put('/2'), put('/3'))
  await isDone(4)
  for (const path of ['/1', '/2', '/3']) expect((await kv.get(path))[0]).toBe('v')
  expect(drain.progress()).toEqual({ refused: 1 })
  expect(log.filter(({ level }) => level === 'error').map((line) => line.message)).toEqual([
    `memory refused 1 of 1 data: ${message}; they are dropped`,
  ])
})

test('by default the train stops at what is refused', async () => {
  const { supply, running, kv } = await start({ mode: 'create' })
  await kv.put('/a', 'old')
  supply.push(put('/a'))
  await expect(running).rejects.toThrow('memory refused 1 of 1 data: Cannot create /a')
  expect([supply.acknowledged, (await kv.get('/a'))[0]]).toEqual([0, 'old'])
})

test('a database that cannot be reached is tried again, and nothing is over until it was', async () => {
  const { supply, isDone, kv, clock, log } = await start({ retryMs: 1000, retryMaxMs: 1000 })
  const commit = kv.engine.commit.bind(kv.engine)
  let failures = 1
  kv.engine.commit = (...args) =>
    failures-- > 0 ? Promise.reject(new UnavailableError('memory', 'a test')) : commit(...args)
  supply.push(put('/a'))
  await until(() => log.some(({ message }) => /cannot send to memory: .*; it is tried again/.test(message)))
  expect(supply.acknowledged).toBe(0)
  clock.advance(1000)
  await isDone(1)
  expect((await kv.get('/a'))[0]).toBe('v')
})

test('keys with a time to live go with the drain', async () => {
  const { supply, isDone, all, stop } = await start({ ttlMs: 10_000 })
  supply.push(put('/a'))
  await isDone(1)
  expect(await all()).toBe('/a=v')
  await stop()
  await turn()
  expect(await all()).toBe('')
})

test('a lease that was lost is told, and what follows gets another', async () => {
  const { supply, isDone, kv, kvClock, all, log } = await start({ ttlMs: 10_000 })
  supply.push(put('/a'))
  await isDone(1)
  kv.engine.keepAlive = () => Promise.resolve(0)
  kvClock.advance(10_000)
  await turn()
  supply.push(put('/b'))
  await isDone(2)
  expect(await all()).toBe('/b=v')
  expect(log.map(({ message }) => message)).toContain('the lease was lost: what was written with it is gone')
})

test("with a lease of the app's own, its end is the end of the train", async () => {
  const kv = new MemoryBackend()
  const lease = await kv.lease()
  const rig = await drained<Write, KvDrain<Write>>(cleanups, (train) => new KvDrain(train, { kv, lease }))
  rig.supply.push(put('/a'))
  await rig.isDone(1)
  await lease.revoke()
  expect((await kv.get('/a'))[0]).toBeNull()
  rig.supply.push(put('/b'))
  await expect(rig.running).rejects.toThrow(/memory refused 1 of 1 data: lease .* is lost/)
})

test('a database that it has opened itself it closes; with none it can do nothing', async () => {
  const rig = await drained<Write, KvDrain<Write>>(cleanups, (train) => new KvDrain(train, { url: 'memory:' }))
  rig.supply.push(put('/a'))
  await rig.isDone(1)
  const { kv } = rig.drain as unknown as { kv: MemoryBackend }
  await rig.stop()
  await turn()
  await expect(kv.get('/a')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  const { train } = testTrain()
  expect(() => new KvDrain(train, {})).toThrow('one of url and kv must be given')
  expect(() => new KvDrain(train, { kv, mode: 'append' as never })).toThrow('mode must be one of')
})
