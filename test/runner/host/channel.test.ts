import { PassThrough, Duplex } from 'node:stream'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { Channel } from '../../../lib/runner/host/channel.js'
import { MESSAGE_BYTES_MAX } from '../../../lib/runner/host/protocol.js'

const BEAT = '{"type":"beat"}\n'

function start(messagesPerSecond = 10) {
  const incoming = new PassThrough({ highWaterMark: 2 ** 30 })
  const outgoing = new PassThrough({ highWaterMark: 2 ** 30 })
  const socket = Duplex.from({ readable: incoming, writable: outgoing })
  const clock = new ManualClock()
  const taken: string[] = []
  const broken: string[] = []
  const channel = new Channel(socket, clock, messagesPerSecond, {
    take: ({ type }) => {
      if (type === 'end') throw new Error('enough')
      taken.push(type)
    },
    broken: ({ message }) => broken.push(message),
  })
  const hear = async (text: string | Buffer): Promise<void> => {
    incoming.write(text)
    await turnOfNode()
  }
  return { channel, clock, taken, broken, hear, outgoing, socket }
}

test('messages are heard whole, in whatever pieces they come', async () => {
  const { hear, taken, broken } = start()
  await hear(BEAT + BEAT + BEAT.slice(0, 5))
  expect(taken).toHaveLength(2)
  await hear(BEAT.slice(5))
  expect(taken).toHaveLength(3)
  expect(broken).toEqual([])
})

test('a job that says too much is heard no faster than it may speak', async () => {
  const { hear, taken, clock, channel } = start(10)
  await hear(BEAT.repeat(100))
  expect([taken.length, channel.isHeld]).toEqual([10, true])
  clock.advance(1000)
  expect(taken).toHaveLength(20)
  clock.advance(5000)
  expect(taken).toHaveLength(70)
  await hear(BEAT.repeat(5)) // It waits behind what came before.
  expect(taken).toHaveLength(70)
  channel.finish()
  await turnOfNode()
  expect([taken.length, channel.isHeld]).toEqual([105, false])
})

test('who was silent for long may not say more at once for that', async () => {
  const { hear, taken, clock } = start(10)
  clock.advance(60_000)
  await hear(BEAT.repeat(100))
  expect(taken).toHaveLength(10)
})

test('the first message that is none ends it', async () => {
  const { hear, taken, broken, channel, outgoing } = start()
  await hear(`${BEAT}garbage\n${BEAT}`)
  await hear(BEAT)
  expect(taken).toEqual(['beat'])
  expect(broken).toEqual(['the job said what no job host says: "garbage"'])
  channel.send({ type: 'stop', reason: 'it is over' })
  expect(outgoing.read()).toBeNull()
})

test('what its target refuses ends it too', async () => {
  const { hear, broken } = start()
  await hear('{"type":"end","end":{"outcome":"cancelled","reason":""}}\n')
  expect(broken).toEqual(['enough'])
})

test('a message that never ends is given up, and takes no more memory than one', async () => {
  const { hear, broken } = start()
  await hear(Buffer.alloc(MESSAGE_BYTES_MAX, 'x'))
  expect(broken).toEqual([])
  await hear('x')
  expect(broken).toHaveLength(1)
})

test('a job that does not read is given up before much waits for it', () => {
  const { channel, broken, socket } = start()
  socket.cork()
  const reason = 'x'.repeat(MESSAGE_BYTES_MAX)
  for (let i = 0; i < 3; i++) channel.send({ type: 'stop', reason })
  expect(broken).toEqual([])
  for (let i = 0; i < 9; i++) channel.send({ type: 'stop', reason })
  expect(broken).toEqual([expect.stringMatching(/^the job doesn't read: \d+ bytes wait for it$/)])
})
