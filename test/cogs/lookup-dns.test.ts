import dnsPacket from 'dns-packet'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from '@jest/globals'
import { LookupDns, type LookupDnsOptions } from '../../cogs/lookup-dns.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

/** A DNS server on loopback with these records, by type and name; what it doesn't know doesn't exist. */
async function server(zone: Readonly<Record<string, readonly unknown[]>>) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'listening')
  const asked: string[] = []
  socket.on('message', (message, { port, address }) => {
    const { id = 0, questions = [] } = dnsPacket.decode(message)
    const [{ name, type } = { name: '', type: '' }] = questions
    asked.push(`${type} ${name}`)
    const records = zone[`${type} ${name}`]
    const answers = (records ?? []).map((data) => ({ type, name, ttl: 60, data: data as string }))
    socket.send(
      dnsPacket.encode({ type: 'response', id, flags: records === undefined ? 3 : 0, questions, answers }),
      port,
      address,
    )
  })
  return { asked, at: `127.0.0.1:${socket.address().port}` }
}

interface Event {
  host?: unknown
  dns?: unknown
}

async function pass(options: LookupDnsOptions<Event>, ...hosts: unknown[]) {
  const rig = testTrain()
  const out = await rig.pass(
    [new LookupDns<Event>(rig.train, options)],
    hosts.map((host) => ({ host })),
  )
  return { ...rig, out: out as Event[], found: (out as Event[]).map(({ dns }) => dns) }
}

test.each([
  ['A', 'a.example', ['192.0.2.1', '192.0.2.2'], ['192.0.2.1', '192.0.2.2']],
  ['AAAA', 'a.example', ['2001:db8::1'], ['2001:db8::1']],
  ['TXT', 'a.example', [['v=spf1 ', '-all']], ['v=spf1 -all']],
  ['NS', 'a.example', ['ns.a.example'], ['ns.a.example']],
  [
    'MX',
    'a.example',
    [
      { preference: 20, exchange: 'b.example' },
      { preference: 10, exchange: 'c.example' },
    ],
    [
      expect.objectContaining({ priority: 10, exchange: 'c.example' }),
      expect.objectContaining({ exchange: 'b.example' }),
    ],
  ],
] as const)('asks a server for %s', async (type, name, records, expected) => {
  const { at } = await server({ [`${type} ${name}`]: records })
  const { found } = await pass({ type, servers: [at] }, 'A.Example.')
  expect(found).toEqual([expected])
})

test('asks for the names of an address', async () => {
  const { at } = await server({ 'PTR 7.2.0.192.in-addr.arpa': ['mx.example'] })
  const { found, dead } = await pass({ type: 'PTR', servers: [at] }, '::ffff:192.0.2.7', 'nowhere')
  expect(found).toEqual([['mx.example']])
  expect(dead.map(({ error }) => error.message)).toEqual([expect.stringContaining('must be an IPv4 or IPv6 address')])
})

test('a name without records passes as it is, and so does none', async () => {
  const { at } = await server({ 'A b.example': [] })
  const { out } = await pass({ servers: [at] }, 'a.example', 'b.example', null)
  expect(out.map((event) => Object.keys(event))).toEqual([['host'], ['host'], ['host']])
})

/** A train whose look-ups are answered by hand. */
async function startByHand(options: LookupDnsOptions<Event> = {}) {
  const rig = testTrain()
  const asked: { name: string; answer: (records: unknown) => void; refuse: (code: string) => void }[] = []
  const resolver = {
    resolve: (name: string) =>
      new Promise<unknown>((answer, reject) => {
        asked.push({ name, answer, refuse: (code) => reject(Object.assign(new Error(code), { code })) })
      }),
    cancel: () => asked.splice(0).forEach(({ refuse }) => refuse('ECANCELLED')),
  }
  const supply = new TestSupply<Event>(rig.train, {})
  const out: (readonly [unknown, unknown])[] = []
  rig.train.line(supply, new LookupDns<Event>(rig.train, { resolver, ...options }))
  rig.train.onOutput(({ host, dns }: Event) => out.push([host, dns]))
  const ended = rig.train.run({ signals: false })
  await turnOfNode()
  const push = (...hosts: string[]) => supply.push(...hosts.map((host) => ({ host })))
  const names = () => asked.map(({ name }) => name)
  return { ...rig, supply, out, ended, asked, push, names }
}

test('data with the same name wait for one answer, which is remembered for its time', async () => {
  const { push, asked, names, out, clock, supply, ended } = await startByHand({ ttlMs: 1000, negativeTtlMs: 100 })
  push('a.example', 'A.example', 'b.example')
  expect(names()).toEqual(['a.example', 'b.example'])
  asked.shift()?.answer(['192.0.2.1'])
  asked.shift()?.refuse('ENOTFOUND')
  await turnOfNode()
  push('a.example', 'b.example')
  expect(names()).toEqual([])
  clock.advance(101)
  push('a.example', 'b.example')
  expect(names()).toEqual(['b.example'])
  clock.advance(900)
  push('a.example')
  expect(names()).toEqual(['b.example', 'a.example'])
  for (const { answer } of asked.splice(0)) answer([])
  supply.close()
  await ended
  expect(out).toHaveLength(8)
  expect(out.filter(([, dns]) => dns !== undefined)).toHaveLength(4)
})

test('data overtake those that wait', async () => {
  const { push, asked, out, supply, ended } = await startByHand()
  push('a.example', 'b.example')
  asked.pop()?.answer(['192.0.2.2'])
  await turnOfNode()
  expect(out).toEqual([['b.example', ['192.0.2.2']]])
  asked.pop()?.answer(['192.0.2.1'])
  supply.close()
  await ended
})

test('no more look-ups are under way than may be', async () => {
  const { push, asked, names, supply, ended } = await startByHand({ concurrencyMax: 1 })
  push('a.example', 'b.example')
  expect(names()).toEqual(['a.example'])
  asked.shift()?.answer([])
  await turnOfNode()
  expect(names()).toEqual(['b.example'])
  asked.shift()?.answer([])
  supply.close()
  await ended
})

test('if no server answers, data pass or fail, and the log says so once a minute', async () => {
  const passing = await startByHand({ errorTtlMs: 1000 })
  passing.push('a.example', 'b.example')
  for (const { refuse } of passing.asked.splice(0)) refuse('ETIMEOUT')
  await turnOfNode()
  expect(passing.out).toHaveLength(2)
  expect(passing.log.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'cannot look up names in the DNS'],
  ])
  const failing = await startByHand({ onError: 'fail', type: 'TXT' })
  failing.push('a.example')
  failing.asked.shift()?.refuse('ESERVFAIL')
  await turnOfNode()
  expect(failing.dead.map(({ error }) => error.message)).toEqual([
    expect.stringContaining('cannot look up TXT of a.example: ESERVFAIL'),
  ])
  for (const { supply, ended } of [passing, failing]) {
    supply.close()
    await ended
  }
})

test('the end waits no longer than finishMs', async () => {
  const { push, out, supply, ended, clock, log } = await startByHand({ finishMs: 500 })
  push('a.example')
  supply.close()
  await turnOfNode()
  clock.advance(500)
  await ended
  expect(out).toEqual([['a.example', undefined]])
  expect(log.map(({ message }) => message)).toContain(
    "answers didn't come within finishMs (500 ms): data go on without",
  )
})

test('refuses what is no name', async () => {
  const { dead } = await pass(
    { resolver: { resolve: () => Promise.resolve([]) } },
    '',
    'a b',
    'a\nb',
    7,
    'x'.repeat(64),
    'a..b',
  )
  expect(dead).toHaveLength(6)
})

test('names that objects inherit are names as any other', async () => {
  const { found } = await pass({ resolver: { resolve: (name) => Promise.resolve([name]) } }, '__proto__', 'constructor')
  expect(found.map(String).sort()).toEqual(['__proto__', 'constructor'])
})

test('reads and writes where it is told to, and refuses what it can not use', async () => {
  const { train, pass: run } = testTrain()
  const resolver = { resolve: () => Promise.resolve(['192.0.2.1']) }
  const cog = new LookupDns<object>(train, { resolver, getter: itemGetter('name'), setter: itemSetter('ips') })
  expect(await run([cog], [{ name: 'a.example' }])).toEqual([{ name: 'a.example', ips: ['192.0.2.1'] }])
  expect(() => new LookupDns(train, { type: 'X' as never })).toThrow('type must be one of A, AAAA,')
  expect(() => new LookupDns(train, { servers: ['localhost'] })).toThrow('servers must be addresses')
  expect(() => new LookupDns(train, { tries: 0 })).toThrow('tries must be at least 1')
})
