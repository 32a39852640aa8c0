import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { ownerEntity } from '../../../lib/kv/entities/owner.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

const owner = ownerEntity({ key: '/pb/{id}/owner' })

describe('an owner', () => {
  it('is one at a time, known by what it says, for as long as its lease lives', async () => {
    const kv = new MemoryBackend({ clock: new ManualClock() })
    const pb = { id: 'a' }
    const lease = await kv.lease()
    await kv.transact((txn) => owner.take(txn, pb, { host: 'x', pid: 1 }, lease))
    expect([await owner.isAlive(kv, pb), await owner.isOwner(kv, pb, { pid: 1, host: 'x' })]).toEqual([true, true])
    expect(await owner.isOwner(kv, pb, { host: 'x', pid: 2 })).toBe(false)
    const other = owner.take(kv, pb, { host: 'y', pid: 1 }, await kv.clientLease())
    await expect(other).rejects.toMatchObject({ code: 'ERR_KV_COLLISION', path: '/pb/a/owner' })
    await lease.revoke()
    expect([await owner.isAlive(kv, pb), await owner.isOwner(kv, pb, { host: 'x', pid: 1 })]).toEqual([false, false])
    await expect(owner.take(kv, pb, { host: 'x' }, lease)).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST' })
  })
})
