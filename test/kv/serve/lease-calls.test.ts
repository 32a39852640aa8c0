import { Cleanups } from '../../support/supplied.js'
import { startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const missing = { code: 5, details: 'etcdserver: requested lease not found' }

it('grants a lease, tells what is left of it, and ends it with its keys', async () => {
  const { raw, clock } = await startServed(cleanups)
  const { id, ttl, header } = await raw.ask('grant', { ttl: 60 })
  expect([ttl, header?.revision]).toEqual([60, 1])
  await raw.ask('put', { key: 'a', lease: id })
  clock.advance(20_000)
  expect(await raw.ask('timeToLive', { id })).toMatchObject({ id, ttl: 40, grantedTtl: 60, keys: [] })
  expect(await raw.ask('timeToLive', { id, keys: true })).toMatchObject({ keys: ['a'] })
  expect(await raw.ask('leases', {})).toMatchObject({ leases: [{ id }] })
  expect(await raw.ask('revoke', { id })).toMatchObject({ header: { revision: 3 } })
  expect(await raw.ask('range', { key: 'a' })).toMatchObject({ count: 0 })
  expect(await raw.ask('timeToLive', { id })).toMatchObject({ id, ttl: -1, grantedTtl: 0 })
  expect(await raw.ask('leases', {})).toMatchObject({ leases: [] })
  await expect(raw.ask('revoke', { id })).rejects.toMatchObject(missing)
})

it('grants a number of the whole 64 bits, once, and a life of at least a second', async () => {
  const { raw } = await startServed(cleanups)
  const id = 0x7fff_ffff_ffff_fff0n
  expect(await raw.ask('grant', { id, ttl: 5 })).toMatchObject({ id, ttl: 5 })
  const exists = { code: 9, details: 'etcdserver: lease already exists' }
  await expect(raw.ask('grant', { id, ttl: 5 })).rejects.toMatchObject(exists)
  expect((await raw.ask('grant', { ttl: 0 })).ttl).toBe(1)
  expect((await raw.ask('grant', { ttl: -7 })).ttl).toBe(1)
  const tooLong = { code: 11, details: 'etcdserver: too large lease TTL' }
  await expect(raw.ask('grant', { ttl: 9_000_000_001 })).rejects.toMatchObject(tooLong)
})
