import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { silentLogger } from '../../../lib/movement/logger.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { Answerer, type AnswererOptions } from '../../../lib/wire/discovery/answerer.js'

const open: { close(): unknown }[] = []
afterEach(() => open.splice(0).forEach((each) => each.close()))

async function start(options: Partial<AnswererOptions> = {}) {
  const clock = new ManualClock()
  const lines: string[] = []
  const log = { ...silentLogger, warn: (_fields: object | string, message?: string) => void lines.push(message ?? '') }
  const answerer = new Answerer({ esc: clock, log, port: 0, requestPort: 4711, ...options })
  await answerer.start()
  open.push(answerer)
  return { clock, answerer, lines, call: await caller(answerer.port) }
}

/** Somebody who calls. What it sent last is answered last. */
async function caller(port: number) {
  const socket: Socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.setBroadcast(true)
  open.push(socket)
  const heard: string[] = []
  socket.on('message', (datagram, from) => heard.push(`${datagram.toString()} ${from.address}`))
  const send = (text: string, host = '127.0.0.1'): void => socket.send(text, port, host)
  return { send, heard, answer: () => once(socket, 'message') }
}

test('a call is answered with the port for requests, in its own words', async () => {
  const { call, clock } = await start()
  call.send('Aloha mKTL')
  await call.answer()
  clock.advance(1000)
  call.send('I heard it')
  await call.answer()
  expect(call.heard).toEqual(['E komo mai:4711 127.0.0.1', 'on the X:4711 127.0.0.1'])
})

test('a broadcast within the machine is answered from the address itself, by all who share the port', async () => {
  const { call, answerer } = await start()
  const second = new Answerer({
    ...{ esc: new ManualClock(), log: silentLogger, port: answerer.port, requestPort: 4712 },
  })
  await second.start()
  open.push(second)
  call.send('Aloha mKTL', '127.255.255.255')
  await call.answer()
  if (call.heard.length < 2) await call.answer()
  expect(call.heard.sort()).toEqual(['E komo mai:4711 127.0.0.1', 'E komo mai:4712 127.0.0.1'])
})

test('a caller is answered again after a second, and not a moment before', async () => {
  const { call, clock, answerer } = await start()
  const other = await caller(answerer.port)
  call.send('Aloha mKTL')
  await call.answer()
  clock.advance(999)
  call.send('Aloha mKTL')
  other.send('Aloha mKTL') // Datagrams keep their order here: once this one is answered, the one before was looked at.
  await other.answer()
  expect(call.heard).toHaveLength(1)
  clock.advance(1)
  call.send('Aloha mKTL')
  await call.answer()
  expect(call.heard).toHaveLength(2)
})

test('more callers than callersMax wait for the next second, and the log says so', async () => {
  const { call, clock, answerer, lines } = await start({ callersMax: 1 })
  call.send('Aloha mKTL')
  await call.answer()
  const other = await caller(answerer.port)
  other.send('Aloha mKTL')
  const third = await caller(answerer.port)
  clock.advance(500)
  while (answerer.refused === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(lines).toEqual(['calls are left unanswered: more than callersMax (1) came'])
  clock.advance(500)
  third.send('Aloha mKTL')
  await third.answer()
  expect(other.heard).toEqual([])
})

test('what is no call is not answered', async () => {
  const { call } = await start()
  for (const text of ['', 'aloha', 'E komo mai:1', '\0'.repeat(9000)]) call.send(text)
  call.send('Aloha mKTL')
  await call.answer()
  expect(call.heard).toEqual(['E komo mai:4711 127.0.0.1'])
})

test('an address that this machine does not have is told', async () => {
  const answerer = new Answerer({
    ...{ esc: new ManualClock(), log: silentLogger, host: '192.0.2.1', port: 0, requestPort: 1 },
  })
  await expect(answerer.start()).rejects.toThrow('cannot listen at 192.0.2.1:0: this machine has no such address')
  answerer.close()
})

test('limits are checked', () => {
  const options = { esc: new ManualClock(), log: silentLogger, port: 0, requestPort: 1 }
  expect(() => new Answerer({ ...options, callersMax: 0 })).toThrow('callersMax must be at least 1: it is 0')
  expect(() => new Answerer({ ...options, requestPort: 0 })).toThrow('requestPort must be at least 1: it is 0')
})
