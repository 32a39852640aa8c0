import fc from 'fast-check'
import { METHODS } from '../../../lib/kv/rpc/methods.js'
import type { UnaryName } from '../../../lib/kv/serve/calls.js'
import { Cleanups } from '../../support/supplied.js'
import { bytes, startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('says of a call that it does not know that it has none', async () => {
  const { raw } = await startServed(cleanups)
  await expect(raw.askAt('/etcdserverpb.Maintenance/Snapshot', Buffer.alloc(0))).rejects.toMatchObject({ code: 12 })
  await expect(raw.askAt('/v3lockpb.Lock/Lock', Buffer.alloc(0))).rejects.toMatchObject({ code: 12 })
})

it('takes what etcd takes, and refuses what is longer', async () => {
  const { raw } = await startServed(cleanups)
  await raw.ask('put', { key: 'a', value: Buffer.alloc(1_500_000) })
  const tooLarge = { code: 3, details: 'etcdserver: request is too large' }
  await expect(raw.ask('put', { key: 'a', value: Buffer.alloc(1_600_000) })).rejects.toMatchObject(tooLarge)
  await expect(raw.ask('put', { key: 'a', value: Buffer.alloc(3_000_000) })).rejects.toMatchObject({ code: 8 })
  expect(await raw.ask('range', { key: 'a' })).toMatchObject({ kvs: [{ version: 1 }] })
})

it('a failure that nobody foresaw is logged, and the client told no more than that', async () => {
  const { raw, engine, logged } = await startServed(cleanups)
  engine.leases = () => Promise.reject(new TypeError('a secret'))
  await expect(raw.ask('leases', {})).rejects.toMatchObject({ code: 13, details: 'deadbeat: internal error' })
  expect(logged).toEqual(['a call of kv serve failed'])
})

const SAMPLES: { readonly [M in UnaryName]?: Buffer } = {
  range: METHODS.range.request.encode({ key: 'a', end: 'z', limit: 3, sortOrder: 2, sortTarget: 3, modMin: 2 }),
  put: METHODS.put.request.encode({ key: 'a', value: bytes('value'), lease: 7n, prevKv: true }),
  deleteRange: METHODS.deleteRange.request.encode({ key: 'b', end: 'c', prevKv: true }),
  txn: METHODS.txn.request.encode({
    compare: [{ key: 'a', target: 2, result: 1, mod: 1 }],
    success: [{ put: { key: 'b', value: bytes('x') } }, { range: { key: 'a', end: '\0' } }],
    failure: [{ deleteRange: { key: 'a' } }],
  }),
  compact: METHODS.compact.request.encode({ revision: 1 }),
  grant: METHODS.grant.request.encode({ ttl: 10, id: 77n }),
  timeToLive: METHODS.timeToLive.request.encode({ id: 77n, keys: true }),
}
const WATCH = METHODS.watch.request.encode({
  create: { key: 'a', end: 'z', startRevision: 1, watchId: 5, filters: [1] },
})

/** A message of which some bytes are others. */
const mutated = (sample: Buffer) =>
  fc.array(fc.tuple(fc.nat(sample.length), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = Buffer.from(sample)
    for (const [at, byte] of changes) copy[at] = byte
    return copy
  })

it('whatever bytes come: each call is answered or refused, nothing breaks, and nothing is logged', async () => {
  const { raw, logged } = await startServed(cleanups)
  const names = Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]
  const calls = names.map((name) => mutated(SAMPLES[name] as Buffer).map((request) => ({ name, request })))
  await fc.assert(
    fc.asyncProperty(fc.oneof(...calls), async ({ name, request }) => {
      const code = await raw.askAt(METHODS[name].path, request).then(() => 0, (error: unknown) => (error as { code: number }).code) // prettier-ignore
      expect([0, 3, 5, 9, 11, 12]).toContain(code)
    }),
    { numRuns: 400, seed: 5 },
  )
  await fc.assert(
    fc.asyncProperty(mutated(WATCH), async (request) => {
      const stream = raw.stream('watch')
      stream.send(request)
      stream.end()
      expect([0, 3]).toContain((await stream.ended).code)
    }),
    { numRuns: 100, seed: 5 },
  )
  expect(logged).toEqual([])
  expect((await raw.ask('status', {})).raftTerm).toBe(1)
})
