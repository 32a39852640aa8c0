import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { silentLogger } from '../../lib/movement/logger.js'
import { Puller, type StreamMessage } from '../../lib/stream/puller.js'
import { FakeNats } from '../support/fake-nats.js'

function start({ inFlightMax = 8 } = {}) {
  const clock = new ManualClock()
  const nats = new FakeNats()
  const arrived: StreamMessage[] = []
  const errors: string[] = []
  const known = new Set<number>()
  const options = { stream: 'S', inFlightMax }
  const puller = new Puller(new Escapement({ clock }), silentLogger, options, {
    arrived: (message) => {
      arrived.push(message)
      return !known.has(message.sequence)
    },
    broken: ({ message }) => errors.push(message),
  })
  puller.connected(nats.link, 'c', 300)
  const ack = (sequence: number, deliveries = 1) => `$JS.ACK.S.c.${deliveries}.${sequence}.1.1.0`
  const give = (sequence: number, deliveries = 1) =>
    nats.hear('s', `m${sequence}`, { reply: ack(sequence, deliveries), 'Nats-Msg-Id': `i${sequence}` })
  const said = () =>
    nats.published
      .splice(0)
      .map(({ subject, payload }) =>
        subject.startsWith('$JS.API') ? asked(payload) : `${payload} ${subject.split('.')[5]}`,
      )
  const asked = (payload: string) => `ask ${(JSON.parse(payload) as { batch: number }).batch}`
  return { clock, nats, puller, arrived, errors, known, give, said, ack }
}

test('asks for as many as there is room for, and again when a quarter of it is free', () => {
  const { puller, give, said, arrived } = start()
  expect(said()).toEqual(['ask 8'])
  for (let n = 1; n <= 8; n++) give(n)
  expect(said()).toEqual([])
  expect(arrived[0]).toMatchObject({ sequence: 1, subject: 's', messageId: 'i1', deliveries: 1 })
  puller.over(arrived[0] as StreamMessage)
  expect(said()).toEqual(['+ACK 1', 'ask 1']) // Nothing was asked for: one is better than none.
  puller.over(arrived[1] as StreamMessage, true)
  expect(said()).toEqual(['+TERM 2'])
  puller.over(arrived[2] as StreamMessage)
  expect(said()).toEqual(['+ACK 3', 'ask 2'])
})

test('asks for nothing while it pauses, or after its end, and gives back what it is told to', () => {
  const { puller, give, said, arrived, nats, ack } = start()
  puller.pause()
  give(1)
  puller.over(arrived[0] as StreamMessage)
  expect(said()).toEqual(['ask 8', '+ACK 1'])
  for (let n = 2; n <= 8; n++) give(n)
  puller.resume()
  expect(said()).toEqual(['ask 1'])
  puller.giveBack(arrived[1] as StreamMessage)
  void puller.close()
  nats.hear('s', 'late', { reply: ack(9) })
  puller.over(arrived[2] as StreamMessage)
  expect(said()).toEqual(['-NAK 2', '-NAK 9', '+ACK 3'])
})

test('waits at its end for what is on its way, but for a server that is gone no longer', async () => {
  const { puller, nats } = start()
  nats.drains = false
  let isOver = false
  const closing = puller.close().then(() => (isOver = true))
  await new Promise(setImmediate)
  expect(isOver).toBe(false)
  nats.close()
  await closing
})

test('tells the server in time that something is still under way', () => {
  const { clock, give, said, puller, arrived } = start()
  give(1)
  said()
  clock.advance(99)
  expect(said()).toEqual([])
  clock.advance(1)
  expect(said()).toEqual(['+WPI 1'])
  puller.over(arrived[0] as StreamMessage)
  puller.release()
  said()
  clock.advance(1000)
  expect(said()).toEqual([])
})

test('what comes again is counted, and given only if it is neither under way nor over', () => {
  const { give, said, puller, arrived, known } = start()
  give(1)
  give(1, 2)
  known.add(7)
  give(7, 3)
  expect([arrived.map(({ sequence }) => sequence), puller.redelivered]).toEqual([[1, 7], 2])
  expect(arrived[0]?.deliveries).toBe(2)
  expect(said()).toEqual(['ask 8', '+WPI 1', '+ACK 7', 'ask 2'])
})

test('asks anew when a request has ended, and when the server says nothing any more', () => {
  const { nats, said, clock } = start()
  said()
  nats.hear(nats.inbox, '', { code: 408, 'Nats-Pending-Messages': '8' })
  expect(said()).toEqual(['ask 8'])
  nats.hear(nats.inbox, '', { code: 100 })
  clock.advance(40_000)
  expect(said()).toEqual([])
  clock.advance(40_000)
  expect(said()).toEqual(['ask 8'])
  nats.hear(nats.inbox, '', { code: 409, description: 'Exceeded MaxWaiting' })
  expect(said()).toEqual([])
  clock.advance(40_000)
  expect(said()).toEqual(['ask 8'])
})

test('says that its consumer is gone', () => {
  const { nats, errors } = start()
  nats.hear(nats.inbox, '', { code: 409, description: 'Consumer Deleted' })
  nats.hear(nats.inbox, '', { code: 503 })
  nats.break(new Error('not allowed'))
  expect(errors).toEqual(['the consumer c of S is gone', 'the consumer c of S is gone', 'not allowed'])
})

test('acknowledges over the next connection what was over while there was none', () => {
  const { nats, puller, give, said, arrived } = start()
  give(1)
  give(2)
  said()
  puller.lost()
  puller.over(arrived[0] as StreamMessage)
  expect(said()).toEqual([])
  puller.connected(nats.link, 'c', 300)
  expect(said()).toEqual(['+ACK 1', 'ask 7'])
})
