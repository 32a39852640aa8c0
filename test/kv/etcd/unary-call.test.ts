import { loadGrpc, type CallListener } from '../../../lib/kv/rpc/grpc.js'
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
  const { TRANSIENT_FAILURE } = loadGrpc().connectivityState
  await until(() => transport.endpoints.current.channel.getConnectivityState(false) === TRANSIENT_FAILURE)
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

it.each([
  ['dns:a:1', 'was never sent, though a connection came before it was told', false],
  ['127.0.0.1:1', 'may have been received', true],
])('a call whose peer was %s %s', async (peer, _, wasSent) => {
  const transport = new Transport(etcdSettings({ maxRetries: 0 }))
  cleanups.add(() => transport.close())
  const endpoint = { isReady: false, connections: 0, channel: { getTarget: () => 'dns:a:1', createCall: () => call } }
  const call = {
    start: (_metadata: unknown, listener: CallListener) => {
      setImmediate(() => {
        endpoint.connections = 1
        listener.onReceiveStatus({
          code: loadGrpc().status.UNAVAILABLE,
          details: 'no connection',
          metadata: transport.login.metadata,
        })
      })
    },
    startRead: () => undefined,
    sendMessageWithContext: () => undefined,
    halfClose: () => undefined,
    getPeer: () => peer,
  }
  Object.defineProperty(transport.endpoints, 'current', { value: endpoint })
  await expect(transport.call(METHODS.txn, {}, 'write')).rejects.toMatchObject({ code: 14, wasSent })
})
