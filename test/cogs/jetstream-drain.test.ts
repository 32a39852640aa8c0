import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { JetStreamDrain, type JetStreamDrainOptions } from '../../cogs/jetstream-drain.js'
import { itemGetter } from '../../lib/movement/index.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { messagesOf, withNats, type NatsServer } from '../support/nats.js'
import { freePort, has } from '../support/real-server.js'
import { Cleanups, drained, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = <T = string>(servers: readonly string[], options: Partial<JetStreamDrainOptions<T>> = {}) =>
  drained<T, JetStreamDrain<T>>(
    cleanups,
    (train) => new JetStreamDrain<T>(train, { stream: 'S', subject: 's', servers, create: true, ...options }),
  )

test('what is no message fails alone, and what comes while the server is away is kept', async () => {
  const servers = [`127.0.0.1:${await freePort()}`]
  const options = {
    subjectGetter: itemGetter('to'),
    idGetter: itemGetter('id'),
    getter: itemGetter('text'),
    bufferMax: 2,
  }
  const { supply, dead, log, drain } = await start<object>(servers, options)
  supply.push({ to: 'a.*', text: 'x' }, { to: 'a..b', text: 'x' }, { to: '', text: 'x' })
  supply.push({ to: 'a', text: 1 }, { to: 'a', text: 'x', id: 7 }, { to: 'a', text: 'x', id: 'a\nb' })
  supply.push({ to: 'a', text: 'one', id: 'i' })
  await until(() => log.some(({ level }) => level === 'warn'))
  const reasons = dead.map(({ error }) => (error.cause as Error).message)
  expect(reasons.slice(0, 3).every((text) => text.startsWith('a subject must be words joined by dots'))).toBe(true)
  expect(reasons[3]).toMatch(/a message must be a string or bytes/)
  expect(reasons.slice(4).every((text) => text.startsWith("a message's id must be a text of visible ASCII"))).toBe(true)
  expect([supply.acknowledged, drain.full(), reasons.length]).toEqual([6, true, 6])
})

test('refuses a limit that is none, and shows no secrets', () => {
  const { train } = testTrain()
  const make = (options: object) => new JetStreamDrain(train, { stream: 'S', subject: 's', ...options })
  expect(() => make({ windowMax: 0 })).toThrow('windowMax must be at least 1')
  expect(String(make({ user: 'u', password: 'secret' }))).toBe('JetStreamDrain(127.0.0.1:4222, stream=S)')
})

if (has('nats-server')) {
  const whole = new Cleanups()
  let server: NatsServer
  beforeAll(async () => {
    server = await withNats(whole)
  })
  afterAll(whole.run)

  class Numbered extends TestSupply<string> {
    override identity({ first }: { first: number }, k: number): string {
      return `line ${first + k}`
    }
  }

  /** A train of which each run gives the same inputs again. */
  function run(options: Partial<JetStreamDrainOptions<string>>) {
    const rig = testTrain()
    const supply = new Numbered(rig.train, {})
    const drain = new JetStreamDrain(rig.train, { stream: 'S', subject: 's', servers: server.servers, ...options })
    rig.train.line(supply, (text: string) => text.split(' '), drain)
    const running = rig.train.run({ signals: false })
    const end = async () => {
      supply.close()
      await running
    }
    return { supply, drain, running, end, isDone: (count: number) => until(() => supply.acknowledged >= count) }
  }

  test('publishes in order, over many batches, and stops only when all is stored', async () => {
    const { supply, train } = await start(server.servers, { stream: 'ORDER', subject: 'order.all', windowMax: 7 })
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`)
    supply.push(...lines)
    await train.stop()
    expect(supply.acknowledged).toBe(50)
    expect(await messagesOf(server, 'ORDER')).toEqual(lines)
  })

  test('one in the middle that is refused for now is not overtaken', async () => {
    await server.manager.streams.add({
      ...{ name: 'MIDDLE', subjects: ['middle.*'], discard: 'new' },
      ...{ max_msgs_per_subject: 1, discard_new_per_subject: true },
    } as never)
    await server.nc.request('middle.3', 'in the way')
    const { supply, log, clock } = await start(server.servers, {
      ...{ stream: 'MIDDLE', create: false, retryMs: 1, retryMaxMs: 1 },
      ...{ subjectGetter: (text: string) => `middle.${text}`, idGetter: (text: string) => text },
    })
    supply.push('1', '2', '3', '4', '5')
    await until(() => log.some(({ message }) => message.includes('it is tried again')))
    expect(await messagesOf(server, 'MIDDLE')).toEqual(['in the way', '1', '2'])
    await server.manager.streams.deleteMessage('MIDDLE', 1)
    await until(() => {
      clock.advance(1)
      return supply.acknowledged === 5
    })
    expect(await messagesOf(server, 'MIDDLE')).toEqual(['1', '2', '3', '4', '5'])
  })

  test("two that write to one stream are not in each other's way", async () => {
    const writers = await Promise.all(
      ['a', 'b'].map((name) =>
        start(server.servers, { stream: 'BOTH', subject: 'both', idGetter: (text: string) => name + text }),
      ),
    )
    const lines = Array.from({ length: 200 }, (_, n) => String(n))
    for (const { supply } of writers) supply.push(...lines)
    await Promise.all(writers.map(({ isDone }) => isDone(200)))
    const { state } = await server.manager.streams.info('BOTH')
    expect([state.messages, ...writers.map(({ drain }) => drain.duplicates)]).toEqual([400, 0, 0])
  })

  test('a run that gives the same again changes nothing', async () => {
    const make = { stream: 'AGAIN', subject: 'again', create: true }
    for (const duplicates of [0, 4]) {
      const { supply, drain, isDone, end } = run(make)
      supply.push('one', 'two two three')
      await isDone(2)
      expect(drain.progress()).toEqual({ waiting: 0, duplicates, refused: 0 })
      await end()
    }
    expect(await messagesOf(server, 'AGAIN')).toEqual(['one', 'two', 'two', 'three'])
  })

  test('an id of the datum counts in the place of that of its input, and without any all are stored', async () => {
    const make = { stream: 'IDS', subject: 'ids', create: true }
    const named = run({ ...make, idGetter: (text: string) => text })
    named.supply.push('a', 'b a')
    await named.isDone(2)
    await named.end()
    const bare = run({ ...make, idGetter: () => null })
    bare.supply.push('a')
    await bare.isDone(1)
    await bare.end()
    expect(await messagesOf(server, 'IDS')).toEqual(['a', 'b', 'a'])
  })

  test('there must be a stream, and it must take the subject', async () => {
    const missing = await start(server.servers, { stream: 'MISSING', subject: 'missing', create: false })
    await expect(missing.running).rejects.toThrow(
      /there is no stream MISSING at .*: make it \(nats stream add MISSING --subjects missing\), or set create/,
    )
    await server.manager.streams.add({ name: 'OTHER', subjects: ['other'] })
    const { supply, log } = await start(server.servers, { stream: 'OTHER', subject: 'elsewhere' })
    supply.push('one')
    await until(() => log.some(({ message }) => message.includes('no stream takes elsewhere')))
    expect(supply.acknowledged).toBe(0)
  })

  test('what is refused for good stops the train, or is dropped and told; a full stream is tried again', async () => {
    await server.manager.streams.add({ name: 'SMALL', subjects: ['small.>'], max_msg_size: 5 })
    const strict = await start(server.servers, { stream: 'SMALL', subject: 'small.a' })
    strict.supply.push('too large')
    await expect(strict.running).rejects.toThrow(/refused a message: message size exceeds maximum/)
    const lax = await start(server.servers, { stream: 'SMALL', subject: 'small.b', whenRefused: 'drop' })
    lax.supply.push('too large', 'small')
    await lax.isDone(2)
    expect(lax.log.find(({ level }) => level === 'error')?.message).toMatch(/refused a message: .*; dropped/)
    expect(await messagesOf(server, 'SMALL')).toEqual(['small'])
    await server.manager.streams.add({ name: 'FULL', subjects: ['full'], max_msgs: 1, discard: 'new' } as never)
    const full = await start(server.servers, { stream: 'FULL', subject: 'full' })
    full.supply.push('one', 'two')
    await until(() => full.log.some(({ level }) => level === 'warn'))
    await server.manager.streams.purge('FULL')
    full.clock.advance(1000)
    await full.isDone(2)
    expect(await messagesOf(server, 'FULL')).toEqual(['two']) // What was stored is not sent again.
  })
}
