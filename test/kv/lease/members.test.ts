import { join, members } from '../../../lib/kv/lease/members.js'
import { settle, startLeases } from './kit.js'

function start() {
  const kit = startLeases()
  const told: Error[] = []
  const seen: string[] = []
  const control = new AbortController()
  const over = (async () => {
    for await (const all of members(kit, '/g', { signal: control.signal })) {
      seen.push([...all].map(([name, value]) => `${name}=${value}`).join(' '))
    }
  })()
  const enter = (name: string, value = name) =>
    join(kit, '/g', name, value, { ttlMs: 9000, onError: (error) => told.push(error) })
  return { ...kit, told, seen, control, over, enter }
}

describe('a group', () => {
  it('has its members by name as long as each is there, and everybody sees who', async () => {
    const { seen, enter, control, over } = start()
    await settle()
    const b = await enter('b')
    await settle()
    const a = await enter('a', 'é')
    await settle()
    await b.close()
    await settle()
    await a.close()
    await settle()
    expect(seen).toEqual(['', 'b=b', 'a=é b=b', 'a=é', ''])
    control.abort(new Error('enough'))
    await expect(over).rejects.toThrow('enough')
  })

  it('has a name once', async () => {
    const { enter } = start()
    await enter('a')
    await expect(enter('a')).rejects.toMatchObject({ code: 'ERR_KV_COLLISION', path: '/g/a' })
    await expect(enter('')).rejects.toMatchObject({ code: 'ERR_KV_PATH' })
  })

  it('sees who was lost come back', async () => {
    const { seen, enter, engine, pass, told } = start()
    await enter('a')
    engine.link = 'silent'
    await pass(9500)
    engine.heal()
    await pass(1000)
    expect([seen, told.length]).toEqual([['', 'a=a', '', 'a=a'], 1])
  })

  it('is joined once, though the answer was lost', async () => {
    const { enter, engine, pass } = start()
    const { UnavailableError } = await import('../../../lib/kv/errors.js')
    const commit = engine.commit.bind(engine)
    engine.commit = async (...args) => {
      engine.commit = commit
      await commit(...args)
      throw new UnavailableError('memory', 'cut')
    }
    const joined = enter('a')
    await pass(1000)
    expect((await joined).lease).not.toBeNull()
  })
})
