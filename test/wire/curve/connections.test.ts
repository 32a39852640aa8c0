import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type * as Zmq from 'zeromq'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import type { Principal } from '../../../lib/rights/index.js'
import type { WireLoop } from '../../../lib/wire/socket.js'
import { KeyPair } from '../../../lib/wire/curve/key-pair.js'
import { Prover } from '../../../lib/wire/curve/proof.js'
import { afterTest, publishServer, requestClient, requestServer, subscribeClient } from '../../support/wire.js'

const { Dealer } = createRequire(import.meta.url)('zeromq') as typeof Zmq

function start() {
  const [server, anna, bob, stranger] = [KeyPair.make(), KeyPair.make(), KeyPair.make(), KeyPair.make()]
  const names = new Map([
    [anna.publicKey, 'anna'],
    [bob.publicKey, 'bob'],
  ])
  const refused: object[] = []
  let hearRefusal: () => void = () => undefined
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields: object) => {
      refused.push(fields)
      hearRefusal()
    },
  }
  const nextRefusal = () => new Promise<void>((resolve) => (hearRefusal = resolve))
  const curve = { keys: server, nameOf: (key: string) => names.get(key) ?? null }
  const of = (keys: KeyPair) => ({ keys, serverKey: server.publicKey })
  return { server, anna, bob, stranger, names, log, refused, nextRefusal, curve, of }
}

/** A client made by hand, with an identity of its own choice. */
function rawClient(port: number, keys: KeyPair, serverKey: string, routingId: string) {
  const dealer = new Dealer({
    ...{
      linger: 0,
      routingId,
      curveServerKey: serverKey,
      curvePublicKey: keys.publicKey,
      curveSecretKey: keys.secretKey,
    },
  })
  afterTest(() => {
    if (!dealer.closed) dealer.close()
  })
  dealer.connect(`tcp://127.0.0.1:${port}`)
  const ask = async (id: string, payload: object) => {
    await dealer.send(['a', id, 'GET', 'lab.a', Buffer.of(1), JSON.stringify(payload)])
    return await dealer.receive().catch(() => undefined) // It was closed.
  }
  return { dealer, ask }
}

test('each request is known by its key, however many ask at once', async () => {
  const { curve, of, anna, bob } = start()
  const seen: [string, Principal][] = []
  const { port } = await requestServer({
    curve,
    handle: ({ target, principal }) => {
      seen.push([target, principal])
      return { value: target, time: 1 }
    },
  })
  const clients = { anna: requestClient(port, { curve: of(anna) }), bob: requestClient(port, { curve: of(bob) }) }
  const asked = Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? 'anna' : 'bob'))
  await Promise.all(asked.map((name, k) => clients[name as 'anna'].request({ type: 'GET', target: `${name}.${k}` })))
  expect(seen).toHaveLength(200)
  for (const [target, principal] of seen)
    expect(principal).toMatchObject({ kind: 'key', name: target.slice(0, target.indexOf('.')) })
})

test('a stranger, one without a key and one who takes the server for another get no answer and reach nobody', async () => {
  const { curve, log, nextRefusal, stranger, anna } = start()
  let calls = 0
  const { port } = await requestServer({
    ...{ curve, log },
    handle: () => {
      calls++
      return { value: 1, time: 1 }
    },
  })
  const refusal = nextRefusal()
  const clients = [
    requestClient(port, { curve: { keys: stranger, serverKey: curve.keys.publicKey }, ackMs: 300 }),
    requestClient(port, { curve: { keys: anna, serverKey: KeyPair.make().publicKey }, ackMs: 300 }),
    requestClient(port, { ackMs: 300 }),
  ]
  for (const client of clients)
    await expect(client.request({ type: 'SET', target: 'lab.a', payload: { value: 1 } })).rejects.toThrow()
  await refusal
  expect(calls).toBe(0)
})

test('a client that takes the identity of another is not taken for it', async () => {
  const { curve, of, server, anna, bob } = start()
  const seen: Principal[] = []
  const { port } = await requestServer({
    curve,
    handle: ({ principal }) => {
      seen.push(principal)
      return { value: 1, time: 1 }
    },
  })
  const request = { id: '00000001', type: 'GET', target: 'lab.a' }
  const first = rawClient(port, anna, server.publicKey, 'same')
  await first.ask('00000001', { _auth: new Prover(of(anna)).proofOf(request) })
  first.dealer.close()
  // ZeroMQ shuts out a second one of an identity until it has seen the first one leave.
  let second = rawClient(port, bob, server.publicKey, 'same')
  while ((await Promise.race([second.ask('00000001', {}), pause(100)])) === undefined) {
    second.dealer.close()
    second = rawClient(port, bob, server.publicKey, 'same')
  }
  await second.ask('00000001', { _auth: anna.publicKey + new Prover(of(bob)).proofOf(request).slice(40) })
  await second.ask('00000001', { _auth: new Prover(of(bob)).proofOf(request) })
  const known = seen.map((principal) => ('name' in principal ? principal.name : principal.kind))
  expect([known[0], known.at(-1)]).toEqual(['anna', 'bob'])
  expect(new Set(known.slice(1, -1))).toEqual(new Set(['anonymous']))
})

test('a key that is taken off the list is nobody at once, and comes in no more', async () => {
  const { curve, of, log, nextRefusal, names, anna } = start()
  const { port } = await requestServer({ curve, log, handle: ({ principal }) => ({ value: principal.kind, time: 1 }) })
  const client = requestClient(port, { curve: of(anna) })
  const ask = async () => (await client.request({ type: 'GET', target: 'lab.a' }))['value']
  expect(await ask()).toBe('key')
  names.delete(anna.publicKey)
  expect(await ask()).toBe('anonymous')
  const refusal = nextRefusal()
  requestClient(port, { curve: of(anna) })
  await refusal
  names.set(anna.publicKey, 'anna')
  expect(await ask()).toBe('key')
})

test('who is listed hears what is published, a stranger nothing, nor who may not', async () => {
  const { curve, of, log, refused, nextRefusal, anna, bob, stranger } = start()
  let hasSubscriber: () => void = () => undefined
  const subscribed = new Promise<void>((resolve) => (hasSubscriber = resolve))
  const admits = (principal: Principal) => 'name' in principal && principal.name === 'anna'
  const server = await publishServer({ curve, log, admits, onSubscription: () => hasSubscriber() })
  const heard: string[] = []
  for (const [name, keys] of Object.entries({ bob, stranger })) {
    const refusal = nextRefusal()
    subscribeClient(server.port, { curve: of(keys) }).subscribe('lab.a', () => heard.push(name))
    await refusal
  }
  const first = new Promise<void>((resolve) => {
    subscribeClient(server.port, { curve: of(anna) }).subscribe('lab.a', () => {
      heard.push('anna')
      resolve()
    })
  })
  await subscribed
  server.publish('lab.a', { value: 1, time: 1 })
  await first
  expect(heard).toEqual(['anna'])
  expect(refused.length).toBeGreaterThanOrEqual(2)
})

test('who may not hear any more is disconnected, and the others come back', async () => {
  const { curve, of, log, names, anna, bob } = start()
  let aheadMs = 0
  const { instance } = Escapement
  const esc: WireLoop = {
    now: () => instance.now() + aheadMs,
    wall: () => instance.wall(),
    enqueue: (...args) => instance.enqueue(...args),
    after: (...args) => instance.after(...args),
    every: (...args) => instance.every(...args),
    cancel: (...args) => instance.cancel(...args),
  }
  const heardBy = { anna: [] as unknown[], bob: [] as unknown[] }
  const notices: boolean[] = []
  let hear: () => void = () => undefined
  const next = () => new Promise<void>((resolve) => (hear = resolve))
  const onSubscription = (_: string, isOn: boolean): void => {
    notices.push(isOn)
    hear()
  }
  const server = await publishServer({ esc, curve, log, onSubscription })
  const { port } = server
  for (const [name, keys] of Object.entries({ anna, bob })) {
    const on = next()
    subscribeClient(port, { curve: of(keys), retryMs: 10 }).subscribe(`lab.${name}`, ({ value }) => {
      heardBy[name as 'anna'].push(value)
      hear()
    })
    await on
  }
  const publish = (value: number): void => {
    for (const name of ['anna', 'bob']) server.publish(`lab.${name}`, { value, time: 1 })
  }
  publish(1)
  while (heardBy.anna.length + heardBy.bob.length < 2) await next()
  names.delete(bob.publicKey)
  aheadMs += 1_000
  publish(2) // Notices that bob may not, and reaches nobody.
  while (notices.filter(Boolean).length < 3) await next()
  publish(3)
  while (heardBy.anna.length < 2) await next()
  expect(heardBy).toEqual({ anna: [1, 3], bob: [1] })
  expect(server.port).toBe(port)
})

test('requests beyond the rate of a client are refused with what the rate is, by key and not by connection', async () => {
  const { curve, of, anna, bob } = start()
  const { port } = await requestServer({
    ...{ curve, clientRateMax: 1, clientBurstMax: 2, esc: new Escapement({ clock: new ManualClock() }) },
    handle: () => ({ value: 1, time: 1 }),
  })
  const ask = (keys: KeyPair) => requestClient(port, { curve: of(keys) }).request({ type: 'GET', target: 'lab.a' })
  await ask(anna)
  await ask(anna)
  await expect(ask(anna)).rejects.toMatchObject({
    code: 'ERR_WIRE_BUSY',
    message: 'no more requests of one client a second: clientRateMax is 1, clientBurstMax 2',
  })
  await ask(bob)
})
