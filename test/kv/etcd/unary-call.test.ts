import { METHODS } from '../../../lib/kv/rpc/methods.js'
import { etcdSettings } from '../../../lib/kv/etcd/options.js'
import { Transport } from '../../../lib/kv/etcd/transport.js'
import { fakeEtcd, header } from '../../support/fake-etcd.js'
import { freePort } from '../../support/real-server.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('sends a write as soon as somebody is there to take it, and once', async () => {
  const port = await freePort()
  const transport = new Transport(etcdSettings({ port, retryMs: 5, maxRetries: 10_000 }))
  cleanups.add(() => transport.close())
  let calls = 0
  const writing = transport.call(METHODS.txn, {}, 'write')
  await until(() => transport.endpoints.current.isAway)
  await fakeEtcd(cleanups, { txn: () => ({ header: header(++calls) }) }, port)
  expect((await writing).header?.revision).toBe(1)
  expect(calls).toBe(1)
})

it('has as many answers as there are calls, each its own', async () => {
  const { port } = await fakeEtcd(cleanups, { range: ({ limit }) => ({ header: header(1), count: limit }) })
  const transport = new Transport(etcdSettings({ port }))
  cleanups.add(() => transport.close())
  const all = Array.from({ length: 200 }, (_, limit) => transport.call(METHODS.range, { limit }, 'read'))
  expect((await Promise.all(all)).map(({ count }) => count)).toEqual(Array.from({ length: 200 }, (_, i) => i))
})
