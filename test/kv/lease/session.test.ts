import { jest } from '@jest/globals'
import type { Lease } from '../../../lib/kv/lease/lease.js'
import { Session } from '../../../lib/kv/lease/session.js'
import { settle, startLeases } from './kit.js'

/** A session of 9 s whose key is `k`. */
async function start(fails: (time: number) => boolean = () => false) {
  const kit = startLeases()
  const told: string[] = []
  const entered: Lease[] = []
  const session = new Session(kit, {
    ttlMs: 9000,
    enter: async (lease) => {
      entered.push(lease)
      await kit.engine.commit([], [{ op: 'put', key: 'k', value: Buffer.from(''), lease: lease.id }])
      if (fails(entered.length)) throw new Error(`no entry ${entered.length}`)
    },
    onError: (error) => told.push(`${kit.clock.now()}: ${error.message}`),
  })
  const opened = session.open()
  opened.catch(() => undefined)
  await settle()
  const isThere = async () => (await kit.engine.range([{ key: 'k' }])).results[0]?.count === 1
  return { ...kit, session, opened, told, entered, isThere }
}

describe('a session', () => {
  it('comes back under the same number after a loss, with what it carried, and says so', async () => {
    const { session, engine, pass, told, entered, isThere } = await start()
    engine.link = 'silent'
    await pass(9000)
    expect([told.length, session.lease]).toEqual([1, null])
    expect(told[0]).toMatch(/^9000: lease \w+ is lost/)
    engine.heal()
    await pass(2000)
    const [first, second] = entered
    expect([entered.length, second!.id === first!.id, session.lease === second]).toEqual([2, true, true])
    await pass(60_000)
    expect([await isThere(), told.length]).toEqual([true, 1])
  })

  it('lets go first of what the store still has of it: its keys come into being anew', async () => {
    const { engine, entered, pass } = await start()
    const createdAt = async () => (await engine.range([{ key: 'k' }])).results[0]?.kvs[0]?.create
    const before = await createdAt()
    entered[0]!.lose('the process stood still')
    await pass(1000)
    expect(await createdAt()).toBeGreaterThan(before!)
  })

  it('goes on trying to enter, ever less often, and tells each failure', async () => {
    const { session, entered, told, pass, keeper } = await start((time) => time > 1 && time < 5)
    entered[0]!.lose('for the test')
    await pass(2000)
    expect(told.map((line) => line.replace(/^\d+: /, ''))).toEqual([
      expect.stringContaining('for the test'),
      'no entry 2',
      'no entry 3',
      'no entry 4',
    ])
    expect([session.lease === entered[4], keeper.size]).toEqual([true, 1])
  })

  it('is not there if it can not be entered at first, and nothing of it stays', async () => {
    const { opened, isThere, keeper } = await start(() => true)
    await expect(opened).rejects.toThrow('no entry 1')
    expect([await isThere(), keeper.size]).toEqual([false, 0])
  })

  it('ends with its scope, and while it tries to come back', async () => {
    const held = await start()
    {
      await using session = held.session
      expect(session.lease).not.toBeNull()
    }
    expect([await held.isThere(), held.told]).toEqual([false, []])

    const trying = await start()
    trying.engine.link = 'down'
    await trying.pass(10_000)
    await trying.session.close()
    trying.engine.link = 'up'
    await trying.pass(60_000)
    expect([trying.entered.length, trying.keeper.size]).toEqual([1, 0])
  })

  it('ends with its backend', async () => {
    const { keeper, engine, told, pass, session } = await start()
    await keeper.close()
    await engine.close()
    await pass(20_000)
    await session.close()
    expect(told).toEqual([])
    const lost = await start()
    await lost.engine.close()
    await lost.pass(20_000)
    expect(lost.told).toHaveLength(2)
    expect(lost.told[0]).toContain('the store was closed')
  })

  it('leaves no lease behind that was granted while it was closed', async () => {
    const { engine, keeper, clock, pass } = startLeases()
    const session = await new Session(
      { engine, keeper, clock },
      { enter: () => undefined, onError: () => undefined },
    ).open()
    let grant = (): void => undefined
    const asked = jest.spyOn(engine, 'grant').mockImplementationOnce(async (...how) => {
      await new Promise<void>((resolve) => (grant = resolve))
      return engine.grant(...how)
    })
    await engine.revoke(session.lease?.id ?? 0n)
    await pass(10_000)
    expect(asked).toHaveBeenCalledTimes(1)
    await session.close()
    grant()
    await settle()
    expect([keeper.size, await engine.leases()]).toEqual([0, []])
  })
})
