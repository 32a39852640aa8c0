import type { CallFailure } from '../../../lib/kv/etcd/call-failure.js'
import { METHODS } from '../../../lib/kv/rpc/methods.js'
import { etcdSettings } from '../../../lib/kv/etcd/options.js'
import { Transport } from '../../../lib/kv/etcd/transport.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { fakeEtcd, silentPort, type ServerStream } from '../../support/fake-etcd.js'
import { Cleanups, until } from '../../support/supplied.js'

const fail = (): void => {
  throw new Error('this must not come')
}

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(serve: (stream: ServerStream<'keepAlive'>) => void) {
  const { port } = await fakeEtcd(cleanups, { keepAlive: serve })
  const transport = new Transport(etcdSettings({ port }))
  cleanups.add(() => transport.close())
  const got: bigint[] = []
  const failures: CallFailure[] = []
  const stream = transport.open(METHODS.keepAlive, {
    answered: ({ id }) => got.push(id),
    ended: (failure) => failures.push(failure),
  })
  return { stream, got, failures }
}

it('sends what it is given in order, also what came before there was a connection', async () => {
  const { stream, got } = await start((server) => server.on('data', ({ id }) => server.write({ id })))
  for (let id = 1n; id <= 300n; id++) stream.send({ id })
  await until(() => got.length === 300)
  expect(got).toEqual(Array.from({ length: 300 }, (_, i) => BigInt(i + 1)))
})

it('tells how it ended, once, and sends nothing then', async () => {
  const { stream, failures } = await start((server) => server.on('data', () => server.end()))
  stream.send({ id: 1n })
  await until(() => failures.length === 1)
  stream.send({ id: 2n })
  stream.end()
  expect(failures).toEqual([expect.objectContaining({ code: 0, message: 'the server ended the stream' })])
})

it('is not told of its own end', async () => {
  let isCancelled = false
  const { stream, failures } = await start((server) => {
    server.on('data', ({ id }) => server.write({ id })).on('cancelled', () => (isCancelled = true))
  })
  stream.send({ id: 1n })
  await until(() => stream)
  stream.send({ id: 2n })
  const done = await start((server) => server.on('data', ({ id }) => server.write({ id })))
  done.stream.send({ id: 1n })
  await until(() => done.got.length === 1)
  stream.end()
  await until(() => isCancelled)
  expect(failures).toEqual([])
})

it('ends on bytes that are no message', async () => {
  const { stream, failures } = await start((server) => server.on('data', () => server.write(Buffer.from('ff', 'hex'))))
  stream.send({ id: 1n })
  await until(() => failures.length === 1)
  expect(failures[0]).toMatchObject({ code: 13, message: expect.stringMatching(/no message of etcd/) })
})

it('does not wait for a member that takes the connection and says nothing', async () => {
  const { port } = await fakeEtcd(cleanups, {
    keepAlive: (server) => server.on('data', ({ id }) => server.write({ id })),
  })
  const endpoints = [`127.0.0.1:${await silentPort(cleanups)}`, `127.0.0.1:${port}`]
  const clock = new ManualClock()
  const transport = new Transport(etcdSettings({ endpoints, clock, connectTimeoutMs: 20 }))
  cleanups.add(() => transport.close())
  const failures: CallFailure[] = []
  transport.open(METHODS.keepAlive, { answered: fail, ended: (failure) => failures.push(failure) })
  await until(() => {
    clock.advance(20)
    return failures.length > 0
  })
  expect(failures[0]).toMatchObject({ isPassing: true, message: 'there was no connection within 20 ms' })
  const answered = new Promise((heard) =>
    transport.open(METHODS.keepAlive, { answered: heard, ended: fail }).send({ id: 7n }),
  )
  expect(await answered).toMatchObject({ id: 7n })
})
