import type { Engine } from '../../../lib/kv/engine/engine.js'
import type { Lease } from '../../../lib/kv/lease/lease.js'
import { UnavailableError } from '../../../lib/kv/errors.js'
import { settle, startLeases } from './kit.js'

/** A lease of 9 s, and what was told of it. */
async function start() {
  const kit = startLeases()
  const lease = await kit.keeper.grant({ ttlMs: 9000 })
  const told: string[] = []
  void lease.lost.then((error) => told.push(`lost at ${kit.clock.now()}: ${error.message}`))
  lease.signal.addEventListener('abort', () => told.push(`aborted at ${kit.clock.now()}`))
  await put(kit.engine, lease)
  const keys = async () => (await kit.engine.range([{ key: 'k' }])).results[0]?.count
  return { ...kit, lease, told, keys }
}

async function put(engine: Engine, lease: Lease) {
  await engine.commit([], [{ op: 'put', key: 'k', value: Buffer.from(''), lease: lease.id }])
}

describe('a lease', () => {
  it('lives as long as its holder, however long, with a keep-alive in each third of its time', async () => {
    const { pass, lease, keys, engine, told } = await start()
    await pass(90_000)
    expect([lease.alive(), lease.signal.aborted, await keys(), told]).toEqual([true, false, 1, []])
    const gaps = engine.sentMs.map((ms, i) => ms - (engine.sentMs[i - 1] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3000)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1500)
  })

  it('ends with its scope: keys gone, signal aborted, nothing lost', async () => {
    const { keeper, keys, engine, told, clock } = await start()
    {
      await using lease = await keeper.grant()
      await put(engine, lease)
      lease.signal.addEventListener('abort', () => told.push(String(lease.signal.reason)))
      expect(await keys()).toBe(1)
    }
    expect(await keys()).toBe(0)
    expect(told).toEqual([expect.stringContaining('its holder has revoked it')])
    clock.advance(2000)
    expect(keeper.size).toBe(1)
  })

  it('counts from when the keep-alive was sent, not from when it was answered', async () => {
    const { pass, lease, engine } = await start()
    engine.link = 'mute'
    await pass(4000)
    const firstMs = engine.sentMs[0] ?? NaN
    engine.sentMs.length = 0
    engine.heal()
    await settle()
    // The last that was sent before the answers came is the best that is known.
    expect(lease.deadlineMs).toBeLessThan(4000 + 9000)
    expect(lease.deadlineMs).toBeGreaterThanOrEqual(firstMs + 9000)
  })

  it('is told lost before the store ends it, when nothing is heard', async () => {
    const { pass, clock, lease, engine, told, keys } = await start()
    await pass(20_000)
    engine.link = 'silent'
    const { deadlineMs } = lease
    await pass(deadlineMs - clock.now() - 1, 1000)
    expect([lease.alive(), told]).toEqual([true, []])
    await pass(1)
    expect(told).toEqual([
      `aborted at ${deadlineMs}`,
      expect.stringMatching(
        `^lost at ${deadlineMs}: .* nothing was heard from the store for its whole time of 9000 ms`,
      ),
    ])
    expect(() => lease.check()).toThrow(expect.objectContaining({ code: 'ERR_KV_LEASE_LOST', lease: lease.id }))
    expect(await engine.timeToLive(lease.id)).toMatchObject({ ttlS: expect.any(Number) })
    await pass(1000)
    expect(await keys()).toBe(0)
  })

  it('asks again before its period is over when an answer is overdue', async () => {
    const { pass, engine, lease } = await start()
    engine.link = 'silent'
    await pass(8000)
    expect(engine.sentMs.length).toBeGreaterThan(7)
    engine.link = 'up'
    await pass(30_000)
    expect(lease.alive()).toBe(true)
  })

  it('tries again at once when a keep-alive fails, then ever later, and survives what is shorter than its time', async () => {
    const { pass, engine, lease, told } = await start()
    engine.link = 'down'
    await pass(8000)
    const [first, second, third] = engine.sentMs
    expect(second! - first!).toBeLessThanOrEqual(50) // What fails is seen at the end of a step.
    expect(third! - second!).toBeLessThanOrEqual(150)
    expect(engine.sentMs.length).toBeLessThan(20)
    engine.link = 'up'
    await pass(30_000)
    expect([lease.alive(), told]).toEqual([true, []])
  })

  it('says how many keep-alives failed, and the last reason', async () => {
    const { pass, engine, lease } = await start()
    engine.link = 'down'
    await pass(9000)
    const error = await lease.lost
    expect(error.message).toMatch(/\d+ keep-alives failed for its whole time of 9000 ms/)
    expect(error.cause).toBeInstanceOf(UnavailableError)
  })

  it('is lost as soon as the store says that there is none', async () => {
    const { pass, engine, lease, told } = await start()
    await engine.revoke(lease.id)
    await pass(3000)
    expect(told).toEqual([
      expect.stringContaining('aborted'),
      expect.stringContaining('memory has no such lease any more'),
    ])
    await lease.revoke()
    expect(told).toHaveLength(2)
  })

  it('is lost in a process that stood still, whatever it does first when it goes on', async () => {
    for (const look of [
      (lease: Lease) => lease.alive(),
      (lease: Lease) => !lease.signal.aborted,
      (lease: Lease) => lease.deadlineMs > Infinity,
    ]) {
      const { clock, lease, told } = await start()
      clock.spend(9000)
      look(lease)
      expect(() => lease.check()).toThrow('is lost')
      await settle()
      expect(told).toHaveLength(2)
    }
  })

  it('is not brought back by an answer that came before the process stood still', async () => {
    const { pass, clock, engine, lease } = await start()
    engine.link = 'mute'
    await pass(3000)
    clock.spend(9000)
    engine.heal()
    await settle()
    expect(lease.alive()).toBe(false)
  })

  it('is lost at once when the store is closed', async () => {
    const { pass, engine, lease } = await start()
    await engine.close()
    await pass(3000)
    expect((await lease.lost).message).toContain('the store was closed')
  })

  it('can be lost by what a commit was told', async () => {
    const { lease, told } = await start()
    lease.lose('the store refused it')
    lease.lose('twice')
    await settle()
    expect(told).toEqual(['aborted at 0', expect.stringContaining('the store refused it')])
  })

  it('says so when it could not be revoked, unless it was lost before', async () => {
    const { pass, engine, lease, keeper } = await start()
    const other = await keeper.grant({ ttlMs: 9000 })
    engine.link = 'down'
    await expect(other.revoke()).rejects.toThrow('the link is down')
    expect(other.alive()).toBe(false)
    await pass(9000)
    await lease.revoke()
    expect(keeper.size).toBe(0)
  })

  it('is not waited for any longer than it lasts when the store does not answer that it is revoked', async () => {
    const { pass, engine, lease } = await start()
    engine.revoke = () => new Promise(() => undefined)
    const outcome = lease.revoke().catch(String)
    await pass(9000)
    expect(await outcome).toContain('it did not answer before the time of the lease was over')
  })
})
