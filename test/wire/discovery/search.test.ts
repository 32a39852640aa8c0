import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { silentLogger } from '../../../lib/movement/logger.js'
import { Escapement } from '../../../lib/movement/index.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { Answerer } from '../../../lib/wire/discovery/answerer.js'
import { search, type Found, type SearchOptions } from '../../../lib/wire/discovery/search.js'

const open: { close(): unknown }[] = []
afterEach(() => open.splice(0).forEach((each) => each.close()))

async function answererAt(port: number, requestPort: number): Promise<number> {
  const answerer = new Answerer({ esc: new ManualClock(), log: silentLogger, port, requestPort })
  await answerer.start()
  open.push(answerer)
  return answerer.port
}

/** Somebody who answers each call with these texts. */
async function oddOne(texts: readonly string[]): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  open.push(socket)
  socket.on('message', (_datagram, from) => texts.forEach((text) => socket.send(text, from.port, from.address)))
  return socket.address().port
}

async function collect(options: Omit<SearchOptions, 'esc'>, until: (found: readonly Found[]) => boolean) {
  const found: Found[] = []
  for await (const each of search({
    esc: new Escapement({ clock: new ManualClock() }),
    broadcast: 'off',
    ...options,
  })) {
    found.push(each)
    if (until(found)) break
  }
  return found
}

test('a broadcast within the machine finds all who share a port', async () => {
  const port = await answererAt(0, 4711)
  await answererAt(port, 4712)
  const found = await collect({ port, broadcast: 'machine' }, ({ length }) => length === 2)
  expect(found.map((each) => each.port).sort()).toEqual([4711, 4712])
  expect(found[0]).toMatchObject({ host: '127.0.0.1', wording: 'new' })
})

test('targets are called at their own ports, without a broadcast', async () => {
  const one = await answererAt(0, 4711)
  const other = await answererAt(0, 4712)
  const found = await collect({ port: one, targets: ['127.0.0.1', `localhost:${other}`] }, ({ length }) => length === 2)
  expect(found.map((each) => each.port).sort()).toEqual([4711, 4712])
})

test('each who answers is given once, and nonsense never', async () => {
  const port = await oddOne(['E komo mai:7', 'E komo mai:7', 'Aloha', 'E komo mai:70000', 'on the X:8'])
  const found = await collect({ port, targets: ['127.0.0.1'] }, ({ length }) => length === 2)
  expect(found).toEqual([
    { host: '127.0.0.1', port: 7, wording: 'new' },
    { host: '127.0.0.1', port: 8, wording: 'old' },
  ])
})

test('it ends when the time is over', async () => {
  const clock = new ManualClock()
  const port = await answererAt(0, 4711)
  const found = search({ esc: new Escapement({ clock }), port, targets: ['127.0.0.1'], broadcast: 'off', waitMs: 300 })
  expect((await found.next()).value).toMatchObject({ port: 4711 })
  const end = found.next()
  clock.advance(299)
  await turnOfNode()
  clock.advance(1)
  expect(await end).toEqual({ done: true, value: undefined })
})

test('it ends with its signal', async () => {
  const aborting = new AbortController()
  const found = search({
    esc: new Escapement({ clock: new ManualClock() }),
    port: 9,
    broadcast: 'off',
    signal: aborting.signal,
  })
  const end = found.next()
  aborting.abort()
  expect(await end).toEqual({ done: true, value: undefined })
  expect(await collect({ port: 9, signal: AbortSignal.abort() }, () => false)).toEqual([])
})

test('no more than answersMax are taken', async () => {
  const port = await oddOne(['E komo mai:1', 'E komo mai:2', 'E komo mai:3'])
  const found = await collect({ port, targets: ['127.0.0.1'], answersMax: 2 }, () => false)
  expect(found.map((each) => each.port)).toEqual([1, 2])
})

test('a target that cannot be called is told, and the others are found', async () => {
  const port = await answererAt(0, 4711)
  const troubles: string[] = []
  const onTrouble = (target: string): void => void troubles.push(target)
  const found = await collect({ port, targets: ['127.0.0.1:0', '127.0.0.1'], onTrouble }, () => true)
  expect(found.map((each) => each.port)).toEqual([4711])
  expect(troubles).toEqual(['127.0.0.1:0'])
})

test('limits are checked', async () => {
  const found = search({ esc: new Escapement({ clock: new ManualClock() }), port: 9, waitMs: 0 })
  await expect(found.next()).rejects.toThrow('waitMs must be at least 1: it is 0')
})
