import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { entity } from '../../../lib/kv/entities/entity.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

interface State {
  readonly status: string
}

function asState(value: unknown): State {
  const { status } = value as { status?: unknown }
  if (typeof status !== 'string') throw new TypeError('status must be a string')
  return value as State
}

const state = entity({ key: '/pb/{id}/state', parts: { id: /^[a-z0-9-]+$/ }, schema: asState })

function start() {
  return new MemoryBackend({ clock: new ManualClock() })
}

describe('an entity', () => {
  it('is created, read, updated, listed and deleted, on the database itself', async () => {
    const kv = start()
    await state.create(kv, { id: 'b' }, { status: 'on' })
    await state.createOrUpdate(kv, { id: 'a' }, { status: 'off' })
    await state.update(kv, { id: 'a' }, { status: 'on' })
    expect([await state.get(kv, { id: 'a' }), await state.get(kv, { id: 'c' })]).toEqual([{ status: 'on' }, null])
    expect(await state.list(kv)).toEqual([{ id: 'a' }, { id: 'b' }])
    await state.delete(kv, { id: 'a' })
    expect([await state.exists(kv, { id: 'a' }), await state.exists(kv, { id: 'b' })]).toEqual([false, true])
    await expect(state.create(kv, { id: 'b' }, { status: '' })).rejects.toMatchObject({ code: 'ERR_KV_COLLISION' })
    await expect(state.update(kv, { id: 'a' }, { status: '' })).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
    await expect(state.delete(kv, { id: 'a' })).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
    await state.delete(kv, { id: 'a' }, { mustExist: false })
  })

  it('is used in a transaction in the same way, and nothing is written before its end', async () => {
    const kv = start()
    await state.create(kv, { id: 'a' }, { status: 'on' })
    await kv.transact(async (txn) => {
      await state.create(txn, { id: 'b' }, { status: 'new' })
      await state.update(txn, { id: 'a' }, { status: (await state.get(txn, { id: 'b' }))?.status ?? '' })
      expect(await state.entries(txn)).toEqual([
        [{ id: 'a' }, { status: 'new' }],
        [{ id: 'b' }, { status: 'new' }],
      ])
      expect(await state.list(txn)).toHaveLength(2)
      expect(await state.exists(kv, { id: 'b' })).toBe(false)
    })
    expect(await state.entries(kv)).toHaveLength(2)
  })

  it('is stored as JSON that others read', async () => {
    const kv = start()
    await state.create(kv, { id: 'a' }, { status: 'ü', at: 1 } as State)
    expect((await kv.get('/pb/a/state'))[0]).toBe('{\n  "at": 1,\n  "status": "ü"\n}')
  })

  it('lists its own keys and no other’s, those with some parts, and those that begin so', async () => {
    const kv = start()
    const task = entity({ key: '/pb/{id}/task/{n}' })
    for (const path of [
      '/pb/a/task/1',
      '/pb/a/task/2',
      '/pb/ab/task/2',
      '/pb/a/other/1',
      '/pb/a/task/1/deeper',
      '/pb/a',
    ]) {
      await kv.create(path, '{}')
    }
    expect(await task.list(kv)).toEqual([
      { id: 'a', n: '1' },
      { id: 'a', n: '2' },
      { id: 'ab', n: '2' },
    ])
    expect(await task.list(kv, { id: 'a' })).toHaveLength(2)
    expect(await task.list(kv, { n: '2' })).toEqual([
      { id: 'a', n: '2' },
      { id: 'ab', n: '2' },
    ])
    expect(await task.list(kv, { id: 'a', n: '1' })).toEqual([{ id: 'a', n: '1' }])
    expect(await task.list(kv, {}, { startsWith: 'ab' })).toEqual([{ id: 'ab', n: '2' }])
    expect(await task.entries(kv, { id: 'ab' })).toEqual([[{ id: 'ab', n: '2' }, {}]])
    expect((await state.list(kv)).length).toBe(0)
  })

  it('is checked before it is written and when it is read', async () => {
    const kv = start()
    const write = state.create(kv, { id: 'a' }, { status: 5 } as never)
    await expect(write).rejects.toMatchObject({ code: 'ERR_KV_ENTITY', path: '/pb/a/state' })
    await expect(state.create(kv, { id: 'A' }, { status: '' })).rejects.toMatchObject({ code: 'ERR_KV_PATH' })
    expect((await kv.engine.range([])).revision).toBe(1)
    for (const [text, message] of [
      ['{"status": 5}', 'status must be a string'],
      ['[]', 'must be an object'],
      ['{', 'JSON'],
      ['', 'JSON'],
    ] as const) {
      await kv.put('/pb/a/state', text)
      await expect(state.get(kv, { id: 'a' })).rejects.toThrow(message)
      await expect(state.entries(kv)).rejects.toMatchObject({ code: 'ERR_KV_ENTITY' })
      expect([await state.exists(kv, { id: 'a' }), await state.list(kv)]).toEqual([true, [{ id: 'a' }]])
    }
  })

  it('takes what lies below with it if it is asked to, and no sibling that begins alike', async () => {
    const kv = start()
    const deployment = entity({ key: '/deploy/{id}' })
    for (const path of ['/deploy/d1', '/deploy/d1/state', '/deploy/d10', '/deploy/d10/state'])
      await kv.create(path, '{}')
    await deployment.delete(kv, { id: 'd1' }, { recursive: true })
    expect((await kv.listKeys('/', { recurse: 4 }))[0]).toEqual(['/deploy/d10', '/deploy/d10/state'])
  })

  it('goes with a lease if it is created with one, and an update keeps it', async () => {
    const kv = start()
    const lease = await kv.lease()
    await state.create(kv, { id: 'a' }, { status: 'on' }, { lease })
    await state.update(kv, { id: 'a' }, { status: 'off' })
    await lease.revoke()
    expect(await state.get(kv, { id: 'a' })).toBeNull()
  })

  it('of an older version is brought up to date when it is read, and stays so when it is written', async () => {
    const kv = start()
    const now = entity({
      key: '/pb/{id}/state',
      schema: asState,
      version: 2,
      upgrade: (value, version) => ({ status: `${value.state as string} of ${version}` }),
    })
    await kv.create('/pb/a/state', '{"state": "on"}')
    await kv.create('/pb/b/state', '{"$version": 1, "state": "on"}')
    expect(await now.entries(kv)).toEqual([
      [{ id: 'a' }, { status: 'on of 0' }],
      [{ id: 'b' }, { status: 'on of 1' }],
    ])
    await now.update(kv, { id: 'a' }, (await now.get(kv, { id: 'a' }))!)
    expect((await kv.get('/pb/a/state'))[0]).toBe('{\n  "$version": 2,\n  "status": "on of 0"\n}')
    expect(await now.get(kv, { id: 'a' })).toEqual({ status: 'on of 0' })
  })

  it('of a newer version is refused, not misread', async () => {
    const kv = start()
    const old = entity({ key: '/a/{id}', version: 1 })
    await kv.create('/a/x', '{"$version": 2}')
    await expect(old.get(kv, { id: 'x' })).rejects.toThrow('it is of version 2: this program knows up to 1')
    await kv.put('/a/x', '{"$version": "2"}')
    await expect(old.get(kv, { id: 'x' })).rejects.toThrow('$version must be a number')
    expect(() => entity({ key: '/a/{id}', version: 0 })).toThrow('version must be at least 1')
  })

  it('lies below a prefix if it has one', async () => {
    const kv = start()
    const ours = entity({ key: '/pb/{id}/state', prefix: '/deadbeat', schema: asState })
    await ours.create(kv, { id: 'a' }, { status: 'on' })
    expect([ours.path({ id: 'a' }), await ours.list(kv), await state.list(kv)]).toEqual([
      '/deadbeat/pb/a/state',
      [{ id: 'a' }],
      [],
    ])
  })
})
