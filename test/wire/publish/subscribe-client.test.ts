import type { Payload } from '../../../lib/wire/frames/message.js'
import { bindFirst, closeBound } from '../../../lib/wire/socket.js'
import { zmq } from '../../../lib/wire/zmq.js'
import { afterTest, publishServer, subscribeClient } from '../../support/wire.js'

/** A publisher of raw frames, and a subscriber to everything that it has heard of. */
async function start(target = 'lamp.level') {
  const publisher = new (zmq().XPublisher)({ linger: 0 })
  afterTest(() => publisher.close())
  const port = await bindFirst(publisher, '127.0.0.1', 0)
  const client = subscribeClient(port)
  const heard: [Payload, number, string][] = []
  let wake: () => void = () => undefined
  const end = client.subscribe(target, (...about) => {
    heard.push(about)
    wake()
  })
  await publisher.receive()
  await publisher.receive()
  const send = (...frames: (string | Buffer)[]) => publisher.send(frames)
  const publish = (seq: number, boot = 'b') =>
    send('lamp.level.', 'a', JSON.stringify({ value: seq, time: 1, _seq: seq, _boot: boot }))
  const until = async (count: number) => {
    while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return heard
  }
  return { client, publisher, send, publish, until, end }
}

test('what is published is heard, without what the wire added', async () => {
  const server = await publishServer()
  const client = subscribeClient(server.port)
  const heard = new Promise((resolve) => client.subscribe('lamp.level', (...about) => resolve(about)))
  while (!server.isHeard('lamp.level')) await new Promise((resolve) => setImmediate(resolve))
  server.publish('lamp.levels', { value: 1, time: 2 })
  server.publish('lamp.level', { value: 7, time: 2 })
  expect(await heard).toEqual([{ value: 7, time: 2 }, 0, 'lamp.level'])
})

test('what was missed is counted', async () => {
  const { client, publish, until } = await start()
  for (const seq of [5, 6, 9]) await publish(seq)
  expect((await until(3)).map(([, missed]) => missed)).toEqual([0, 0, 2])
  expect(client.lost).toBe(2)
})

test('after a restart of the daemon at least one was missed', async () => {
  const { publish, until } = await start()
  await publish(5, 'one')
  await publish(1, 'two')
  await publish(2, 'two')
  await publish(4, 'three')
  expect((await until(4)).map(([, missed]) => missed)).toEqual([0, 1, 0, 3])
})

test('what is malformed is survived', async () => {
  const { send, until } = await start()
  await send('lamp.level.', 'a')
  await send('lamp.level.', 'b', '{"value": 1}')
  await send('lamp.level.', 'a', '{nope')
  await send('lamp.level.', 'a', '{"value": 1}', 'x', 'y')
  await send('lamp.level.', 'a', '{"shape": [2], "dtype": "int16"}', 'x')
  await send('lamp.level.', 'a', '{"value": 2, "time": 3}', '')
  expect((await until(1))[0]).toEqual([{ value: 2, time: 3 }, 0, 'lamp.level'])
})

test('everything is heard with its target', async () => {
  const { send, until } = await start('')
  await send('lamp.level.', 'a', '{"value": 2}')
  await send('lamp.on.', 'a', '{"value": 3}')
  expect((await until(2)).map(([, , target]) => target)).toEqual(['lamp.level', 'lamp.on'])
})

test('a target is not heard for its first letters', async () => {
  const { send, publish, until } = await start()
  await send('lamp.level.high.', 'a', '{"value": 2}')
  await publish(1)
  expect((await until(1))[0]?.[0]).toMatchObject({ value: 1 })
})

test('who has heard enough hears no more, and the daemon knows', async () => {
  const { publisher, end } = await start()
  end()
  const [notice] = await publisher.receive()
  expect([...notice!.subarray(0, 1)]).toEqual([0])
  end()
})

test('it tells how it is connected', async () => {
  const { client, publisher } = await start()
  const next = () => new Promise((resolve) => client.onState(resolve))
  if (client.state !== 'connected') expect(await next()).toBe('connected')
  publisher.close()
  expect(await next()).toBe('lost')
  client.close()
  expect(client.state).toBe('closed')
})

test('it hears again after the daemon was restarted', async () => {
  const { client, publisher } = await start()
  const port = Number(/\d+$/.exec(publisher.lastEndpoint ?? '')?.[0])
  await closeBound(publisher)
  const again = await publishServer({ port })
  const heard = new Promise((resolve) => client.subscribe('lamp.on', resolve))
  while (!again.isHeard('lamp.on')) await new Promise((resolve) => setImmediate(resolve))
  again.publish('lamp.on', { value: true })
  expect(await heard).toEqual({ value: true })
})

test('who missed the last value is told by the next beat', async () => {
  const { client, publish, send, until } = await start()
  const missed = new Promise((resolve) => client.onMissed(resolve))
  await publish(1)
  await until(1)
  await send('_beat.', 'a', '{"value": {"lamp.level": 1, "lamp.on": 5}, "_seq": 1, "_boot": "b"}')
  await send('_beat.', 'a', '{"value": {"lamp.level": 3}, "_seq": 2, "_boot": "b"}')
  expect(await missed).toEqual(new Map([['lamp.level', 2]]))
  expect(client.lost).toBe(2)
})

test('nothing is kept of one that is closed', async () => {
  const { client } = await start()
  const { events } = client['socket']
  client.close()
  while (!events.closed) await new Promise((resolve) => setImmediate(resolve))
})
