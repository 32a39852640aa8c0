import { lock } from '../../../lib/kv/lease/lock.js'
import { settle, startLeases } from './kit.js'

/** A lock that is held, for 9 s, and what was told of it. */
async function start() {
  const kit = startLeases()
  const held = await lock(kit, '/l', { ttlMs: 9000 })
  const told: string[] = []
  void held.lost.then((error) => told.push(`lost: ${error.message}`))
  held.signal.addEventListener('abort', () => told.push('aborted'))
  await settle()
  const put = { op: 'put', key: 'mine', value: Buffer.from('1'), lease: 0n } as const
  const commit = async () => (await kit.engine.commit([held.condition], [put])).ok
  return { ...kit, held, told, commit }
}

describe('what is held', () => {
  it('has a number greater than that of each holder before, and a condition that holds as long as it is held', async () => {
    const { held, commit, engine, keeper, clock } = await start()
    expect([held.fencingToken, held.isHeld, await commit()]).toEqual([2, true, true])
    await held.release()
    expect([held.isHeld, await commit()]).toEqual([false, false])
    const next = await lock({ engine, keeper, clock }, '/l')
    expect(next.fencingToken).toBeGreaterThan(held.fencingToken)
    expect(await commit()).toBe(false)
  })

  it('is lost when its lease is, and says why', async () => {
    const { held, told, engine, pass } = await start()
    engine.link = 'silent'
    await pass(9000)
    expect(told).toEqual(['aborted', 'lost: /l is not held any more: its lease is over'])
    expect(() => held.check()).toThrow(expect.objectContaining({ code: 'ERR_KV_LOCK_LOST', path: '/l' }))
    expect(held.signal.reason).toBe(await held.lost)
    expect((await held.lost).cause).toMatchObject({ code: 'ERR_KV_LEASE_LOST' })
  })

  it('is lost when its key is deleted, though its lease lives, and lets go of the lease', async () => {
    const { held, told, engine } = await start()
    await engine.commit([], [{ op: 'delete', key: `2${held.keyPath}` }])
    await settle()
    expect([told, held.isHeld]).toEqual([['aborted', 'lost: /l is not held any more: its key was deleted'], false])
    await settle()
    expect(await engine.timeToLive(held.lease.id)).toMatchObject({ ttlS: -1 })
  })

  it('is not lost when history is missing, nor by another value of its key', async () => {
    const { held, told, engine, keeper, clock } = await start()
    const put = { op: 'put', value: Buffer.from('x'), lease: 'keep', key: `2${held.keyPath}` } as const
    await engine.commit([], [put])
    const gaps: (() => void)[] = []
    const watch = engine.watch.bind(engine)
    engine.watch = (range, from, sink) => {
      gaps.push(() => sink.gap(from))
      return watch(range, from, sink)
    }
    const other = await lock({ engine, keeper, clock }, '/m')
    await settle()
    gaps.shift()!()
    await settle()
    expect([told, other.isHeld, gaps.length]).toEqual([[], true, 1])
    await engine.commit([], [{ op: 'delete', key: `2${other.keyPath}` }])
    await settle()
    expect(other.isHeld).toBe(false)
  })

  it('is lost in a process that stood still as soon as anything of it is looked at', async () => {
    const { held, clock } = await start()
    clock.spend(9000)
    expect(() => held.check()).toThrow('not held any more')
    const another = await start()
    another.clock.spend(9000)
    expect([another.held.isHeld, another.held.signal.aborted]).toEqual([false, true])
  })

  it('is lost with its store', async () => {
    const { told, engine } = await start()
    await engine.close()
    await settle()
    expect(told).toEqual(['aborted', 'lost: /l is not held any more: the store was closed'])
  })

  it('given back is aborted and never lost, and given back by its scope', async () => {
    const { held, told, engine, keeper, clock } = await start()
    {
      await using scoped = held
      expect(scoped.isHeld).toBe(true)
    }
    await settle()
    expect([told, keeper.size]).toEqual([['aborted'], 0])
    expect(String(held.signal.reason)).toContain('its holder has given it back')
    await using next = await lock({ engine, keeper, clock }, '/l')
    expect(next.isHeld).toBe(true)
  })
})
