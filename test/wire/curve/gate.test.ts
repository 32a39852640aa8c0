import { createRequire } from 'node:module'
import type * as Zmq from 'zeromq'
import { Gate, type GateOptions } from '../../../lib/wire/curve/gate.js'
import { KeyPair } from '../../../lib/wire/curve/key-pair.js'

const { Dealer, Router } = createRequire(import.meta.url)('zeromq') as typeof Zmq

function start(options: Partial<GateOptions> = {}) {
  const [server, anna, bob, stranger] = [KeyPair.make(), KeyPair.make(), KeyPair.make(), KeyPair.make()]
  const names = new Map([
    [anna.publicKey, 'anna'],
    [bob.publicKey, 'bob'],
  ])
  const told: [message: string, fields: Record<string, unknown>][] = []
  const log = {
    warn: (fields: object, message: string) => void told.push([message, fields as Record<string, unknown>]),
  }
  let nowMs = 0
  let faults: string[] = []
  const curve = { keys: server, nameOf: (key: string) => names.get(key) ?? null, faults: () => faults }
  const gate = new Gate(curve, { name: 'requests to lab', log, now: () => nowMs, ...options })
  const judge = ({ publicKey }: KeyPair) => gate.judge({ publicKey, address: '192.0.2.1' })
  const advance = (ms: number): void => {
    nowMs += ms
  }
  const setFaults = (...all: string[]): void => {
    faults = all
  }
  return { server, anna, bob, stranger, names, told, gate, judge, advance, setFaults }
}

test('who is listed gets in by its name, nobody else', () => {
  const { anna, stranger, judge } = start()
  expect(judge(anna)).toEqual({ isIn: true, user: 'anna' })
  expect(judge(stranger)).toEqual({ isIn: false })
})

test('who is listed and may not come in here does not', () => {
  const { anna, bob, judge, told } = start({ admits: (principal) => 'name' in principal && principal.name === 'bob' })
  expect([judge(anna), judge(bob)]).toEqual([{ isIn: false }, { isIn: true, user: 'bob' }])
  expect(told.map(([message]) => message)).toEqual(['refused the key anna, which may not subscribe'])
})

test('a stranger is told of once a minute, with how often it came besides', () => {
  const { stranger, judge, told, advance } = start()
  for (let k = 0; k < 60; k++) {
    judge(stranger)
    advance(1_000)
  }
  expect(told).toEqual([
    ['refused a key that is not listed', { key: stranger.publicKey, from: '192.0.2.1', at: 'requests to lab' }],
  ])
  judge(stranger)
  expect(told[1]?.[1]).toMatchObject({ untold: 59 })
})

test('strangers without end fill no log and no memory', () => {
  const { judge, told, advance } = start()
  for (let k = 0; k < 200; k++) judge(KeyPair.make())
  expect(told).toHaveLength(20)
  advance(60_000)
  judge(KeyPair.make())
  expect(told).toHaveLength(21)
  expect(told[20]?.[1]).toMatchObject({ untold: 180 })
})

test('files of clients that can not be used are told when they change', () => {
  const { anna, judge, told, setFaults } = start()
  setFaults('a.key: bad')
  judge(anna)
  judge(anna)
  setFaults()
  judge(anna)
  setFaults('b.key: bad')
  judge(anna)
  expect(told.map(([, { faults }]) => faults)).toEqual(['a.key: bad', 'b.key: bad'])
})

test('whether somebody was let in who would not be any more is seen within a second', () => {
  const { anna, bob, names, gate, judge, advance } = start()
  judge(anna)
  judge(bob)
  expect(gate.hasRevoked()).toBe(false)
  names.delete(bob.publicKey)
  expect(gate.hasRevoked()).toBe(false)
  advance(1_000)
  expect(gate.hasRevoked()).toBe(true)
  advance(1_000)
  expect(gate.hasRevoked()).toBe(false)
})

test('two gates have domains of their own', () => {
  const [one, other] = [start(), start()]
  expect(one.gate.socketOptions.zapDomain).not.toBe(other.gate.socketOptions.zapDomain)
})

test('a socket lets in the listed key alone, and nobody once the gate is closed', async () => {
  const { server, anna, bob, stranger, names, gate } = start()
  const router = new Router({ linger: 0, ...gate.socketOptions })
  await gate.open()
  await router.bind('tcp://127.0.0.1:*')
  const events: string[] = []
  const next = async (type: Zmq.EventType): Promise<void> => {
    while ((await router.events.receive()).type !== type);
  }
  const connect = (keys: KeyPair | null, serverKey = server.publicKey) => {
    const curve =
      keys === null ? {} : { curveServerKey: serverKey, curvePublicKey: keys.publicKey, curveSecretKey: keys.secretKey }
    const dealer = new Dealer({ linger: 0, reconnectInterval: -1, ...curve })
    dealer.connect(router.lastEndpoint ?? '')
    dealer.send('hello').catch(() => undefined) // It is thrown away with the socket.
    return dealer
  }
  const refused = async (keys: KeyPair | null, type: Zmq.EventType, serverKey?: string) => {
    const failed = next(type)
    const dealer = connect(keys, serverKey)
    await failed
    events.push(type)
    dealer.close()
  }
  await refused(null, 'handshake:error:protocol')
  await refused(stranger, 'handshake:error:auth')
  await refused(anna, 'handshake:error:protocol', KeyPair.make().publicKey)
  names.delete(bob.publicKey)
  await refused(bob, 'handshake:error:auth')
  // Nothing of all that came through: the first message is that of the listed key.
  const dealer = connect(anna)
  expect(String((await router.receive())[1])).toBe('hello')
  gate.close()
  await refused(anna, 'handshake:error:other')
  dealer.close()
  router.close()
  expect(events).toHaveLength(5)
})
