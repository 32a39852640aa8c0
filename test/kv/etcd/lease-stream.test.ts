import { LeaseStream } from '../../../lib/kv/etcd/lease-stream.js'
import { etcdSettings } from '../../../lib/kv/etcd/options.js'
import { Transport } from '../../../lib/kv/etcd/transport.js'
import { fakeEtcd, type ServerStream } from '../../support/fake-etcd.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start() {
  const servers: ServerStream<'keepAlive'>[] = []
  const asked: bigint[] = []
  const { port } = await fakeEtcd(cleanups, {
    keepAlive: (server) => {
      servers.push(server.on('data', ({ id }) => asked.push(id)))
    },
  })
  const transport = new Transport(etcdSettings({ port }))
  cleanups.add(() => transport.close())
  return { leases: new LeaseStream(transport), servers, asked }
}

it('has one stream for all leases, and gives each answer to whom it belongs', async () => {
  const { leases, servers, asked } = await start()
  const all = Promise.all([leases.keepAlive(1n), leases.keepAlive(2n), leases.keepAlive(1n)])
  await until(() => asked.length === 3)
  for (const [id, ttl] of [
    [2n, 20],
    [9n, 90],
    [1n, 10],
    [1n, 0],
  ] as const)
    servers[0]?.write({ id, ttl })
  expect(await all).toEqual([10, 20, 0])
  expect(servers.length).toBe(1)
})

it('fails what waits as soon as the stream breaks, and has another for the next', async () => {
  const { leases, servers, asked } = await start()
  const waiting = leases.keepAlive(1n)
  await until(() => asked.length === 1)
  servers[0]?.emit('error', Object.assign(new Error('no leader'), { code: 14 }))
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  const next = leases.keepAlive(1n)
  await until(() => asked.length === 2)
  servers[1]?.write({ id: 1n, ttl: 7 })
  expect(await next).toBe(7)
})

it('ends with an error for all that wait', async () => {
  const { leases, asked } = await start()
  const waiting = leases.keepAlive(1n)
  await until(() => asked.length === 1)
  leases.close(new Error('over'))
  await expect(waiting).rejects.toThrow('over')
})
