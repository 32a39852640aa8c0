import { firstOf, lastBefore, lineOf, standInLine } from '../../../lib/kv/lease/line.js'
import { LeaseKeeper } from '../../../lib/kv/lease/lease-keeper.js'
import { settle, startLeases } from './kit.js'

function start() {
  const kit = startLeases()
  /** Each on its own, as processes are. */
  const stand = (options: { ttlMs?: number; signal?: AbortSignal } = {}) =>
    standInLine({ ...kit, keeper: new LeaseKeeper(kit.engine, kit.clock) }, '/l', Buffer.from(''), options)
  const keys = async () => (await kit.engine.range([lineOf('/l')])).results[0]?.kvs.map(({ key }) => key)
  return { ...kit, stand, keys }
}

describe('a line', () => {
  it('has its places as etcd’s own tools name them: the number of the lease below the path', async () => {
    const { stand, keys, engine } = start()
    const { lease, token, keyPath } = await stand()
    expect(lineOf('/l')).toEqual({ key: '2/l/', end: '2/l0' })
    expect([keyPath, await keys()]).toEqual([`/l/${lease.id.toString(16)}`, [`2/l/${lease.id.toString(16)}`]])
    expect((await engine.range([{ key: `2${keyPath}` }])).results[0]?.kvs[0]).toMatchObject({
      create: token,
      lease: lease.id,
    })
  })

  it('goes by who came first, whatever the keys are called', async () => {
    const { engine } = start()
    for (const key of ['c', 'a', 'b']) {
      await engine.commit([], [{ op: 'put', key, value: Buffer.from(''), lease: 0n }])
    }
    const places = (await engine.range([{ key: 'a', end: 'd' }])).results[0]!.kvs
    expect([firstOf(places)?.key, lastBefore(places, 4)?.key, lastBefore(places, 2)]).toEqual(['c', 'a', undefined])
    expect(firstOf([])).toBeUndefined()
  })

  it('wakes one when one leaves', async () => {
    const { stand, engine } = start()
    const order: number[] = []
    const first = await stand()
    const others = [1, 2, 3].map(async (i) => {
      const head = await stand()
      order.push(i)
      return head
    })
    await settle()
    let reads = 0
    const range = engine.range.bind(engine)
    engine.range = (...args) => {
      reads += 1
      return range(...args)
    }
    await first.lease.revoke()
    await settle()
    expect([order, reads]).toEqual([[1], 1])
    await (await others[0]!).lease.revoke()
    await settle()
    expect([order, reads]).toEqual([[1, 2], 2])
  })

  it('closes up when one in the middle leaves, and the others keep their order', async () => {
    const { stand, clock, engine } = start()
    const order: string[] = []
    const join = (name: string) => {
      const control = new AbortController()
      const head = stand({ signal: control.signal })
      head.then(
        () => order.push(name),
        () => order.push(`${name} left`),
      )
      return { control, head }
    }
    const [a, b, c] = ['a', 'b', 'c'].map(join)
    await settle()
    b!.control.abort(new Error('enough'))
    await expect(b!.head).rejects.toThrow('enough')
    await settle()
    expect(order).toEqual(['a', 'b left'])
    await (await a!.head).lease.revoke()
    await c!.head
    expect(order).toEqual(['a', 'b left', 'c'])
    expect([clock.now(), (await engine.range([lineOf('/l')])).results[0]?.count]).toEqual([0, 1])
  })

  it('is not entered at all once the signal is aborted', async () => {
    const { stand, engine } = start()
    await expect(stand({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    expect((await engine.range([])).revision).toBe(1)
  })

  it('passes over whoever is gone without a word, once its lease has ended', async () => {
    const { stand, engine, pass } = start()
    const { id } = await engine.grant(5)
    await engine.commit([], [{ op: 'put', key: '2/l/gone', value: Buffer.from(''), lease: id }])
    let isHead = false
    void stand().then(() => (isHead = true))
    await pass(4999, 100)
    expect(isHead).toBe(false)
    await pass(1)
    expect(isHead).toBe(true)
  })

  it('rejects when the own place is lost while waiting', async () => {
    const { stand, engine, keys, pass } = start()
    const first = await stand()
    const [byLease, byKey] = [stand(), stand()]
    byLease.catch(() => undefined)
    byKey.catch(() => undefined)
    await settle()
    const [, second, third] = (await keys())!
    await engine.revoke(BigInt(`0x${second!.slice(4)}`))
    await pass(4000)
    await expect(byLease).rejects.toMatchObject({ code: 'ERR_KV_LOCK_LOST', cause: { code: 'ERR_KV_LEASE_LOST' } })
    await engine.commit([], [{ op: 'delete', key: third! }])
    await first.lease.revoke()
    await expect(byKey).rejects.toThrow('/l is not held any more: its key was deleted while it was waiting')
  })

  it('is entered once, though the answer was lost', async () => {
    const { stand, engine, keys, pass } = start()
    const commit = engine.commit.bind(engine)
    const { CommitOutcomeUnknownError } = await import('../../../lib/kv/errors.js')
    const outcomes = [true, false]
    engine.commit = async (...args) => {
      const isDone = outcomes.shift()
      if (isDone !== false) await commit(...args)
      if (isDone !== undefined) throw new CommitOutcomeUnknownError('memory', 'cut')
      return commit(...args)
    }
    const head = stand()
    await pass(1000)
    expect(await keys()).toEqual([`2${(await head).keyPath}`])
    expect((await head).token).toBe(2)
  })

  it('is not moved by what those before say, nor fooled by another key in the place of the own', async () => {
    const { stand, engine, keys } = start()
    const first = await stand()
    const second = stand()
    second.catch(() => undefined)
    await settle()
    let reads = 0
    const range = engine.range.bind(engine)
    engine.range = (...args) => {
      reads += 1
      return range(...args)
    }
    const put = { op: 'put', key: `2${first.keyPath}`, value: Buffer.from('news'), lease: 'keep' } as const
    await engine.commit([], [put])
    await settle()
    expect(reads).toBe(0)
    const own = (await keys())!.find((key) => key !== put.key)!
    await engine.commit([], [{ op: 'delete', key: own }])
    await engine.commit([], [{ op: 'put', key: own, value: Buffer.from('forged'), lease: 0n }])
    await first.lease.revoke()
    await expect(second).rejects.toMatchObject({ code: 'ERR_KV_LOCK_LOST' })
  })

  it('has no place for a key that is there already', async () => {
    const { stand, engine } = start()
    await engine.commit([], [{ op: 'put', key: '2/l/1', value: Buffer.from(''), lease: 0n }])
    await expect(stand()).rejects.toMatchObject({ code: 'ERR_KV_COLLISION', path: '/l/1' })
  })
})
