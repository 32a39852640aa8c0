import { connect } from 'node:net'
import { PublishServer } from '../../../lib/wire/publish/publish-server.js'
import { Escapement, ManualClock, type Binding } from '../../../lib/movement/index.js'
import { KeyPair } from '../../../lib/wire/index.js'
import { zmq } from '../../../lib/wire/zmq.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'
import { afterTest, publishServer, subscribeClient } from '../../support/wire.js'

/** Whether somebody listens at a port. */
async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isThere = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  })
  return await isThere.finally(() => socket.destroy())
}

/** Counts what goes on time and again. */
class Counting extends Escapement {
  going = 0

  override every<A extends unknown[]>(periodMs: number, fn: (...args: A) => void, ...args: A): Binding {
    this.going++
    return super.every(periodMs, fn, ...args)
  }

  override cancel(timer: Binding): boolean {
    this.going--
    return super.cancel(timer)
  }
}

/** Notices of subscriptions as they come. */
function notices() {
  const seen: [string, boolean][] = []
  let wake: () => void = () => undefined
  return {
    seen,
    onSubscription: (target: string, isOn: boolean) => {
      seen.push([target, isOn])
      wake()
    },
    until: async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

test('who subscribes is noticed when the first comes and the last leaves', async () => {
  const { onSubscription, until, seen } = notices()
  const server = await publishServer({ onSubscription })
  const clients = [subscribeClient(server.port), subscribeClient(server.port)]
  const ends = clients.map((client) => client.subscribe('lamp.level', () => undefined))
  await until(1)
  expect([server.isHeard('lamp.level'), server.isHeard('lamp.on')]).toEqual([true, false])
  ends[0]?.()
  clients[1]?.close()
  await until(2)
  expect(seen).toEqual([
    ['lamp.level', true],
    ['lamp.level', false],
  ])
  expect(server.isHeard('lamp.level')).toBe(false)
})

test('who hears everything hears each', async () => {
  const { onSubscription, until } = notices()
  const server = await publishServer({ onSubscription })
  subscribeClient(server.port).subscribe('', () => undefined)
  await until(1)
  expect(server.isHeard('lamp.level')).toBe(true)
})

test('it knows its port once it listens', async () => {
  const server = new PublishServer({ esc: Escapement.instance })
  expect(() => server.port).toThrow('the port is known once start() is through')
  await server.close()
  expect(() => server.publish('lamp.level', { value: 1 })).not.toThrow()
})

test('a limit below one is refused', () => {
  expect(() => new PublishServer({ esc: Escapement.instance, queueMax: 0 })).toThrow(
    'queueMax must be at least 1: it is 0',
  )
})

test('what is published is heard, or counted as lost by the next that is', async () => {
  const server = await publishServer({ queueMax: 1 })
  const client = subscribeClient(server.port)
  let [published, heard, last] = [0, 0, 0]
  client.subscribe('lamp.level', ({ value }) => {
    heard += 1
    last = value as number
  })
  const publish = () => server.publish('lamp.level', { value: (published += 1) })
  while (!server.isHeard('lamp.level')) await new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 10_000; i++) publish() // In one go: there is room for one.
  for (const burst = published; last <= burst;) {
    publish()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(heard + client.lost).toBe(last)
  expect(client.lost).toBeGreaterThan(1000)
})

test('it beats while somebody hears it, and not a moment longer', async () => {
  const clock = new ManualClock()
  const server = await publishServer({ esc: new Escapement({ clock }) })
  const client = subscribeClient(server.port)
  const missed = new Promise((resolve) => client.onMissed(resolve))
  while (!server.isHeard('_beat')) await new Promise((resolve) => setImmediate(resolve))
  server.publish('lamp.level', { value: 1 })
  client.subscribe('lamp.level', () => undefined) // Too late for the value.
  while (!server.isHeard('lamp.level')) await new Promise((resolve) => setImmediate(resolve))
  clock.advance(1000)
  expect(await missed).toEqual(new Map([['lamp.level', 0]]))
  client.close()
  while (server.isHeard('_beat')) await new Promise((resolve) => setImmediate(resolve))
  await clock.runUntilIdle()
})

test('who subscribes to a longer topic than there can be is disconnected', async () => {
  const { onSubscription, seen, until } = notices()
  const server = await publishServer({ onSubscription, topicBytesMax: 1024 })
  const socket = new (zmq().XSubscriber)({ linger: 0, reconnectInterval: -1 })
  afterTest(() => socket.close())
  const gone = new Promise<void>((resolve) => {
    void (async () => {
      for await (const { type } of socket.events) if (type === 'disconnect') resolve()
    })()
  })
  socket.connect(`tcp://127.0.0.1:${server.port}`)
  await socket.send(`\x01${'a'.repeat(2000)}`)
  await gone
  subscribeClient(server.port).subscribe('b'.repeat(1023), () => undefined)
  await until(1)
  expect(seen).toEqual([['b'.repeat(1023), true]])
})

test('who subscribes to more than there is room for fills no memory: all are disconnected, and others come back', async () => {
  const { onSubscription, until } = notices()
  const told: string[] = []
  const info = (_: object, text: string): void => void told.push(text)
  const log = { debug: () => undefined, info, warn: () => undefined }
  const server = await publishServer({ onSubscription, topicsBytesMax: 1024, log })
  const client = subscribeClient(server.port)
  const heard: unknown[] = []
  client.subscribe('lamp.level', ({ value }) => heard.push(value))
  await until(1)
  const hog = new (zmq().Subscriber)({ linger: 0, reconnectInterval: 600_000 })
  afterTest(() => hog.close())
  hog.connect(`tcp://127.0.0.1:${server.port}`)
  for (let n = 0; n < 11; n++) hog.subscribe(`${n}`.padStart(100, '0'))
  // Eleven more, then all twelve off, then the first one is back.
  await until(1 + 11 + 12 + 1)
  expect(told).toEqual(['disconnected all subscribers, as their topics have more than 1024 bytes (topicsBytesMax)'])
  server.publish('lamp.level', { value: 7 })
  while (heard.length === 0) await new Promise(setImmediate)
  expect(heard).toEqual([7])
})

test('who comes back with too many topics time and again does so more and more seldom, and is among those whom the log names', async () => {
  const clock = new ManualClock()
  const told: string[] = []
  const named: unknown[] = []
  let wake: () => void = () => undefined
  const info = (fields: object, text: string): void => {
    told.push(text)
    named.push((fields as { keys?: unknown }).keys)
    wake()
  }
  const until = async (count: number) => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve))
  }
  const log = { debug: () => undefined, info, warn: () => undefined }
  const [keys, anna] = [KeyPair.make(), KeyPair.make()]
  const curve = { keys, nameOf: (key: string) => (key === anna.publicKey ? 'anna' : null) }
  const server = await publishServer({ esc: new Escapement({ clock }), topicsBytesMax: 1024, log, curve })
  const { publicKey: curvePublicKey, secretKey: curveSecretKey } = anna
  const hog = new (zmq().Subscriber)({
    ...{ linger: 0, reconnectInterval: 1, curvePublicKey, curveSecretKey, curveServerKey: keys.publicKey },
  })
  afterTest(() => hog.close())
  for (let n = 0; n < 11; n++) hog.subscribe(`${n}`.padStart(100, '0'))
  hog.connect(`tcp://127.0.0.1:${server.port}`)
  hog.receive().catch(() => undefined) // Without it nothing of what a new connection needs is done.
  await until(2)
  for (const count of [3, 4]) {
    while (await isListening(server.port));
    while (!(await isListening(server.port))) clock.advance(500)
    await until(count)
  }
  const pauses = told.map((text) => Number(/subscribers(?: for (\d+) ms)?, as their topics/.exec(text)?.[1] ?? 0))
  const [first = NaN, second = NaN, third = NaN, fourth = NaN] = pauses
  expect(first).toBe(0)
  for (const [pauseMs, wholeMs] of [
    [second, 1000],
    [third, 2000],
    [fourth, 4000],
  ] as const) {
    expect(pauseMs).toBeGreaterThanOrEqual(wholeMs / 2)
    expect(pauseMs).toBeLessThanOrEqual(wholeMs)
  }
  expect(named).toEqual([['anna'], ['anna'], ['anna'], ['anna']])
})

test('one that could not listen keeps no process alive', async () => {
  const { lines, code } = await runScript(
    `
    const { PublishServer, RequestServer, KeyPair } = await import(source + 'lib/wire/index.ts')
    const { Escapement } = await import(source + 'lib/movement/index.ts')
    const taken = (await import('node:net')).createServer()
    await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const curve = { keys: KeyPair.make(), nameOf: () => null }
    for (const Server of [PublishServer, RequestServer]) {
      const server = new Server({ esc: new Escapement(), port: taken.address().port, curve, handle: () => ({}) })
      await server.start().catch(({ code }) => console.log(code))
    }
    taken.close()`,
    FROM_SOURCE,
  )
  expect([lines, code]).toEqual([['ERR_WIRE_IN_USE', 'ERR_WIRE_IN_USE'], 0])
})

test('who subscribes while it is closed keeps nothing going', async () => {
  const esc = new Counting()
  for (let i = 0; i < 50; i++) {
    const server = await publishServer({ esc })
    const client = subscribeClient(server.port)
    await new Promise<void>((resolve) => client.onState((state) => state === 'connected' && resolve()))
    await server.close() // Its subscription to the beat is on its way now: it is read before, while, or behind that.
    client.close()
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    expect([i, esc.going]).toEqual([i, 0])
  }
})
