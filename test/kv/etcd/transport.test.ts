import { METHODS } from '../../../lib/kv/rpc/methods.js'
import { etcdSettings, type EtcdOptions } from '../../../lib/kv/etcd/options.js'
import { Transport } from '../../../lib/kv/etcd/transport.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { makeCertificates } from '../../support/certificates.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { engineAt, put, Told } from '../../support/etcd-rig.js'
import { fakeEtcd, header, refusal } from '../../support/fake-etcd.js'
import { faultProxy } from '../../support/fault-proxy.js'
import { freePort } from '../../support/real-server.js'
import { Cleanups, until } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

function transportTo(options: EtcdOptions): Transport {
  const transport = new Transport(etcdSettings({ retryMs: 1, ...options }))
  cleanups.add(() => transport.close())
  return transport
}

const answer = { header: header(5), count: 1 }

it('goes on with another member when one is away', async () => {
  const { port } = await fakeEtcd(cleanups, { range: () => answer })
  const transport = transportTo({ endpoints: [`127.0.0.1:${await freePort()}`, `127.0.0.1:${port}`] })
  expect(await transport.call(METHODS.range, { key: 'a' }, 'read')).toMatchObject({ count: 1 })
  expect(transport.endpoints.current.address).toBe(`127.0.0.1:${port}`)
})

it('goes on with another member when one has no leader, also with a write', async () => {
  const lone = await fakeEtcd(cleanups, {
    txn: () => {
      throw refusal(14, 'etcdserver: no leader')
    },
  })
  const { port } = await fakeEtcd(cleanups, { txn: () => ({ header: header(9) }) })
  const transport = transportTo({ endpoints: [`127.0.0.1:${lone.port}`, `127.0.0.1:${port}`] })
  expect((await transport.call(METHODS.txn, {}, 'write')).header?.revision).toBe(9)
})

it('goes on with another member when one takes a connection and says nothing', async () => {
  const proxy = await faultProxy(1)
  proxy.blackHole()
  const { port } = await fakeEtcd(cleanups, { range: () => answer })
  const clock = new ManualClock()
  const transport = transportTo({ endpoints: [`127.0.0.1:${proxy.port}`, `127.0.0.1:${port}`], clock })
  let count = 0
  const calling = transport.call(METHODS.range, { key: 'a' }, 'read').then((got) => (count = got.count))
  await until(() => proxy.connections === 1)
  await until(() => {
    clock.advance(1000)
    return count === 1
  })
  await calling
})

it('tries a read again, as often as it may, and a write never when it may have been received', async () => {
  let calls = 0
  const broken = (): never => {
    calls += 1
    throw refusal(14, 'etcdserver: request timed out')
  }
  const { port } = await fakeEtcd(cleanups, { range: broken, txn: broken })
  const transport = transportTo({ port, maxRetries: 3 })
  await expect(transport.call(METHODS.range, {}, 'read')).rejects.toMatchObject({ code: 14 })
  expect(calls).toBe(4)
  await expect(transport.call(METHODS.txn, {}, 'write')).rejects.toMatchObject({ code: 14, wasSent: true })
  expect(calls).toBe(5)
})

it('waits retryMs between its tries', async () => {
  const times: number[] = []
  const clock = new ManualClock()
  const { port } = await fakeEtcd(cleanups, {
    range: () => {
      times.push(clock.now())
      throw refusal(14, 'etcdserver: request timed out')
    },
  })
  const transport = transportTo({ port, maxRetries: 2, retryMs: 100, clock })
  let isOver = false
  const calling = transport.call(METHODS.range, {}, 'read').catch(() => (isOver = true))
  await until(() => {
    clock.advance(10)
    return isOver
  })
  await calling
  expect(times.length).toBe(3)
  expect(times.every((time, i) => i === 0 || time - (times[i - 1] as number) >= 100)).toBe(true)
})

it('gives up after timeoutMs, and knows whether it was sent', async () => {
  const clock = new ManualClock()
  const { port } = await fakeEtcd(cleanups, { txn: () => new Promise(() => undefined), range: () => answer })
  const transport = transportTo({ port, clock, timeoutMs: 3000 })
  await transport.call(METHODS.range, {}, 'read')
  const calling = transport.call(METHODS.txn, {}, 'write')
  clock.advance(2900)
  clock.advance(100)
  await expect(calling).rejects.toMatchObject({ code: 4, wasSent: true, message: 'there was no answer within 3000 ms' })
})

it('ends what is under way when it is closed, and takes nothing more', async () => {
  const { port } = await fakeEtcd(cleanups, { range: () => new Promise(() => undefined) })
  const transport = transportTo({ port })
  const calling = transport.call(METHODS.range, {}, 'read')
  transport.close()
  transport.close()
  await expect(calling).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await expect(transport.call(METHODS.range, {}, 'read')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

it('says what is wrong with an answer that is none', async () => {
  const { port } = await fakeEtcd(cleanups, { range: () => Buffer.from('0a05', 'hex') })
  const transport = transportTo({ port, maxRetries: 1 })
  await expect(transport.call(METHODS.range, {}, 'read')).rejects.toThrow(/5 bytes where 0 are left/)
})

describe('as a user', () => {
  it('logs in, and again when the token is over, also for a write', async () => {
    let logins = 0
    const { port } = await fakeEtcd(cleanups, {
      authenticate: ({ name, password }) => {
        if (password !== 'secret') throw refusal(3, 'etcdserver: authentication failed, invalid user ID or password')
        return { token: `${name}${++logins}` }
      },
      txn: (_, token) => {
        if (token !== 'ann2') throw refusal(16, 'etcdserver: invalid auth token')
        return { header: header(3), succeeded: true }
      },
    })
    const transport = transportTo({ port, user: 'ann', password: 'secret' })
    expect((await transport.call(METHODS.txn, {}, 'write')).succeeded).toBe(true)
    expect(logins).toBe(2)
    const wrong = transportTo({ port, user: 'ann', password: 'wrong' })
    await expect(wrong.call(METHODS.txn, {}, 'write')).rejects.toThrow(/the login of "ann" failed/)
  })

  it('gives up where no token is ever taken', async () => {
    let calls = 0
    const { port } = await fakeEtcd(cleanups, {
      authenticate: () => ({ token: 'x' }),
      range: () => {
        calls += 1
        throw refusal(16, 'etcdserver: invalid auth token')
      },
    })
    const transport = transportTo({ port, user: 'ann', password: '' })
    await expect(transport.call(METHODS.range, {}, 'read')).rejects.toMatchObject({ code: 16 })
    expect(calls).toBe(2)
  })

  it('needs no login where nobody is asked for one', async () => {
    const { port } = await fakeEtcd(cleanups, {
      authenticate: () => {
        throw refusal(9, 'etcdserver: authentication is not enabled')
      },
      range: (_, token) => ({ ...answer, count: token === undefined ? 1 : 2 }),
    })
    const transport = transportTo({ port, user: 'ann', password: '' })
    expect((await transport.call(METHODS.range, {}, 'read')).count).toBe(1)
  })
})

if (hasEtcd) {
  describe('with a real etcd', () => {
    it('speaks TLS with certificates on both sides, as a user, and goes on when the token is over', async () => {
      const tls = makeCertificates(temporary())
      const options = { rootPassword: 'secret', tls, asksForCertificate: true, tokenTtlS: 1 }
      const etcd = await startEtcd(options)
      const certificates = { ca: tls.ca, ...tls.client }
      const engine = engineAt(cleanups, etcd, { tls: certificates, user: 'root', password: 'secret', retryMs: 1 })
      await put(engine, 'a', '1')
      // A restarted server has forgotten all tokens.
      await etcd.restart()
      const told = new Told()
      engine.watch({ key: 'a' }, 0, told)
      await told.until(({ openedAt }) => openedAt !== null)
      const last = await put(engine, 'a', '2')
      await told.until(({ revisions }) => revisions.at(-1) === last)

      const wrong = engineAt(cleanups, etcd, { tls: certificates, user: 'root', password: 'wrong' })
      await expect(wrong.range([{ key: 'a' }])).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      const nobody = engineAt(cleanups, etcd, { tls: certificates })
      await expect(put(nobody, 'a')).rejects.toMatchObject({ code: 'ERR_KV_REFUSED' })
      const denied = new Told()
      nobody.watch({ key: 'a' }, 0, denied)
      await denied.until(({ error }) => error !== null)
      expect(denied.error).toMatchObject({ code: 'ERR_KV_REFUSED' })
      const stranger = engineAt(cleanups, etcd, { tls: { ca: tls.ca }, maxRetries: 1 })
      await expect(stranger.range([{ key: 'a' }])).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
    })

    it('does not know what became of a commit whose link broke before the answer', async () => {
      const etcd = await startEtcd()
      const proxy = await faultProxy(etcd.port)
      const engine = engineAt(cleanups, proxy, { retryMs: 1 })
      await put(engine, 'a', '1')
      void proxy.cutInstead(() => true)
      await expect(put(engine, 'a', '2')).rejects.toMatchObject({ code: 'ERR_KV_OUTCOME_UNKNOWN' })
      // A read is tried again by itself, and a lease is, too.
      expect((await engine.range([{ key: 'a' }])).results[0]?.kvs[0]?.version).toBe(2)
      void proxy.cutInstead(() => true)
      const { id } = await engine.grant(60)
      void proxy.cutInstead(() => true)
      await expect(engine.keepAlive(id)).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
      expect(await engine.keepAlive(id)).toBe(60)
      // What was never sent is told apart.
      proxy.refuse()
      await until(() => proxy.links === 0)
      const away = engineAt(cleanups, proxy, { retryMs: 1, maxRetries: 1 })
      await expect(put(away, 'a', '3')).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
      proxy.accept()
      expect((await engine.range([{ key: 'a' }])).results[0]?.kvs[0]?.version).toBe(2)
    })
  })
}
