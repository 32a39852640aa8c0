import { ClosedError, codeOf } from '../../../lib/errors/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Bulk } from '../../../lib/wire/frames/bulk.js'
import type { Payload } from '../../../lib/wire/frames/message.js'
import type { RequestClientOptions } from '../../../lib/wire/request/client-options.js'
import type { RequestClient } from '../../../lib/wire/request/request-client.js'
import type { ServerRequest } from '../../../lib/wire/request/server-request.js'
import { bindFirst, closeBound } from '../../../lib/wire/socket.js'
import { zmq } from '../../../lib/wire/zmq.js'
import { afterTest, letPass, requestClient, requestServer } from '../../support/wire.js'

/** A daemon, and a client on a clock of its own. */
async function start(
  handle: (request: ServerRequest) => Payload | Promise<Payload> | AsyncIterable<Payload>,
  options: Partial<RequestClientOptions> = {},
) {
  const clock = new ManualClock({ wallMs: Date.now() })
  const server = await requestServer({ handle })
  const client = requestClient(server.port, { esc: new Escapement({ clock }), ...options })
  return { clock, server, client }
}

/** A daemon that takes what comes and answers only as it is told. */
async function silentDaemon(port = 0) {
  const router = new (zmq().Router)({ linger: 0 })
  afterTest(() => router.close())
  return { router, port: await bindFirst(router, '127.0.0.1', port) }
}

const connected = (client: RequestClient) => untilState(client, 'connected')

async function untilState(client: RequestClient, wanted: string): Promise<void> {
  while (client.state !== wanted) {
    await new Promise<void>((resolve) => {
      const end = client.onState(() => {
        end()
        resolve()
      })
    })
  }
}

/** What a request came to, and time passing until then. */
async function codeAfter(clock: ManualClock, ms: number, promise: Promise<unknown>): Promise<unknown> {
  const code = promise.then(
    () => 'answered',
    (error: unknown) => codeOf(error),
  )
  clock.advance(ms)
  return code
}

test('what is asked is answered, also arrays and integers of any length', async () => {
  const { client } = await start(({ value }) => ({ value, time: 1 }))
  for (const value of [
    7,
    null,
    'text',
    { a: [1, 2.5] },
    12345678901234567890123n,
    Bulk.of(Int16Array.of(1, 2, 3, 4), [2, 2]),
  ]) {
    expect(await client.request({ type: 'SET', target: 'lamp.level', payload: { value } })).toEqual({ value, time: 1 })
  }
})

test('what fails there fails here, with its name and its code', async () => {
  const { client } = await start(() => {
    throw Object.assign(new RangeError('level must be at most 10: it is 11'), { code: 'ERR_LEVEL' })
  })
  const asked = client.request({ type: 'SET', target: 'lamp.level', payload: { value: 11 } })
  await expect(asked).rejects.toMatchObject({
    name: 'ValueError',
    message: 'level must be at most 10: it is 11',
    code: 'ERR_LEVEL',
  })
})

test('many are under way at a time, and each gets its own answer', async () => {
  const { client } = await start(async ({ value }) => {
    await new Promise((resolve) => setImmediate(resolve))
    return { value: value as number }
  })
  const asked = Array.from({ length: 1000 }, (_, value) =>
    client.request({ type: 'SET', target: 'lamp.level', payload: { value } }),
  )
  expect((await Promise.all(asked)).map(({ value }) => value)).toEqual(asked.map((_, i) => i))
  expect(client.inFlight).toBe(0)
})

test('whoever wants no answer is told when it has arrived, or not even that', async () => {
  const seen: unknown[] = []
  const { client } = await start(({ value }) => {
    seen.push(value)
    return {}
  })
  expect(await client.request({ type: 'SET', target: 'lamp.level', payload: { value: 1 }, noReply: true })).toEqual({})
  expect(
    await client.request({ type: 'SET', target: 'lamp.level', payload: { value: 2 }, noReply: true, noAck: true }),
  ).toEqual({})
  await client.request({ type: 'GET', target: 'lamp.level', noAck: true })
  expect(seen).toEqual([1, 2, undefined])
})

test('a daemon that is away is told as such when the time for it is over, and not before', async () => {
  const { router, port } = await silentDaemon()
  await closeBound(router)
  const clock = new ManualClock()
  const client = requestClient(port, { esc: new Escapement({ clock }), ackMs: 100 })
  const asked = client.request({ type: 'GET', target: 'lamp.level' })
  clock.advance(99)
  expect(client.inFlight).toBe(1)
  expect(await codeAfter(clock, 1, asked)).toBe('ERR_NO_ACK')
})

test('what was asked while the daemon was away is not delivered when it comes', async () => {
  const { router, port } = await silentDaemon()
  await closeBound(router)
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(port, { esc: new Escapement({ clock }), ackMs: 100 })
  expect(
    await codeAfter(clock, 100, client.request({ type: 'SET', target: 'lamp.level', payload: { value: 'late' } })),
  ).toBe('ERR_NO_ACK')
  const seen: unknown[] = []
  await requestServer({ port, handle: ({ value }) => (seen.push(value), {}) })
  const stop = letPass(clock, 1)
  await connected(client)
  stop()
  await client.request({ type: 'SET', target: 'lamp.level', payload: { value: 'in time' } })
  expect(seen).toEqual(['in time'])
})

test('what waited for its daemon has only the rest of its time there', async () => {
  const { router, port } = await silentDaemon()
  await closeBound(router)
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(port, { esc: new Escapement({ clock }), ackMs: 100_000 })
  const asked = client.request({ type: 'SET', target: 'lamp.level', payload: { value: 1 }, deadlineMs: 100_000 })
  clock.advance(60_000)
  const left: (number | null)[] = []
  await requestServer({ port, handle: ({ deadlineMs }) => (left.push(deadlineMs), {}) })
  const stop = letPass(clock, 1)
  await asked
  stop()
  expect(left).toHaveLength(1)
  expect(left[0]).toBeLessThanOrEqual(40_000)
})

test('a daemon that says nothing is left, and what was sent to it does not reach the next one', async () => {
  const first = await silentDaemon()
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(first.port, { esc: new Escapement({ clock }), ackMs: 100 })
  await connected(client)
  const states: string[] = []
  client.onState((state) => states.push(state))
  expect(
    await codeAfter(clock, 100, client.request({ type: 'SET', target: 'lamp.level', payload: { value: 'late' } })),
  ).toBe('ERR_NO_ACK')
  expect(states).toEqual(['lost'])
  await closeBound(first.router)
  const seen: unknown[] = []
  await requestServer({ port: first.port, handle: ({ value }) => (seen.push(value), {}) })
  const stop = letPass(clock, 1)
  const ask = () => client.request({ type: 'SET', target: 'lamp.level', payload: { value: 'in time' } })
  // It may have met the first one once more, on its way out.
  do await connected(client)
  while (
    !(await ask().then(
      () => true,
      () => false,
    ))
  )
  stop()
  expect(new Set(seen)).toEqual(new Set(['in time'])) // However often it was asked.
})

test('who has a key waits for a daemon that says nothing, though it is left as another request finds out', async () => {
  const { port } = await silentDaemon()
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(port, { esc: new Escapement({ clock }), ackMs: 100, lostMs: 1000 })
  await connected(client)
  const other = client.request({ type: 'CALL', target: 'lamp.blink' })
  const once = client.request({ type: 'CALL', target: 'lamp.blink', key: 'once' })
  expect(await codeAfter(clock, 100, other)).toBe('ERR_NO_ACK')
  clock.advance(899)
  expect(client.inFlight).toBe(1)
  client.close()
  await expect(once).rejects.toBeInstanceOf(ClosedError)
})

test('an ACK may be late while others are answered, and is missed once nobody is', async () => {
  const { router, port } = await silentDaemon()
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(port, { esc: new Escapement({ clock }), ackMs: 100 })
  await connected(client)
  const waiting = client.request({ type: 'GET', target: 'lamp.level' })
  await router.receive()
  clock.advance(60)
  const other = client.request({ type: 'GET', target: 'lamp.mode' })
  const [peer, version, id] = (await router.receive()) as [Buffer, Buffer, Buffer]
  await router.send([peer, version, id, 'REP', 'lamp.mode', '', '{"value":1,"time":1}'])
  await other
  clock.advance(99)
  expect(client.inFlight).toBe(1)
  expect(await codeAfter(clock, 1, waiting)).toBe('ERR_NO_ACK')
})

test('an answer that does not come in time is an error, and the daemon hears that it is not waited for', async () => {
  let heard: (reason: unknown) => void = () => undefined
  const reason = new Promise((resolve) => (heard = resolve))
  let arrived: () => void = () => undefined
  const arrival = new Promise<void>((resolve) => (arrived = resolve))
  const { client, clock } = await start(({ signal }) => {
    signal.addEventListener('abort', () => heard(signal.reason))
    arrived()
    return new Promise(() => undefined)
  })
  const asked = client.request({ type: 'CALL', target: 'lamp.blink', deadlineMs: 5000 })
  await arrival
  expect(await codeAfter(clock, 5000, asked)).toBe('ERR_DEADLINE')
  expect(await reason).toMatchObject({ code: 'ERR_CANCELLED' })
})

test('what is taken back fails with the reason, and the daemon hears of it', async () => {
  let heard: (reason: unknown) => void = () => undefined
  const reason = new Promise((resolve) => (heard = resolve))
  const controller = new AbortController()
  const { client } = await start(({ signal }) => {
    signal.addEventListener('abort', () => heard(signal.reason))
    controller.abort(new Error('changed my mind'))
    return new Promise(() => undefined)
  })
  await expect(client.request({ type: 'CALL', target: 'lamp.blink', signal: controller.signal })).rejects.toThrow(
    'changed my mind',
  )
  expect(await reason).toMatchObject({ code: 'ERR_CANCELLED' })
  await expect(client.request({ type: 'CALL', target: 'lamp.blink', signal: controller.signal })).rejects.toThrow(
    'changed my mind',
  )
})

test('a connection that is lost fails what is under way, and is made anew', async () => {
  const { router, port } = await silentDaemon()
  const clock = new ManualClock()
  const client = requestClient(port, { esc: new Escapement({ clock }) })
  const states: string[] = []
  client.onState((state) => states.push(state))
  const asked = client.request({ type: 'GET', target: 'lamp.level' })
  await router.receive()
  await closeBound(router)
  await expect(asked).rejects.toMatchObject({ code: 'ERR_WIRE_LOST' })
  await requestServer({ port, handle: () => ({ value: 1 }) })
  const stop = letPass(clock, 1)
  await connected(client)
  stop()
  expect(await client.request({ type: 'GET', target: 'lamp.level' })).toEqual({ value: 1 })
  expect(states).toEqual(['connected', 'lost', 'connected'])
})

test('what has a key is asked for again once there is a connection', async () => {
  const { router, port } = await silentDaemon()
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(port, { esc: new Escapement({ clock }), lostMs: 1e9, replyMs: 1e9 })
  const asked = client.request({ type: 'CALL', target: 'lamp.blink', key: 'once' })
  await router.receive()
  await closeBound(router)
  await untilState(client, 'lost')
  await requestServer({ port, handle: ({ payload }) => ({ value: payload?.['key'] }) })
  letPass(clock, 1)
  expect(await asked).toEqual({ value: 'once' })
})

test('what has a key fails when the daemon does not come back', async () => {
  const { router, port } = await silentDaemon()
  const clock = new ManualClock({ wallMs: Date.now() })
  const client = requestClient(port, { esc: new Escapement({ clock }), lostMs: 3000 })
  const asked = client.request({ type: 'CALL', target: 'lamp.blink', key: 'once' })
  await router.receive()
  await closeBound(router)
  await untilState(client, 'lost')
  clock.advance(2999)
  expect(client.inFlight).toBe(1)
  expect(await codeAfter(clock, 1, asked)).toBe('ERR_NO_ACK')
})

test('a stream is read one by one, and no more of it comes than is read', async () => {
  let made = 0
  async function* numbers(): AsyncGenerator<Payload> {
    for (let value = 0; value < 500; value++) {
      made += 1
      await Promise.resolve()
      yield { value }
    }
  }
  const { client } = await start(() => numbers())
  const read: unknown[] = []
  for await (const { value } of client.stream({ type: 'CALL', target: 'lamp.log' })) {
    read.push(value)
    expect(made).toBeLessThanOrEqual(read.length + 65)
  }
  expect(read).toEqual(Array.from({ length: 500 }, (_, i) => i))
})

test('to stop reading a stream ends it there', async () => {
  let ended: () => void = () => undefined
  const end = new Promise<void>((resolve) => (ended = resolve))
  async function* numbers(): AsyncGenerator<Payload> {
    try {
      for (let value = 0; ; value++) {
        await Promise.resolve()
        yield { value }
      }
    } finally {
      ended()
    }
  }
  const { client } = await start(() => numbers())
  for await (const { value } of client.stream({ type: 'CALL', target: 'lamp.log' })) if (value === 3) break
  await end
  expect(client.inFlight).toBe(0)
})

test('a stream that fails gives what came before', async () => {
  async function* numbers(): AsyncGenerator<Payload> {
    await Promise.resolve()
    yield { value: 1 }
    throw new TypeError('no more')
  }
  const { client } = await start(() => numbers())
  const read: unknown[] = []
  const reading = (async () => {
    for await (const { value } of client.stream({ type: 'CALL', target: 'lamp.log' })) read.push(value)
  })()
  await expect(reading).rejects.toMatchObject({ name: 'TypeError', message: 'no more' })
  expect(read).toEqual([1])
})

test('one who asks for too much at once is told so', async () => {
  const { client } = await start(() => new Promise(() => undefined), { inFlightMax: 1 })
  client.request({ type: 'GET', target: 'lamp.level' }).catch(() => undefined)
  await expect(client.request({ type: 'GET', target: 'lamp.level' })).rejects.toMatchObject({ code: 'ERR_WIRE_BUSY' })
})

test('closing fails what is under way, and what is asked afterwards', async () => {
  const { client } = await start(() => new Promise(() => undefined))
  const asked = client.request({ type: 'GET', target: 'lamp.level' })
  client.close()
  await expect(asked).rejects.toThrow(ClosedError)
  await expect(client.request({ type: 'GET', target: 'lamp.level' })).rejects.toThrow(ClosedError)
  expect(client.state).toBe('closed')
})
