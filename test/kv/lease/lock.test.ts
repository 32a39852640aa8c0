import { lock } from '../../../lib/kv/lease/lock.js'
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
})
