import { settle, startLeases } from './kit.js'

describe('a keeper of leases', () => {
  it('grants whole seconds, at least what was asked for, under a number if one is given', async () => {
    const { keeper } = startLeases()
    expect((await keeper.grant({ ttlMs: 1500 })).ttlMs).toBe(2000)
    expect((await keeper.grant()).ttlMs).toBe(10_000)
    expect((await keeper.grant({ id: 77n })).id).toBe(77n)
    await expect(keeper.grant({ id: 77n })).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
    await expect(keeper.grant({ ttlMs: 0 })).rejects.toThrow('ttlMs must be at least 1: it is 0')
  })

  it('has one lease for the whole process, and another when that is over', async () => {
    const { keeper, engine } = startLeases()
    const [first, same] = await Promise.all([keeper.client(), keeper.client()])
    expect(same).toBe(first)
    await first.revoke()
    const next = await keeper.client()
    expect([next.alive(), next === first]).toEqual([true, false])
    await next.revoke()
    await engine.close()
    await expect(keeper.client()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  it('revokes what is left when it is closed, and grants none any more', async () => {
    const { keeper, engine } = startLeases()
    const lease = await keeper.grant()
    const late = keeper.grant()
    await keeper.close()
    await expect(late).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    expect([lease.alive(), keeper.size]).toEqual([false, 0])
    expect(await engine.timeToLive(lease.id)).toMatchObject({ ttlS: -1 })
    await expect(keeper.grant()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  it('says which leases it could not revoke', async () => {
    const { keeper, engine } = startLeases()
    await keeper.grant()
    engine.link = 'down'
    await expect(keeper.close()).rejects.toMatchObject({
      message: '1 leases could not be revoked: memory is not available: the link is down',
    })
  })

  it('keeps two thousand leases alive at an even pace, after a link that was down too', async () => {
    const { keeper, engine, clock, pass } = startLeases()
    const leases = await Promise.all(Array.from({ length: 2000 }, () => keeper.grant({ ttlMs: 10_000 })))
    /** How many were sent in each tenth of a second. */
    const tenths = async (ms: number) => {
      const counts: number[] = []
      for (let passed = 0; passed < ms; passed += 100) {
        engine.sentMs.length = 0
        clock.advance(100)
        await settle()
        counts.push(engine.sentMs.length)
      }
      return counts
    }
    await pass(5000, 100)
    // On average 80: each has one in a quarter of its time.
    expect(Math.max(...(await tenths(3000)))).toBeLessThan(240)
    engine.link = 'down'
    // A retry at once, then some in quick succession, then one in a twelfth of its time.
    expect(Math.max(...(await tenths(5000)))).toBeLessThan(600)
    engine.link = 'up'
    expect(Math.max(...(await tenths(10_000)))).toBeLessThan(600)
    expect(leases.every((lease) => lease.alive())).toBe(true)
  })
})
