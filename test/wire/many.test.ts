import { decodePublication } from '../../lib/wire/frames/decode.js'
import { zmq } from '../../lib/wire/zmq.js'
import { afterTest, publishServer, requestClient, requestServer, subscribeClient } from '../support/wire.js'
import { RawClient } from '../support/raw-wire.js'

/** A subscriber that takes nothing until it is asked for the gap in what came. */
class Slow {
  private readonly socket = new (zmq().Subscriber)({ linger: 0, receiveHighWaterMark: 10 })

  constructor(port: number) {
    afterTest(() => this.socket.close())
    this.socket.connect(`tcp://127.0.0.1:${port}`)
  }

  /** Subscribe, and take the first that comes. */
  listen(): void {
    this.socket.subscribe('lamp.level.')
  }

  /** How many were missed at once, at most. */
  async gap(): Promise<number> {
    let [last, gap] = [0, 0]
    for (;;) {
      const payload = decodePublication(await this.socket.receive())?.payload ?? {}
      const seq = payload['_seq'] as number
      gap = Math.max(gap, seq - last - 1)
      last = seq
      if (payload['value'] === 'end') return gap
    }
  }
}

/** `npm run soak` plays 160 and 100. */
const ROUNDS = Number(process.env['WIRE_ROUNDS'] ?? 1)
const BURSTS = Number(process.env['WIRE_BURSTS'] ?? 1)

const IN_FLIGHT = 512
const REQUESTS = 2000
const BURST = 20_000

test(`${ROUNDS} times ${REQUESTS} requests, ${IN_FLIGHT} of them under way: each gets its ACK and its one answer`, async () => {
  const server = await requestServer({ handle: ({ value }) => ({ value: value as number }) })
  const raw = new RawClient(server.port)
  for (let round = 0; round < ROUNDS; round++) {
    let sent = 0
    const send = () => raw.send('a', `${sent}`, 'SET', 'lamp.level', '', `{"value": ${sent++}}`)
    while (sent < IN_FLIGHT) await send()
    const seen = { ACK: new Set<string>(), REP: new Set<string>() }
    for (let answered = 0; answered < REQUESTS;) {
      const [, id, type, , , payload] = await raw.receive()
      const ids = seen[type as 'ACK' | 'REP']
      if (ids.has(id!)) throw new Error(`a second ${type} of ${id}`)
      ids.add(id!)
      if (type !== 'REP') continue
      if (payload !== `{"value":${id}}`) throw new Error(`${id} got ${payload}`)
      answered += 1
      if (sent < REQUESTS) await send()
    }
    expect([seen.ACK.size, seen.REP.size]).toEqual([REQUESTS, REQUESTS])
  }
}, 600_000)

test('the same by the client of ours, in order', async () => {
  const carriedOut: number[] = []
  const server = await requestServer({
    handle: ({ value }) => {
      carriedOut.push(value as number)
      return { value: value as number }
    },
  })
  const client = requestClient(server.port)
  let next = 0
  const ask = async (): Promise<void> => {
    for (let value = next++; value < REQUESTS; value = next++) {
      const answer = await client.request({ type: 'SET', target: 'lamp.level', payload: { value } })
      if (answer['value'] !== value) throw new Error(`${value} got ${JSON.stringify(answer)}`)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, ask))
  expect(carriedOut).toEqual(Array.from({ length: REQUESTS }, (_, i) => i))
}, 600_000)

test(`${BURSTS} bursts of ${BURST} publications: none is missing, and they are in order`, async () => {
  const server = await publishServer()
  const client = subscribeClient(server.port)
  let heard = 0
  let wake: () => void = () => undefined
  client.subscribe('lamp.level', ({ value }, missed) => {
    if (value !== heard || missed > 0) throw new Error(`${heard} must come next: ${JSON.stringify(value)} came`)
    if (++heard % BURST === 0) wake()
  })
  while (!server.isHeard('lamp.level')) await new Promise((resolve) => setImmediate(resolve))
  for (let burst = 0; burst < BURSTS; burst++) {
    const all = new Promise<void>((resolve) => (wake = resolve))
    for (let i = 0; i < BURST; i++) server.publish('lamp.level', { value: burst * BURST + i, time: 1795294147.5 })
    await all
  }
  expect(heard).toBe(BURSTS * BURST)
}, 600_000)

test('a subscriber that does not read costs no more than its queue, and sees what it missed', async () => {
  const server = await publishServer({ queueMax: 100 })
  const fast = subscribeClient(server.port)
  const slow = new Slow(server.port)
  fast.subscribe('lamp.level', () => undefined)
  slow.listen()
  while (!server.isHeard('lamp.level')) await new Promise((resolve) => setImmediate(resolve))
  const before = process.memoryUsage().rss
  const text = 'x'.repeat(10_000)
  for (let i = 0; i < 30_000; i++) {
    server.publish('lamp.level', { value: i, text })
    if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve))
  }
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(150) // 300 MB were published.
  const gaps: number[] = []
  void slow.gap().then((gap) => gaps.push(gap))
  while (gaps.length === 0) {
    server.publish('lamp.level', { value: 'end' }) // As soon as there is room, one of them arrives.
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(gaps[0]).toBeGreaterThan(1000)
})
