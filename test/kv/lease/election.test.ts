import { jest } from '@jest/globals'
import { CommitOutcomeUnknownError } from '../../../lib/kv/errors.js'
import { elect, leaders, type Leader } from '../../../lib/kv/lease/election.js'
import { settle, startLeases } from './kit.js'

/** Look on, and note what is seen. */
function observe(kit: ReturnType<typeof startLeases>) {
  const seen: (string | null)[] = []
  const control = new AbortController()
  const over = (async () => {
    for await (const leader of leaders(kit, '/e', { signal: control.signal })) seen.push(leader?.value ?? null)
  })()
  return { seen, control, over }
}

describe('an election', () => {
  it('makes each candidate the leader in turn, and everybody sees who leads and what it says', async () => {
    const kit = startLeases()
    const { seen, control, over } = observe(kit)
    await settle()
    const a = await elect(kit, '/e', 'a')
    const b = elect(kit, '/e', 'b')
    await settle()
    for (const value of ['A', 'Ä']) {
      await a.proclaim(value)
      await settle()
    }
    await a.resign()
    await (await b).resign()
    await settle()
    expect(seen).toEqual([null, 'a', 'A', 'Ä', 'b', null])
    control.abort(new Error('enough'))
    await expect(over).rejects.toThrow('enough')
  })

  it('says nothing of candidates that only wait', async () => {
    const kit = startLeases()
    await elect(kit, '/e', 'a')
    const { seen } = observe(kit)
    void elect(kit, '/e', 'b')
    await settle()
    expect(seen).toEqual(['a'])
  })

  it('gives each leader a greater number, and tells it with the key', async () => {
    const kit = startLeases()
    const found: (Leader | null)[] = []
    for (const name of ['a', 'b']) {
      const leadership = await elect(kit, '/e', name)
      for await (const leader of leaders(kit, '/e')) {
        found.push(leader)
        break
      }
      expect(found.at(-1)).toEqual({
        value: name,
        keyPath: leadership.keyPath,
        fencingToken: leadership.fencingToken,
      })
      await leadership.resign()
    }
    expect(found[1]!.fencingToken).toBeGreaterThan(found[0]!.fencingToken)
  })

  it('lets nothing that was said before come late', async () => {
    const kit = startLeases()
    const a = await elect(kit, '/e', 'a')
    const { engine } = kit
    let comeLate = (): Promise<unknown> => Promise.resolve()
    const commit = jest.spyOn(engine, 'commit').mockImplementationOnce((...asked) => {
      comeLate = () => engine.commit(...asked)
      return Promise.reject(new CommitOutcomeUnknownError('memory', 'the link broke'))
    })
    const said = a.proclaim('old')
    await kit.pass(100)
    await said
    await a.proclaim('new')
    await comeLate()
    expect(commit).toHaveBeenCalledTimes(4)
    for await (const leader of leaders(kit, '/e')) {
      expect(leader?.value).toBe('new')
      break
    }
  })

  it('goes on from what it has said without being told so', async () => {
    const kit = startLeases()
    const a = await elect(kit, '/e', 'a')
    const { engine } = kit
    jest.spyOn(engine, 'commit').mockImplementationOnce(async (...asked) => {
      await engine.commit(...asked)
      throw new CommitOutcomeUnknownError('memory', 'the link broke')
    })
    const said = a.proclaim('said')
    await kit.pass(100)
    await said
    await a.proclaim('more')
    for await (const leader of leaders(kit, '/e')) {
      expect(leader?.value).toBe('more')
      break
    }
  })

  it('lets nobody proclaim who does not lead any more', async () => {
    const kit = startLeases()
    const a = await elect(kit, '/e', 'a')
    await kit.engine.commit([], [{ op: 'delete', key: `2${a.keyPath}` }])
    await expect(a.proclaim('late')).rejects.toMatchObject({ code: 'ERR_KV_LOCK_LOST' })
    const b = await elect(kit, '/e', 'b')
    const { revision } = await kit.engine.range([])
    kit.clock.spend(20_000)
    await expect(b.proclaim('later')).rejects.toThrow('its lease is over')
    // Nothing but the end of its lease.
    expect((await kit.engine.range([])).revision).toBe(revision + 1)
  })
})
