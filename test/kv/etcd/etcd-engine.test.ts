import { EtcdEngine } from '../../../lib/kv/etcd/etcd-engine.js'
import type { Op } from '../../../lib/kv/engine/engine.js'
import { NO_LEASE } from '../../../lib/kv/engine/lease-id.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { Etcd, hasEtcd, startEtcd } from '../../support/etcd.js'
import { engineAt, put, Told } from '../../support/etcd-rig.js'
import { freePort } from '../../support/real-server.js'
import { Cleanups } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const write = (key: string, value: string, lease: bigint | 'keep' = NO_LEASE): Op => ({
  op: 'put',
  key,
  value: Buffer.from(value),
  lease,
})
const textOf = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString()

if (hasEtcd) {
  describe('a store in etcd', () => {
    let etcd: Etcd
    let n = 0
    beforeAll(async () => {
      etcd = await startEtcd()
    })
    /** An engine, and the beginning of keys that no other test has. */
    const start = () => ({ engine: engineAt(cleanups, etcd), at: `k${n++}/` })

    it('reads what it has written, at the revisions of then and now', async () => {
      const { engine, at } = start()
      const first = await put(engine, `${at}a`, 'one')
      const second = await put(engine, `${at}a`, 'two')
      expect(second).toBe(first + 1)
      const now = await engine.range([{ key: `${at}a` }])
      const then = await engine.range([{ key: `${at}a` }], first)
      expect([now.revision, textOf(now.results[0]?.kvs[0]?.value)]).toEqual([second, 'two'])
      expect([then.revision, textOf(then.results[0]?.kvs[0]?.value)]).toEqual([first, 'one'])
      expect(now.results[0]?.kvs[0]).toMatchObject({ create: first, mod: second, version: 2, lease: NO_LEASE })
    })

    it('keeps keys and values of any bytes', async () => {
      const { engine, at } = start()
      const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
      const key = `${at}${all.toString('latin1')}`
      await engine.commit([], [{ op: 'put', key, value: all, lease: NO_LEASE }])
      const { results } = await engine.range([prefixRange(at)])
      expect([results[0]?.kvs[0]?.key, Buffer.from(results[0]?.kvs[0]?.value ?? [])]).toEqual([key, all])
    })

    it('reads several ranges of one state, more than one transaction may have', async () => {
      const { engine, at } = start()
      const small = new EtcdEngine({ port: etcd.port, opsMax: 3 })
      cleanups.add(() => small.close())
      const last = await put(engine, `${at}b`, 'x')
      const requests = Array.from({ length: 8 }, (_, i) => ({ key: `${at}${'abcdefgh'[i]}` }))
      const { revision, results } = await small.range(requests)
      expect([revision, results.map(({ count }) => count)]).toEqual([last, [0, 1, 0, 0, 0, 0, 0, 0]])
      expect(await small.range([])).toEqual({ revision: last, results: [] })
    })

    it('reads only keys, only how many, and only the first', async () => {
      const { engine, at } = start()
      await engine.commit([], [write(`${at}a`, 'x'), write(`${at}b`, 'y')])
      const whole = prefixRange(at)
      const { results } = await engine.range([
        { ...whole, keysOnly: true },
        { ...whole, countOnly: true },
        { ...whole, limit: 1 },
      ])
      const shape = results.map(({ kvs, count }) => [kvs.map(({ key, value }) => [key, value.length]), count])
      expect(shape).toEqual([
        [
          [
            [`${at}a`, 0],
            [`${at}b`, 0],
          ],
          2,
        ],
        [[], 2],
        [[[`${at}a`, 1]], 2],
      ])
    })

    it('commits under conditions, and else does the other', async () => {
      const { engine, at } = start()
      const isNew = { key: `${at}a`, target: 'version', is: '=', than: 0 } as const
      const ops = [write(`${at}a`, '1'), { op: 'range', key: `${at}a` }] as const
      const otherwise = [{ op: 'delete', ...prefixRange(at) }] as const
      const first = await engine.commit([isNew], ops, otherwise)
      expect(first).toMatchObject({ ok: true, results: [{ op: 'put' }, { op: 'range', count: 1 }] })
      const second = await engine.commit([isNew], ops, otherwise)
      expect(second).toEqual({ ok: false, revision: first.revision + 1, results: [{ op: 'delete', deleted: 1 }] })
    })

    it('knows all kinds of conditions', async () => {
      const { engine, at } = start()
      const { id } = await engine.grant(60)
      const mod = (await engine.commit([], [write(`${at}a`, 'm', id)])).revision
      const key = `${at}a`
      const holds = async (compare: object): Promise<boolean> =>
        (await engine.commit([{ key, ...compare } as never], [])).ok
      expect(await holds({ target: 'mod', is: '=', than: mod })).toBe(true)
      expect(await holds({ target: 'mod', is: '>', than: mod })).toBe(false)
      expect(await holds({ target: 'create', is: '<', than: mod + 1 })).toBe(true)
      expect(await holds({ target: 'value', is: '=', than: Buffer.from('m') })).toBe(true)
      expect(await holds({ target: 'value', is: '!=', than: Buffer.from('') })).toBe(true)
      expect(await holds({ target: 'lease', is: '=', than: id })).toBe(true)
      expect(await holds({ target: 'version', is: '!=', than: 1 })).toBe(false)
      expect(await holds({ ...prefixRange(at), target: 'create', is: '<', than: mod })).toBe(false)
      await engine.revoke(id)
    })

    it('keeps a lease on a key, and its keys go with it', async () => {
      const { engine, at } = start()
      const { id, ttlS } = await engine.grant(1)
      expect(ttlS).toBe(2)
      await engine.commit([], [write(`${at}a`, '1', id)])
      await engine.commit([], [write(`${at}a`, '2', 'keep')])
      expect(await engine.keepAlive(id)).toBe(2)
      expect(await engine.timeToLive(id)).toMatchObject({ grantedTtlS: 2, keys: [`${at}a`] })
      await engine.revoke(id)
      await engine.revoke(id)
      expect((await engine.range([{ key: `${at}a` }])).results[0]?.count).toBe(0)
      expect([await engine.keepAlive(id), (await engine.timeToLive(id)).ttlS]).toEqual([0, -1])
    })

    it("grants a lease under a number of one's own, once", async () => {
      const { engine } = start()
      const id = 0x7fff_ffff_ffff_fff0n
      expect(await engine.grant(30, id)).toEqual({ id, ttlS: 30 })
      await expect(engine.grant(30, id)).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      await engine.revoke(id)
    })

    it('says what it refuses, and has changed nothing', async () => {
      const { engine, at } = start()
      const { id } = await engine.grant(60)
      const commit = (...ops: Op[]) => engine.commit([], ops)
      const twice = commit(write(`${at}a`, '1'), write(`${at}a`, '2'))
      await expect(twice).rejects.toMatchObject({ code: 'ERR_KV_REFUSED', message: expect.stringMatching(/duplicate/) })
      await expect(commit(write(`${at}a`, '1', 'keep'))).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      await expect(commit(write('', '1'))).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      await expect(commit(write(`${at}a`, 'x'.repeat(1_600_000)))).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      await expect(commit(write(`${at}a`, 'x'.repeat(3_000_000)))).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      const lost = commit(write(`${at}b`, '1', id), write(`${at}a`, '1', 99n))
      await expect(lost).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST', lease: 99n })
      expect((await engine.range([prefixRange(at)])).results[0]?.count).toBe(0)
    })

    it('takes values of a megabyte, and an empty one', async () => {
      const { engine, at } = start()
      const value = 'x'.repeat(1_000_000)
      await engine.commit([], [write(`${at}a`, value), write(`${at}b`, '')])
      const { results } = await engine.range([prefixRange(at)])
      expect(results[0]?.kvs.map((kv) => kv.value.length)).toEqual([1_000_000, 0])
    })

    it('refuses an answer that is too large by the name of the limit', async () => {
      const { engine, at } = start()
      await put(engine, `${at}a`, 'x'.repeat(100_000))
      const small = engineAt(cleanups, etcd, { answerBytesMax: 1000 })
      await expect(small.range([{ key: `${at}a` }])).rejects.toThrow(/answerBytesMax/)
    })

    it('answers too many operations before the server does, and after it', async () => {
      const { engine, at } = start()
      const ops = Array.from({ length: 129 }, (_, i) => write(`${at}${i}`, ''))
      await expect(engine.commit([], ops)).rejects.toThrow(/at most 128 conditions or operations: it has 129/)
      const trusting = engineAt(cleanups, etcd, { opsMax: 200 })
      await expect(trusting.commit([], ops)).rejects.toMatchObject({ code: 'ERR_KV_TOO_LARGE' })
    })

    it('forgets history, and says so', async () => {
      const { engine, at } = start()
      const first = await put(engine, `${at}a`, '1')
      const second = await put(engine, `${at}a`, '2')
      await engine.compact(second)
      await expect(engine.range([{ key: `${at}a` }], first)).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
      await expect(engine.range([{ key: `${at}a` }, { key: 'x' }], first)).rejects.toMatchObject({
        code: 'ERR_KV_COMPACTED',
      })
      await expect(engine.range([{ key: 'x' }], second + 9)).rejects.toMatchObject({ code: 'ERR_KV_FUTURE_REVISION' })
      await expect(engine.compact(second)).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
      await expect(engine.compact(second + 9)).rejects.toMatchObject({ code: 'ERR_KV_FUTURE_REVISION' })
      const told = new Told()
      engine.watch({ key: `${at}a` }, first, told)
      await told.until(({ gapAt }) => gapAt !== null)
      expect(told.gapAt).toBe(second)
    })

    it('knows its version', async () => {
      expect(await start().engine.version()).toMatch(/^3\.\d+\.\d+/)
    })

    it('ends what is under way with its own end', async () => {
      const { engine, at } = start()
      const told = new Told()
      engine.watch(prefixRange(at), 0, told)
      await told.until(({ openedAt }) => openedAt !== null)
      etcd.stop()
      const reading = engine.range([{ key: at }]).catch((error: unknown) => error)
      const keeping = engine.keepAlive(5n).catch((error: unknown) => error)
      await engine.close()
      await engine.close()
      etcd.cont()
      expect(await reading).toMatchObject({ code: 'ERR_CLOSED' })
      expect(await keeping).toMatchObject({ code: 'ERR_CLOSED' })
      expect(told.error).toMatchObject({ code: 'ERR_CLOSED' })
      await expect(engine.commit([], [])).rejects.toMatchObject({ code: 'ERR_CLOSED' })
      expect(() => engine.watch({ key: 'a' }, 0, told)).toThrow(/was closed/)
    })
  })
}

it('says that nobody is there, and that nothing was changed', async () => {
  const engine = engineAt(cleanups, { port: await freePort() }, { maxRetries: 2, retryMs: 1 })
  await expect(engine.range([{ key: 'a' }])).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  await expect(put(engine, 'a')).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  await expect(engine.keepAlive(1n)).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
})
