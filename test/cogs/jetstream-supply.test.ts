import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { JetStreamDrain } from '../../cogs/jetstream-drain.js'
import { JetStreamSupply, type JetStreamSupplyOptions } from '../../cogs/jetstream-supply.js'
import { itemSetter, type Checkpoints, type Json, type TrainOptions } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { Keep } from '../support/engine-kit.js'
import { pendingOf, startNats, withNats, type NatsServer } from '../support/nats.js'
import { has } from '../support/real-server.js'
import { Cleanups, drained, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const base = { stream: 'S', consumer: 'c', retryMs: 1, retryMaxMs: 1 }

test('refuses limits that are none, and shows no secrets', () => {
  const { train } = testTrain()
  expect(() => new JetStreamSupply(train, { ...base, inFlightMax: 0 })).toThrow(
    'inFlightMax must be at least 1: it is 0',
  )
  const hidden = new JetStreamSupply(train, { ...base, user: 'u', password: 'secret', token: 'secret' })
  expect(String(hidden)).toBe('JetStreamSupply(127.0.0.1:4222, stream=S, consumer=c)')
})

test('says at the start that the files it needs are not there', async () => {
  const start = (options: object) => supplied(cleanups, (train) => new JetStreamSupply(train, { ...base, ...options }))
  await expect(start({ credentials: '/nowhere.creds' })).rejects.toThrow(/cannot read credentials: ENOENT/)
  await expect(start({ tls: { on: true, ca: '/nowhere.pem' } })).rejects.toThrow(/cannot read tls.ca: ENOENT/)
})

if (has('nats-server')) {
  const whole = new Cleanups()
  let server: NatsServer
  let streams = 0
  beforeAll(async () => {
    server = await withNats(whole)
  })
  afterAll(whole.run)

  /** A stream of the test's own, with some messages in it. */
  async function stream(...texts: string[]) {
    const name = `S${++streams}`
    await server.manager.streams.add({ name, subjects: [`s${streams}.>`] })
    const subject = `s${streams}.a`
    const publish = async (...more: string[]) => {
      for (const text of more) await server.nc.request(subject, text)
    }
    await publish(...texts)
    return { name, subject, publish }
  }

  const start = <Out = string>(
    name: string,
    options: Partial<JetStreamSupplyOptions<Out>> = {},
    trainOptions: TrainOptions = {},
  ) =>
    supplied(
      cleanups,
      (train) => new JetStreamSupply<Out>(train, { ...base, stream: name, servers: server.servers, ...options }),
      trainOptions,
    )

  /** Keep what comes of a stream, as something that crashes would. */
  function keeping(name: string, options: object = {}, trainOptions: TrainOptions = {}) {
    const rig = testTrain(trainOptions)
    const keep = new Keep<unknown>(rig.train, {})
    const supply = new JetStreamSupply<unknown>(rig.train, {
      ...base,
      stream: name,
      servers: server.servers,
      ...options,
    })
    rig.train.line(supply, keep)
    rig.train.onOutput(() => undefined)
    const running = rig.train.run({ signals: false })
    running.catch(() => undefined)
    const stop = async () => {
      const stopped = rig.train.stop()
      for (let i = 0; i < 50; i++) await turn()
      rig.clock.advance(rig.train.settings.finishTimeoutMs)
      await stopped
    }
    cleanups.add(stop)
    return { ...rig, supply, keep, stop, running }
  }

  test('supplies messages, also such as were there before, and acknowledges each when it is over', async () => {
    const { name, subject, publish } = await stream('one', 'two')
    const setters = { lineSetter: itemSetter('line'), subjectSetter: itemSetter('subject'), idSetter: itemSetter('id') }
    const { data, got } = await start<object>(name, setters)
    await got(2)
    await publish('three')
    await got(3)
    const lines = ['one', 'two', 'three'].map((line, i) => ({ line, subject, id: `t${i}` }))
    expect(data).toEqual(lines)
    await until(async () => (await pendingOf(server, name, 'c')) === 0)
  })

  test('gives bytes where they are asked for', async () => {
    const { name } = await stream('\u00e9')
    const { data, got } = await start<Buffer>(name, { encoding: 'bytes' })
    await got(1)
    expect(data).toEqual([Buffer.from('\u00e9')])
  })

  test('takes no more than it may have under way, and goes on when there is room', async () => {
    const { name } = await stream(...Array.from({ length: 10 }, (_, i) => `${i}`))
    const { keep } = keeping(name, { inFlightMax: 3 })
    await until(() => keep.holds.length === 3)
    expect(await pendingOf(server, name, 'c')).toBe(3)
    keep.resume(null)
    await until(() => keep.holds.length === 3)
    expect(keep.holds.map(({ data }) => data)).toEqual(['1', '2', '3'])
    expect(await pendingOf(server, name, 'c')).toBe(3)
  })

  test('what comes while the train is full waits, and is given back when it stops', async () => {
    const { name } = await stream('a', 'b', 'c', 'd')
    const first = keeping(name, { inFlightMax: 4 }, { inFlightMax: 1 })
    await until(() => first.keep.holds.length === 1)
    await until(async () => (await pendingOf(server, name, 'c')) === 4)
    await first.stop()
    const next = await start(name)
    await next.got(3) // At once, without waiting for those that gave them back.
    expect(next.data).toEqual(['b', 'c', 'd'])
  })

  test('nodes with the same consumer share the messages', async () => {
    const { name } = await stream('a', 'b', 'c', 'd', 'e', 'f')
    const nodes = [keeping(name, { inFlightMax: 3 }), keeping(name, { inFlightMax: 3 })]
    const all = () => nodes.flatMap(({ keep }) => keep.holds.map(({ data }) => data as string))
    await until(() => all().length === 6)
    expect(all().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(nodes.map(({ keep }) => keep.holds.length)).toEqual([3, 3])
  })

  test('what was delivered too often goes to the dead letters, and never comes again', async () => {
    const { name } = await stream('poison')
    await server.manager.consumers.add(name, { durable_name: 'c', ack_policy: 'explicit' } as never)
    const consumer = await jetstream(server.nc).consumers.get(name, 'c')
    for (let i = 0; i < 2; i++) (await consumer.next())?.nak()
    const { supply, data, dead, train } = await start(name, { deliveriesMax: 2 })
    await until(() => dead.length === 1)
    expect(data).toEqual([])
    expect(supply.progress()).toMatchObject({ pending: 0, redelivered: 1, poisoned: 1 })
    expect(dead[0]).toMatchObject({ cog: 'JetStreamSupply', original: Buffer.from('poison'), data: 'poison' })
    expect(dead[0]?.error.message).toContain(
      `message 1 of ${name} was delivered 3 times and never acknowledged: deliveriesMax is 2`,
    )
    expect(train.accounts()[0]).toMatchObject({ in: 1, out: 0, diverted: 1 })
    await until(async () => (await server.manager.consumers.info(name, 'c')).ack_floor.stream_seq === 1)
    expect(supply.progress().underWay).toBe(0)
  })

  test('what was not over comes again in the next run', async () => {
    const { name } = await stream('one', 'two')
    const first = keeping(name, { ackWaitMs: 100 })
    await until(() => first.keep.holds.length === 2)
    first.keep.resume(null)
    await until(async () => (await pendingOf(server, name, 'c')) === 1)
    await first.stop()
    const next = await start(name, { deliveriesMax: 0 })
    await next.got(1)
    expect(next.data).toEqual(['two'])
  })

  test('the stream must be there, or is made where that is wished', async () => {
    const { running } = await start('NONE')
    await expect(running).rejects.toThrow(
      /there is no stream NONE at 127.0.0.1:\d+: make it \(nats stream add NONE\), or set/,
    )
    await start('MADE', { create: true, subject: 'made.>', retention: 'workqueue', duplicateWindowMs: 60_000 })
    await until(() => server.manager.streams.info('MADE').catch(() => null))
    const { config } = await server.manager.streams.info('MADE')
    expect(config).toMatchObject({ subjects: ['made.>'], retention: 'workqueue', duplicate_window: 60_000_000_000 })
    const nothing = await start('UNKNOWN', { create: true })
    await expect(nothing.running).rejects.toThrow(/no subject says what to make it of: set subject/)
  })

  test('a consumer of another kind is refused', async () => {
    const { name } = await stream()
    await server.manager.consumers.add(name, { durable_name: 'c', ack_policy: 'none' } as never)
    const { running } = await start(name)
    await expect(running).rejects.toThrow(/the consumer c of S\d+ must have each message acknowledged/)
  })

  test('with check-points, what one knows of is not given again, and nothing is acknowledged before', async () => {
    const { name } = await stream('one', 'two')
    let record: Json = null
    const gates: (() => void)[] = []
    let isOpen = false
    const checkpoints: Checkpoints = {
      name: 'memory',
      load: () => record,
      store: (json) =>
        new Promise((resolve) => {
          gates.push(() => {
            record = JSON.parse(json) as Json
            resolve()
          })
          if (isOpen) gates.shift()?.()
        }),
      clear: () => Promise.resolve(),
      close: () => undefined,
    }
    const first = keeping(name, { ackWaitMs: 100 }, { checkpoints })
    const store = async () => {
      await until(() => gates.length > 0)
      gates.shift()?.()
      await turn()
    }
    const stored = async () => {
      while (first.keep.holds.length < 2) await (gates.length > 0 ? store() : turn())
    }
    await stored()
    while (gates.length > 0) await store()
    first.keep.resume(null) // The first one is over; the second is still held.
    await until(() => gates.length > 0)
    expect(await pendingOf(server, name, 'c')).toBe(2)
    await store()
    while ((await pendingOf(server, name, 'c')) > 1) await (gates.length > 0 ? store() : turn())
    expect(record).toMatchObject({
      supplies: { JetStreamSupply: { done: [[1, 2]] } },
      origins: [{ origin: { sequence: 2 } }],
    })
    // The next one finds this record, as after a crash.
    const left = structuredClone(record)
    isOpen = true
    gates.splice(0).forEach((open) => open())
    await first.stop()
    const next = await start(
      name,
      {},
      { checkpoints: { ...checkpoints, load: () => left, store: () => Promise.resolve() } },
    )
    await next.got(1)
    expect(next.data).toEqual(['two'])
  })

  test('goes on with a server that went away, and loses nothing', async () => {
    const directory = temporary()
    const { port, servers, kill } = await startNats(cleanups, { directory })
    const make = { stream: 'S', servers, create: true, retryMs: 1, retryMaxMs: 1 }
    const here = await drained<string, JetStreamDrain>(
      cleanups,
      (train) => new JetStreamDrain(train, { ...make, subject: 's' }),
    )
    here.supply.push('one')
    await here.isDone(1)
    const there = await supplied(
      cleanups,
      (train) => new JetStreamSupply(train, { ...make, consumer: 'c', ackWaitMs: 100 }),
    )
    await there.got(1)
    await kill()
    here.supply.push('two')
    await until(() => here.log.some(({ level }) => level === 'warn') && there.log.some(({ level }) => level === 'warn'))
    await startNats(cleanups, { port, directory })
    await until(() => {
      here.clock.advance(1)
      there.clock.advance(1)
      return here.supply.acknowledged === 2 && there.data.includes('two')
    })
    expect(new Set(there.data)).toEqual(new Set(['one', 'two'])) // What was not acknowledged may come again.
  })

  test('connects by TLS, with a password or a token', async () => {
    const directory = temporary()
    const { ca, server: own } = makeCertificates(directory)
    const tls = `tls { cert_file: "${own.cert}", key_file: "${own.key}" }`
    const { port, servers } = await startNats(cleanups, {
      directory: join(directory),
      more: `${tls}\nauthorization { user: u, password: secret }`,
    })
    const make = { stream: 'S', servers, create: true, subject: 's', tls: { on: true, ca } }
    const wrong = await supplied(
      cleanups,
      (train) => new JetStreamSupply(train, { ...base, ...make, user: 'u', password: 'no' }),
    )
    await until(() => wrong.log.some(({ level }) => level === 'warn'))
    expect(wrong.log.find(({ level }) => level === 'warn')?.message).toMatch(
      new RegExp(`cannot reach 127.0.0.1:${port}: .*[Aa]uthorization.*; it is tried again`),
    )
    expect(JSON.stringify(wrong.log)).not.toContain('"no"')
    const right = await drained<string, JetStreamDrain>(
      cleanups,
      (train) => new JetStreamDrain(train, { ...make, user: 'u', password: 'secret' }),
    )
    right.supply.push('one')
    await right.isDone(1)
  })
}
