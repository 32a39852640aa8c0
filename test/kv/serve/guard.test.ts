import type { KvClient, MayUse } from '../../../lib/kv/serve/guard.js'
import { prefixRange, isWithin } from '../../../lib/kv/engine/range.js'
import { makeCertificates } from '../../support/certificates.js'
import { Cleanups } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'
import { bytes, startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const DENIED = { code: 7, details: 'etcdserver: permission denied' }

/** Everybody may read what begins with `a/`, and set what begins with `a/b/`. */
async function start() {
  const asked: KvClient[] = []
  const within = (prefix: string): ReturnType<typeof prefixRange> => prefixRange(prefix)
  const mayUse: MayUse = (client, right, { key, end = `${key}\0` }) => {
    asked.push(client)
    const allowed = within(right === 'read' ? 'a/' : 'a/b/')
    return isWithin(allowed, key) && end > key && end <= allowed.end
  }
  const { raw, engine } = await startServed(cleanups, { mayUse })
  for (const key of ['a/1', 'a/b/1', 'c'])
    await engine.commit([], [{ op: 'put', key, value: bytes('1'), lease: 0n }], [])
  return { raw, engine, asked }
}

it('lets a client do what it may, with one key and with many', async () => {
  const { raw, asked } = await start()
  expect(await raw.ask('range', { key: 'a/', end: 'a0' })).toMatchObject({ count: 2 })
  await raw.ask('put', { key: 'a/b/2', value: bytes('2'), prevKv: true })
  const txn = { compare: [{ key: 'a/1', target: 0, version: 1 }], success: [{ put: { key: 'a/b/3' } }] }
  expect(await raw.ask('txn', txn)).toMatchObject({ succeeded: true })
  expect(await raw.ask('deleteRange', { key: 'a/b/', end: 'a/b0' })).toMatchObject({ deleted: 3 })
  const { id: lease } = await raw.ask('grant', { ttl: 60 })
  await raw.ask('put', { key: 'txn/abcdefghijkl/1', value: bytes('1'), lease })
  expect(await raw.ask('range', { key: 'txn/abcdefghijkl/1' })).toMatchObject({ count: 1 })
  await raw.ask('revoke', { id: lease })
  expect(await raw.ask('status', {})).toMatchObject({ version: expect.any(String) })
  expect(asked[0]).toEqual({ certificate: null })
})

it.each([
  ['range', { key: 'c' }],
  ['range', { key: 'a/', end: '\0' }],
  ['range', { key: '\0', end: '\0' }],
  ['put', { key: 'a/1' }],
  ['deleteRange', { key: 'a/b/', end: 'a0' }],
  ['deleteRange', { key: '\0', end: '\0' }],
  ['txn', { compare: [{ key: 'c' }] }],
  ['txn', { success: [{ put: { key: 'a/b/1' } }], failure: [{ range: { key: 'c' } }] }],
  ['txn', { success: [{ put: { key: 'c' } }] }],
  ['txn', { failure: [{ deleteRange: { key: 'c' } }] }],
  ['txn', { success: [{ txn: {} }] }],
  ['compact', { revision: 2 }],
  ['put', { key: 'txn/abcdefghijkl/1', value: bytes('1') }],
  ['put', { key: 'txn/abcdefghijkl/1', value: bytes('1'.repeat(17)), lease: 1n }],
  ['range', { key: 'txn/', end: 'txn0' }],
] as const)('refuses %s of %j, and nothing of it is done', async (name, asked) => {
  const { raw, engine } = await start()
  await expect(raw.ask(name, asked as never)).rejects.toMatchObject(DENIED)
  expect(await engine.range([{ key: 'a/', end: 'd' }])).toMatchObject({ revision: 4, results: [{ count: 3 }] })
})

it('refuses a watch, and goes on with the others of its stream', async () => {
  const { raw } = await start()
  const stream = raw.stream('watch')
  stream.send({ create: { key: 'c' } })
  expect(await stream.next()).toMatchObject({ created: true, canceled: true, cancelReason: DENIED.details })
  stream.send({ create: { key: 'a/', end: 'a0' } })
  expect(await stream.next()).toMatchObject({ created: true, canceled: false })
  stream.cancel()
})

it('ends an open watch before it tells what may no longer be read, and goes on with the others of its stream', async () => {
  const allowed = new Set(['a', 'c'])
  const { raw, engine } = await startServed(cleanups, { mayUse: (_client, _right, { key }) => allowed.has(key) })
  const stream = raw.stream('watch')
  for (const key of allowed) stream.send({ create: { key } })
  expect([await stream.next(), await stream.next()]).toMatchObject([{ watchId: 0 }, { watchId: 1 }])
  const put = (key: string) => ({ op: 'put', key, value: bytes('1'), lease: 0n }) as const
  await engine.commit([], [put('a'), put('c')], [])
  expect([(await stream.next()).events.length, (await stream.next()).events.length]).toEqual([1, 1])
  allowed.delete('a')
  await engine.commit([], [put('a'), put('c')], [])
  const told = [await stream.next(), await stream.next()].sort((one, other) => one.watchId - other.watchId)
  expect(told).toMatchObject([
    { watchId: 0, canceled: true, cancelReason: DENIED.details, events: [] },
    { watchId: 1, canceled: false, events: [{ kv: { key: 'c' } }] },
  ])
  stream.cancel()
})

it('ends an open watch of what may no longer be read, though nothing changes', async () => {
  const allowed = new Set(['a', 'c'])
  const { raw, clock, engine } = await startServed(cleanups, { mayUse: (_client, _right, { key }) => allowed.has(key) })
  const stream = raw.stream('watch')
  for (const key of allowed) stream.send({ create: { key } })
  expect([await stream.next(), await stream.next()]).toMatchObject([{ watchId: 0 }, { watchId: 1 }])
  clock.advance(5000)
  allowed.delete('a')
  clock.advance(5000)
  expect(await stream.next()).toMatchObject({ watchId: 0, canceled: true, cancelReason: DENIED.details })
  await engine.commit([], [{ op: 'put', key: 'c', value: bytes('1'), lease: 0n }], [])
  expect(await stream.next()).toMatchObject({ watchId: 1, canceled: false, events: [{ kv: { key: 'c' } }] })
  stream.cancel()
})

it('keeps and ends a lease for who may set all that hangs on it', async () => {
  const { raw, engine } = await start()
  const [own, other] = [await engine.grant(60), await engine.grant(60)]
  await engine.commit([], [{ op: 'put', key: 'a/b/1', value: bytes(''), lease: own.id }], [])
  await engine.commit([], [{ op: 'put', key: 'c', value: bytes(''), lease: other.id }], [])
  const stream = raw.stream('keepAlive')
  stream.send({ id: own.id })
  expect(await stream.next()).toMatchObject({ ttl: 60 })
  stream.send({ id: other.id })
  expect(await stream.ended).toEqual(DENIED)
  await expect(raw.ask('timeToLive', { id: other.id, keys: true })).rejects.toMatchObject(DENIED)
  expect(await raw.ask('timeToLive', { id: other.id })).toMatchObject({ grantedTtl: 60 })
  await expect(raw.ask('revoke', { id: other.id })).rejects.toMatchObject(DENIED)
  await raw.ask('revoke', { id: own.id })
  expect(await engine.leases()).toEqual([other.id])
})

it('knows a client by the name in its certificate', async () => {
  const files = makeCertificates(temporary())
  const asked: KvClient[] = []
  const mayUse: MayUse = (client) => asked.push(client) > 0
  const { client } = await startServed(cleanups, { tls: { ...files.server, ca: files.ca }, mayUse })
  await client({ tls: { ca: files.ca, ...files.client } }).range([{ key: 'a' }])
  expect(asked).toEqual([{ certificate: 'client' }])
})
