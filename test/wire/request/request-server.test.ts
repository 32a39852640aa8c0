import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { anonymous } from '../../../lib/rights/index.js'
import type { Payload } from '../../../lib/wire/frames/message.js'
import { RequestServer, type RequestServerOptions } from '../../../lib/wire/request/request-server.js'
import type { ServerRequest } from '../../../lib/wire/request/server-request.js'
import { RawClient } from '../../support/raw-wire.js'
import { letPass, requestServer } from '../../support/wire.js'

type Options = Omit<RequestServerOptions, 'esc'>

/** A server that answers what was sent, and a client; requests of `held` wait until they are let go. */
async function start(options: Partial<Options> = {}, client: object = {}) {
  const clock = new ManualClock({ wallMs: 1_000_000 })
  const esc = new Escapement({ clock })
  const seen: ServerRequest[] = []
  const held: ((payload: Payload) => void)[] = []
  let wake: () => void = () => undefined
  const handle = (request: ServerRequest) => {
    seen.push(request)
    wake()
    if (request.target.endsWith('.bad')) throw new TypeError('bad is not settable')
    if (request.target.endsWith('.held')) return new Promise<Payload>((resolve) => held.push(resolve))
    return { value: request.value ?? null, time: 5 }
  }
  const server = await requestServer({ esc, handle, ...options })
  const raw = new RawClient(server.port, client)
  const untilSeen = async (count: number) => {
    while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { clock, server, raw, seen, held, untilSeen, another: () => new RawClient(server.port) }
}

const bodyOf = (frames: string[]) => JSON.parse(frames[5] ?? '') as Record<string, unknown>
const errorOf = (frames: string[]) => bodyOf(frames)['error'] as Record<string, unknown>

test('a name that is too long is refused, and reaches nobody', async () => {
  const { raw, seen } = await start({ targetBytesMax: 10 })
  await raw.send('a', '1', 'GET', 'lamp.level', '', '')
  expect([(await raw.receive())[2], bodyOf(await raw.receive())]).toEqual(['ACK', { value: null, time: 5 }])
  await raw.send('a', '2', 'GET', 'lamp.levels', '', '')
  expect((await raw.receive())[2]).toBe('ACK')
  expect(errorOf(await raw.receive())).toMatchObject({
    type: 'ValueError',
    text: expect.stringMatching(/targetBytesMax/),
  })
  expect(seen).toHaveLength(1)
})

test('a request is acknowledged and answered', async () => {
  const { raw, seen } = await start()
  await raw.send('a', '0000000a', 'SET', 'lamp.level', '', '{"value": 7}')
  expect(await raw.receive()).toEqual(['a', '0000000a', 'ACK', '', '', ''])
  expect(await raw.receive()).toEqual(['a', '0000000a', 'REP', 'lamp.level', '', '{"value":7,"time":5}'])
  expect(seen[0]).toMatchObject({ type: 'SET', target: 'lamp.level', value: 7, principal: anonymous, deadlineMs: null })
})

test('what a handler throws is answered', async () => {
  const { raw } = await start()
  await raw.send('a', '1', 'SET', 'lamp.bad', '', '{"value": 7}')
  const [, reply] = await raw.receiveAll(2)
  expect(errorOf(reply!)).toEqual({ type: 'TypeError', text: 'bad is not settable' })
})

test('no flag, no answer: neither to what goes well nor to what fails', async () => {
  const { raw, untilSeen } = await start()
  await raw.send('a', '1', 'SET', 'lamp.level', '\x03', '{"value": 1}')
  await raw.send('a', '2', 'SET', 'lamp.bad', '\x03', '{"value": 1}')
  await raw.send('a', '3', 'SET', 'lamp.level', '\x03', '{nope')
  await untilSeen(2)
  await raw.fence()
  await raw.send('a', '4', 'SET', 'lamp.bad', '\x02', '{"value": 1}')
  expect((await raw.receive()).slice(1, 3)).toEqual(['4', 'ACK'])
  await raw.fence()
})

test('what is malformed but says whose it is gets an error, and nothing else does', async () => {
  const { raw } = await start()
  await raw.send('b', '1', 'GET', 'lamp.level', '', '')
  await raw.send('a', '2')
  await raw.send('a', '3', 'REP', 'lamp.level', '', '')
  await raw.send('a', '4', 'GET', 'lamp.level', '')
  expect(await raw.receive()).toEqual([
    ...['a', '4', 'REP', 'lamp.level', ''],
    '{"error":{"type":"ValueError","text":"a request has 6 or 7 frames: this one has 5","code":"ERR_WIRE_FRAMES"}}',
  ])
})

test('everything is acknowledged before anything is carried out', async () => {
  const { raw } = await start()
  for (let i = 0; i < 100; i++) await raw.send('a', `${i}`, 'GET', 'lamp.held', '', '')
  const types = (await raw.receiveAll(100)).map(([, , type]) => type)
  expect(types).toEqual(Array(100).fill('ACK'))
})

test('a client that asks for too much at once is told so, and another is not', async () => {
  const { raw, held, another, untilSeen } = await start({ clientInFlightMax: 2 })
  for (const id of ['1', '2', '3']) await raw.send('a', id, 'GET', 'lamp.held', '\x01', '')
  const refused = await raw.receive()
  expect([refused[1], errorOf(refused)]).toEqual([
    '3',
    {
      type: 'RuntimeError',
      text: 'no more requests of one client may be under way: clientInFlightMax is 2',
      code: 'ERR_WIRE_BUSY',
    },
  ])
  const other = another()
  await other.send('a', '1', 'GET', 'lamp.level', '\x01', '')
  expect((await other.receive())[1]).toBe('1')
  await untilSeen(3)
  held[0]?.({ value: 1 })
  await raw.receive()
  await raw.send('a', '4', 'GET', 'lamp.level', '\x01', '')
  expect(errorOf(await raw.receive())).toBeUndefined()
})

test('so many of all clients', async () => {
  const { raw, another } = await start({ inFlightMax: 1 })
  await raw.send('a', '1', 'GET', 'lamp.held', '', '')
  await raw.receive()
  const other = another()
  await other.send('a', '1', 'GET', 'lamp.level', '\x01', '')
  expect(errorOf(await other.receive())['text']).toBe('no more requests may be under way: inFlightMax is 1')
})

test('whose time was over when it came is not carried out', async () => {
  const { raw, seen } = await start({ clockSkewMs: 0 })
  await raw.send('a', '1', 'SET', 'lamp.level', '\x01', '{"value": 1, "time": 990, "deadline": 5}')
  expect(errorOf(await raw.receive())).toMatchObject({ type: 'TimeoutError', code: 'ERR_DEADLINE' })
  expect(seen).toHaveLength(0)
})

test('when its time is over it is answered, and the handler told', async () => {
  const { raw, clock, seen, held, untilSeen } = await start()
  await raw.send('a', '1', 'SET', 'lamp.held', '\x01', '{"value": 1, "deadline": 5}')
  await untilSeen(1)
  const { signal } = seen[0]!
  clock.advance(4999)
  expect(signal.aborted).toBe(false)
  clock.advance(1)
  expect(signal.reason).toMatchObject({ code: 'ERR_DEADLINE' })
  expect(errorOf(await raw.receive())).toMatchObject({ type: 'TimeoutError', code: 'ERR_DEADLINE' })
  held[0]?.({ value: 1 })
  await raw.fence()
})

test.each([
  [49, 1],
  [50, 0],
])(
  'what comes %d ms after it was asked, of 100, is carried out at once %d times: later than half it waits',
  async (ms, times) => {
    const { raw, seen } = await start()
    const time = (1_000_000 - ms) / 1000
    await raw.send('a', '1', 'SET', 'lamp.level', '\x02', JSON.stringify({ value: 1, time, deadline: 0.1 }))
    expect((await raw.receive()).slice(1, 3)).toEqual(['1', 'ACK']) // It is carried out in the turn in which that is sent.
    expect(seen).toHaveLength(times)
  },
)

test('what is taken back is answered, and the handler told; only who asked can take it back', async () => {
  const { raw, seen, another, untilSeen } = await start()
  await raw.send('a', '1', 'SET', 'lamp.held', '\x01', '{"value": 1}')
  await untilSeen(1)
  const other = another()
  await other.send('a', 'x', 'CALL', 'lamp._cancel', '\x01', '{"args": ["1"]}')
  expect(bodyOf(await other.receive())).toEqual({ value: false })
  const { signal } = seen[0]!
  expect(signal.aborted).toBe(false)
  await raw.send('a', 'x', 'CALL', 'lamp._cancel', '\x01', '{"args": ["1"]}')
  expect((await raw.receiveAll(2)).map(([, id]) => id)).toEqual(['1', 'x'])
  expect(signal.reason).toMatchObject({ code: 'ERR_CANCELLED' })
})

test('whoever has left waits for nothing', async () => {
  const { server, raw, clock, seen, untilSeen } = await start()
  await raw.send('a', '1', 'SET', 'lamp.held', '', '{"value": 1}')
  await untilSeen(1)
  const aborted = new Promise((resolve) => seen[0]?.signal.addEventListener('abort', resolve))
  raw.close()
  letPass(clock, 1)
  await aborted
  expect(seen[0]?.signal.reason).toMatchObject({ code: 'ERR_CANCELLED', message: 'the client has left' })
  expect(server.port).toBeGreaterThan(0)
})

test.each([
  ['that wants no ACK, once it has left', '\x01'],
  ['that wants no answer at all', '\x03'],
])('a stream ends for a client %s', async (_, flags) => {
  let ended: () => void = () => undefined
  const end = new Promise<void>((resolve) => (ended = resolve))
  let n = 0
  const numbers = {
    next: () => Promise.resolve({ done: false, value: { value: n++ } }),
    return: () => {
      ended()
      return Promise.resolve({ done: true, value: undefined })
    },
  }
  const clock = new ManualClock({ wallMs: Date.now() })
  const server = await requestServer({
    esc: new Escapement({ clock }),
    handle: () => ({ [Symbol.asyncIterator]: () => numbers }),
  })
  const raw = new RawClient(server.port)
  await raw.send('a', '1', 'CALL', 'lamp.numbers', flags, '{}')
  if (flags === '\x01') {
    await raw.receiveAll(64)
    raw.close()
  }
  letPass(clock, 1)
  await end
  while (server.inFlight > 0) await new Promise(setImmediate)
})

test('what has a key is done once, however often it is asked for', async () => {
  const { raw, another, held, seen, untilSeen } = await start()
  const ask = (client: RawClient, id: string) =>
    client.send('a', id, 'SET', 'lamp.held', '\x01', '{"value": 1, "key": "k"}')
  await ask(raw, '1')
  await untilSeen(1)
  const other = another()
  await ask(other, '2')
  await other.send('a', '3', 'GET', 'lamp.level', '\x01', '')
  await other.receive()
  held[0]?.({ value: 'done' })
  expect(bodyOf(await raw.receive())).toEqual({ value: 'done' })
  expect(bodyOf(await other.receive())).toEqual({ value: 'done' })
  await ask(other, '4')
  expect((await other.receive()).slice(1, 6)).toEqual(['4', 'REP', 'lamp.held', '', '{"value":"done"}'])
  expect(seen.filter(({ target }) => target === 'lamp.held')).toHaveLength(1)
})

test('what has a key goes on when its client is gone', async () => {
  const { raw, another, held, clock, seen, untilSeen } = await start()
  await raw.send('a', '1', 'SET', 'lamp.held', '', '{"value": 1, "key": "k"}')
  await untilSeen(1)
  raw.close()
  clock.advance(50)
  const other = another()
  await other.send('a', '2', 'SET', 'lamp.held', '\x01', '{"value": 1, "key": "k"}')
  await other.send('a', '3', 'GET', 'lamp.level', '\x01', '')
  await other.receive()
  expect(seen[0]?.signal.aborted).toBe(false)
  held[0]?.({ value: 'done' })
  expect(bodyOf(await other.receive())).toEqual({ value: 'done' })
})

test('a key is for one request', async () => {
  const { raw } = await start()
  await raw.send('a', '1', 'SET', 'lamp.level', '\x01', '{"value": 1, "key": "k"}')
  await raw.receive()
  await raw.send('a', '2', 'SET', 'lamp.other', '\x01', '{"value": 1, "key": "k"}')
  expect(errorOf(await raw.receive())['text']).toBe('a key is for one request: this was of SET lamp.level')
})

test('a client of version 0.8 is answered in its own way', async () => {
  const { raw, seen } = await start()
  await raw.send('a', '1', 'HASH', 'lamp', '', '')
  expect(await raw.receiveAll(2)).toEqual([
    ['a', '1', 'ACK', '', '', ''],
    ['a', '1', 'REP', 'lamp._hash', '{"value":null,"time":5}', ''],
  ])
  await raw.send('a', '2', 'GET', 'lamp.level', '', '')
  expect((await raw.receiveAll(2))[1]).toEqual(['a', '2', 'REP', 'lamp.level', '{"value":null,"time":5}', ''])
  expect(seen.map(({ type, target }) => `${type} ${target}`)).toEqual(['GET lamp._hash', 'GET lamp.level'])
})

test('closing lets what is under way end, and takes nothing new', async () => {
  const { server, raw, held, untilSeen } = await start({ stopMs: 1000 })
  await raw.send('a', '1', 'GET', 'lamp.held', '\x01', '')
  await untilSeen(1)
  const closed = server.close()
  await raw.send('a', '2', 'GET', 'lamp.level', '\x01', '')
  expect(errorOf(await raw.receive())).toMatchObject({ code: 'ERR_WIRE_STOPPING', text: 'the daemon is about to end' })
  held[0]?.({ value: 1 })
  expect((await raw.receive())[1]).toBe('1')
  await closed
})

test('closing waits for nobody for ever', async () => {
  const { server, raw, clock, seen, untilSeen } = await start({ stopMs: 1000 })
  await raw.send('a', '1', 'GET', 'lamp.held', '\x01', '')
  await untilSeen(1)
  const closed = server.close()
  clock.advance(1000)
  await closed
  expect(errorOf(await raw.receive())).toMatchObject({ code: 'ERR_WIRE_STOPPING', text: 'the daemon has ended' })
  expect(seen[0]?.signal.aborted).toBe(true)
})

test('an answer that can not be written is an error', async () => {
  const round: Record<string, unknown> = {}
  round['value'] = round
  const { raw } = await start({ handle: () => round })
  await raw.send('a', '1', 'GET', 'lamp.level', '\x01', '')
  expect(errorOf(await raw.receive())['type']).toBe('TypeError')
})

test('a limit below one is refused', () => {
  const options = { esc: new Escapement(), handle: () => ({}) }
  expect(() => new RequestServer({ ...options, clientInFlightMax: 0 })).toThrow(
    'clientInFlightMax must be at least 1: it is 0',
  )
})

test('many requests of one id are as many for the limit of their client', async () => {
  const { raw, server } = await start({ clientInFlightMax: 5 })
  for (let i = 0; i < 20; i++) await raw.send('a', 'same', 'GET', 'lamp.held', '\x01', '')
  const answers = await raw.receiveAll(15)
  expect(new Set(answers.map((frames) => errorOf(frames)['code']))).toEqual(new Set(['ERR_WIRE_BUSY']))
  expect(server.inFlight).toBe(5)
})

test('who leaves more bytes of answers unread than he may is not heard, and is heard again when he reads', async () => {
  const told: string[] = []
  const server = await requestServer({
    handle: () => ({ value: 'x'.repeat(100_000) }),
    ...{ queueMax: 1, unreadBytesMax: 1_000_000 },
    log: { debug: () => undefined, info: () => undefined, warn: (_, message) => void told.push(message) },
  })
  const raw = new RawClient(server.port, { receiveHighWaterMark: 1, sendHighWaterMark: 0 })
  // Besides those, there are as many on their way as the system has room for.
  for (let n = 0; told.length === 0; n++) {
    expect(n).toBeLessThan(1000)
    await raw.send('a', `${n}`, 'GET', 'lamp.level', '\x01', '')
    await new Promise(setImmediate)
  }
  for (let answer = ['']; answer[1] !== 'again';) {
    await raw.send('a', 'again', 'GET', 'lamp.level', '\x01', '')
    answer = await raw.receive()
  }
})

test('what is asked all at once is heard whole, though answers have no room on their way yet', async () => {
  let [taken, told] = [0, 0]
  const { raw, clock } = await start(
    {
      ...{ clientInFlightMax: 100, queueMax: 10 },
      log: { debug: () => undefined, info: () => undefined, warn: () => (told += 1) },
      handle: () => ({ value: (taken += 1) }),
      errorType: () => ((taken += 1), undefined), // Of those that are too many at once.
    },
    { receiveHighWaterMark: 1, sendHighWaterMark: 0 },
  )
  const id = 'x'.repeat(50_000)
  for (let n = 0; n < 300; n++) await raw.send('a', `${id}${n}`, 'GET', 'lamp.level', '', '')
  while (taken < 300 && told === 0) await new Promise(setImmediate)
  expect(told).toBe(0)
  letPass(clock, 20)
  expect(await raw.receiveAll(600)).toHaveLength(600)
})

test('who reads no answers and asks on costs no memory without end, and is heard again when he reads', async () => {
  let told = 0
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => (told += 1) }
  const { raw, another, clock } = await start(
    { clientInFlightMax: 5, queueMax: 10, log: quiet },
    { receiveHighWaterMark: 1, sendHighWaterMark: 0 },
  )
  letPass(clock, 20)
  const id = 'x'.repeat(2000)
  let asked = 0
  const ask = () => raw.send('a', `${id}${asked++}`, 'GET', 'lamp.level', '', '')
  while (told === 0) await ask()
  for (let more = asked; more > 0; more--) await ask()
  await another().fence() // Others are heard.
  let count = 0
  for (let answer = ['']; answer[1] !== 'again'; count++) {
    await raw.send('a', 'again', 'GET', 'lamp.level', '\x01', '')
    answer = await raw.receive()
  }
  expect(count).toBeLessThan(1.5 * asked) // Of two answers for each, as far as it was heard: half of them.
})
