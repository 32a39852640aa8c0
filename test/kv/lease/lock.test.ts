import { lock } from '../../../lib/kv/lease/lock.js'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { settle, startLeases } from './kit.js'

describe('a lock', () => {
  it('is held by one at a time, in the order of asking', async () => {
    const kit = startLeases()
    let holders = 0
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const held = await lock(kit, '/l')
        expect((holders += 1)).toBe(1)
        await settle()
        order.push(i)
        holders -= 1
        await held.release()
      }),
    )
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(kit.keeper.size).toBe(0)
  })

  it('is one for each path', async () => {
    const kit = startLeases()
    const held = [await lock(kit, '/l'), await lock(kit, '/l/deeper'), await lock(kit, '/ll')]
    expect(held.map(({ isHeld }) => isHeld)).toEqual([true, true, true])
    await expect(lock(kit, '/l/')).rejects.toMatchObject({ code: 'ERR_KV_PATH' })
  })

  it('says so when it can not be given back in the store', async () => {
    const kit = startLeases()
    const held = await lock(kit, '/l')
    kit.engine.link = 'down'
    await expect(held.release()).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
    expect(held.isHeld).toBe(false)
  })

  it('guards what a transaction writes: it is written while the lock is held, or not at all', async () => {
    const kv = new MemoryBackend({ clock: new ManualClock() })
    const held = await kv.lock('/l')
    const write = (meanwhile: () => Promise<void> = async () => {}) =>
      kv.transact(async (txn) => {
        await held.guard(txn)
        await txn.put('/mine', 'written', { lease: null })
        await meanwhile()
      })
    await write()
    expect((await kv.get('/mine'))[0]).toBe('written')
    await kv.delete('/mine')
    // Opened by hand between the look and the commit.
    const lost = write(async () => {
      await kv.delete(held.keyPath, { mustExist: false })
    })
    await expect(lost).rejects.toMatchObject({ code: 'ERR_KV_LOCK_LOST' })
    expect([(await kv.get('/mine'))[0], held.isHeld]).toEqual([null, false])
  })

  it('is not taken for lost by a transaction that sees a state from before', async () => {
    const kv = new MemoryBackend({ clock: new ManualClock() })
    await kv.put('/a', '1')
    const held = await kv.lock('/l')
    const txn = kv.transaction({ revision: 2 })
    await held.guard(txn)
    await txn.put('/mine', '', { lease: null })
    expect([await txn.commit(), held.isHeld]).toEqual([false, true])
  })

  it('guards nothing once another key stands in the place of its own', async () => {
    const kv = new MemoryBackend({ clock: new ManualClock() })
    const held = await kv.lock('/l')
    await kv.delete(held.keyPath)
    await kv.create(held.keyPath, 'forged')
    await expect(kv.transact((txn) => held.guard(txn))).rejects.toMatchObject({ code: 'ERR_KV_LOCK_LOST' })
  })
})
