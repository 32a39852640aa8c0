import { Duplex, PassThrough } from 'node:stream'
import { turnOfNode } from '../../../../lib/movement/loop/clock.js'
import { Link, type Told } from '../../../../lib/runner/host/child/link.js'
import {
  ASKS_MAX,
  formatMessage,
  MESSAGE_BYTES_MAX,
  readFromChild,
  type Asks,
  type ToChild,
} from '../../../../lib/runner/host/protocol.js'

function start() {
  const incoming = new PassThrough()
  const outgoing = new PassThrough()
  const told: Told[] = []
  const link = new Link(Duplex.from({ readable: incoming, writable: outgoing }), (message) => told.push(message))
  const tell = async (...messages: ToChild[]): Promise<void> => {
    incoming.write(messages.map(formatMessage).join(''))
    await turnOfNode()
  }
  const said = async () => {
    await turnOfNode()
    const text = (outgoing.read() as Buffer | null)?.toString() ?? ''
    return text.split('\n').slice(0, -1).map(readFromChild)
  }
  return { link, tell, said, told }
}

test('an answer reaches who asked, and a refusal is thrown there', async () => {
  const { link, tell, said } = start()
  const asks = [link.ask('get', { path: ['a'] }), link.ask('get', { path: ['b'] }), link.ask('setupDone', {})]
  expect((await said()).map((message) => 'id' in message && message.id)).toEqual([0, 1, 2])
  const answers = Promise.allSettled(asks.map(({ answer }) => answer))
  await tell(
    { type: 'reply', id: 2 },
    { type: 'refusal', id: 1, error: { name: 'RunnerError', message: 'no', code: 'ERR_FENCED' } },
    { type: 'reply', id: 0, value: 5 },
  )
  expect(await answers).toMatchObject([
    { value: 5 },
    { reason: { name: 'RunnerError', message: 'no', code: 'ERR_FENCED' } },
    { status: 'fulfilled', value: undefined },
  ])
})

test('no more is asked at once than the runner takes: the rest waits for answers', async () => {
  const { link, tell, said } = start()
  const asks = Array.from({ length: ASKS_MAX + 2 }, () => link.ask('get', { path: ['a'] }))
  expect(await said()).toHaveLength(ASKS_MAX)
  await tell({ type: 'reply', id: 3 })
  expect(await said()).toMatchObject([{ id: ASKS_MAX }])
  expect(await asks[3]?.answer).toBeUndefined()
})

test('events reach who listens until nobody does, and all else whoever is told', async () => {
  const { link, tell, told } = start()
  const events: object[] = []
  const { id } = link.ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: 0 }, (event) =>
    events.push(event),
  )
  const event: ToChild = { type: 'event', id, event: { ready: true } }
  await tell(event, { type: 'stop', reason: 'x' })
  link.unlisten(id)
  await tell(event)
  expect(events).toEqual([{ ready: true }])
  expect(told).toEqual([{ type: 'stop', reason: 'x' }])
})

test('beats, lines and the end go as they are', async () => {
  const { link, said } = start()
  link.beat()
  link.log('info', 'x')
  await link.end({ outcome: 'success', result: 1 })
  expect((await said()).map(({ type }) => type)).toEqual(['beat', 'log', 'end'])
})

test('what no runner takes is thrown to who asks, and ends nothing', async () => {
  const { link, said } = start()
  const odd = { path: ['a'], value: 1, raw: 'x' } as unknown as Asks['send']
  expect(() => link.ask('send', odd)).toThrow('what is asked for makes no sense: send {"path"')
  expect(() => link.ask('get', { path: Array.from({ length: 17 }, () => 'a') })).toThrow(TypeError)
  expect(() => link.ask('set', { path: ['a'], value: 'x'.repeat(MESSAGE_BYTES_MAX) })).toThrow(
    /^a request must have at most 4194304 bytes: it has 41943\d\d$/,
  )
  link.log('info', '\0'.repeat(MESSAGE_BYTES_MAX))
  const lines = await said()
  expect(lines.map((line) => line.type === 'log' && line.text.length)).toEqual([2 ** 16])
})
