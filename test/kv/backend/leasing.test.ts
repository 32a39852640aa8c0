import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { UnavailableError } from '../../../lib/kv/errors.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { settle } from '../lease/kit.js'

function start() {
  const clock = new ManualClock()
  const logged: string[] = []
  const kv = new MemoryBackend({ clock, log: lineLogger({}, (line) => void logged.push(line)) })
  return { kv, clock, logged }
}

describe('leases of a database', () => {
  it('take their keys with them, and an update keeps the lease', async () => {
    const { kv } = start()
    {
      await using lease = await kv.lease({ ttlMs: 5000 })
      await kv.create('/alive', 'yes', { lease })
      await kv.update('/alive', 'still')
      expect((await kv.get('/alive'))[0]).toBe('still')
    }
    expect((await kv.get('/alive'))[0]).toBeNull()
  })

  it('refuse what would carry a lease that is over, before the store is asked', async () => {
    const { kv, clock } = start()
    const lease = await kv.lease()
    let commits = 0
    const commit = kv.engine.commit.bind(kv.engine)
    kv.engine.commit = (...args) => {
      commits += 1
      return commit(...args)
    }
    clock.spend(10_000)
    for (const write of [() => kv.create('/a', '', { lease }), () => kv.put('/a', '', { lease })]) {
      await expect(write()).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST' })
    }
    expect(commits).toBe(0)
  })

  it('are lost as soon as a commit is told so by the store', async () => {
    const { kv } = start()
    const lease = await kv.lease()
    await kv.engine.revoke(lease.id)
    await expect(kv.create('/a', '', { lease })).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST' })
    expect(lease.alive()).toBe(false)
  })

  it('are revoked when it is closed; that they could not be is told in the log', async () => {
    const { kv, logged } = start()
    const lease = await kv.clientLease()
    expect(await kv.clientLease()).toBe(lease)
    kv.engine.revoke = () => Promise.reject(new UnavailableError('memory', 'the link is down'))
    await kv.close()
    expect([lease.alive(), logged.join('')]).toEqual([false, expect.stringContaining('could not be revoked')])
  })

  it('carry locks, elections, sessions and groups', async () => {
    const { kv } = start()
    const held = await kv.lock('/locks/a')
    const leadership = await kv.elect('/leader', 'me')
    await kv.join('/group', 'me', 'here', { onError: () => undefined })
    await kv.session({ enter: (lease) => void kv.create('/s', '', { lease }), onError: () => undefined })
    await settle()
    const { value: leader } = await kv.leaders('/leader').next()
    const { value: group } = await kv.members('/group').next()
    expect([leader, [...group]]).toEqual([
      { value: 'me', keyPath: leadership.keyPath, fencingToken: leadership.fencingToken },
      [['me', 'here']],
    ])
    expect((await kv.listKeys('/', { recurse: 5 }))[0]).toEqual(
      ['/group/me', held.keyPath, leadership.keyPath, '/s'].sort(),
    )
    await kv.close()
    expect([held.isHeld, leadership.isHeld]).toEqual([false, false])
  })
})
