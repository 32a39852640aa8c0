import { afterEach, expect, test } from '@jest/globals'
import { Anonymise } from '../../cogs/anonymise.js'
import { ExtractIp } from '../../cogs/extract-ip.js'
import { ResolveHostnames, type ResolveHostnamesOptions } from '../../cogs/resolve-hostnames.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { DnsServer, type Reply } from '../support/dns-server.js'

interface Event {
  ip?: unknown
  host?: string
}

const servers: DnsServer[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A cog that asks a server with this zone; `pass` runs addresses through a train of their own. */
async function start(zone: Record<string, Reply>, options: ResolveHostnamesOptions<Event> = {}) {
  const server = await DnsServer.start(zone)
  servers.push(server)
  const rig = testTrain()
  const resolve = new ResolveHostnames<Event>(rig.train, {
    servers: [server.at],
    timeoutMs: 60_000,
    tries: 1,
    ...options,
  })
  const pass = async (...ips: unknown[]) =>
    (
      (await rig.pass(
        [resolve],
        ips.map((ip) => ({ ip })),
      )) as Event[]
    ).map(({ ip, host }) => [ip, host])
  return { server, rig, resolve, pass }
}

/** A running train whose look-ups are answered by hand, one address after the other. */
async function startByHand(options: ResolveHostnamesOptions<Event> = {}) {
  const rig = testTrain()
  const pending: { address: string; answer: (names: string[]) => void; refuse: (code: string) => void }[] = []
  const resolver = {
    isCancelled: false,
    reverse: (address: string) =>
      new Promise<string[]>((answer, reject) => {
        pending.push({ address, answer, refuse: (code) => reject(Object.assign(new Error(`query ${code}`), { code })) })
      }),
    cancel() {
      this.isCancelled = true
    },
  }
  const supply = new TestSupply<Event>(rig.train, {})
  const out: (readonly [unknown, string | undefined])[] = []
  rig.train.line(supply, new ResolveHostnames<Event>(rig.train, { resolver, ...options }))
  rig.train.onOutput(({ ip, host }: Event) => out.push([ip, host]))
  const ended = rig.train.run({ signals: false })
  await turnOfNode()
  const push = (...ips: unknown[]) => supply.push(...ips.map((ip) => ({ ip })))
  const answer = async (...names: string[]) => {
    pending.shift()?.answer(names)
    await turnOfNode()
  }
  return { rig, pending, resolver, supply, out, ended, push, answer }
}

test('addresses of both families get their names from a server', async () => {
  const { pass } = await start({ '192.0.2.7': ['a.example'], '2001:db8::7': ['b.example', 'c.example'] })
  const out = await pass('192.0.2.7', '2001:DB8:0::7')
  expect(new Map(out as [string, string][])).toEqual(
    new Map([
      ['192.0.2.7', 'a.example'],
      ['2001:DB8:0::7', 'b.example'],
    ]),
  )
})

test('a mapped address is asked for as its IPv4 address, and a zone is left out', async () => {
  const { pass, server } = await start({ '192.0.2.7': ['a.example'], 'fe80::1': ['r.example'] })
  expect((await pass('::ffff:192.0.2.7', 'fe80::1%eth0')).map(([, host]) => host).sort()).toEqual([
    'a.example',
    'r.example',
  ])
  expect([...server.asked].sort()).toEqual(['192.0.2.7', 'fe80::1'])
})

test('an address without a name goes on without one, also when there is no address', async () => {
  const { pass, rig } = await start({ '192.0.2.8': [] })
  expect((await pass('192.0.2.7', '192.0.2.8', undefined, null)).map(([, host]) => host)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect([rig.dead, rig.log]).toEqual([[], []])
})

test('data with the same address wait for one answer', async () => {
  const { pass, server } = await start({ '192.0.2.7': ['a.example'] })
  expect(await pass('192.0.2.7', '192.0.2.7', '192.0.2.7')).toEqual(Array(3).fill(['192.0.2.7', 'a.example']))
  expect(server.asked).toEqual(['192.0.2.7'])
})

test('a name that is no name is not believed', async () => {
  const { push, answer, out } = await startByHand()
  push('192.0.2.7', '192.0.2.8')
  await answer('a\nforged line', 'a b')
  await answer('x'.repeat(254), 'good.example')
  expect(out).toEqual([
    ['192.0.2.7', undefined],
    ['192.0.2.8', 'good.example'],
  ])
})

// Where it is silent, no name is asked for that it knows: on a busy machine its answer could be late, too.
test.each<[string, Reply, readonly string[]]>([
  ['that fails', 'SERVFAIL', ['192.0.2.9']],
  ['that refuses', 'REFUSED', ['192.0.2.9']],
  ['that is silent', 'silence', []],
])('with a server %s data go on without a name, and a line of the log says so', async (_, reply, known) => {
  const zone = { '192.0.2.7': reply, '192.0.2.8': reply, '192.0.2.9': ['a.example'] }
  const { pass, rig } = await start(zone, { timeoutMs: reply === 'silence' ? 1000 : 60_000 })
  expect(new Map((await pass('192.0.2.7', '192.0.2.8', ...known)) as [string, unknown][])).toEqual(
    new Map([['192.0.2.7', undefined], ['192.0.2.8', undefined], ...known.map((ip) => [ip, 'a.example'] as const)]),
  )
  expect(rig.dead).toEqual([])
  expect(rig.log.map(({ level, message }) => [level, message])).toEqual([['warn', 'cannot look up host names']])
})

test('with a server that fails data may fail', async () => {
  const { pass, rig } = await start({ '192.0.2.7': 'SERVFAIL' }, { onError: 'fail' })
  expect(await pass('192.0.2.7', '192.0.2.8')).toEqual([['192.0.2.8', undefined]])
  expect(rig.dead.map(({ data }) => data)).toEqual([{ ip: '192.0.2.7' }])
  expect(String(rig.dead[0]?.error.message)).toContain('cannot look up the name of 192.0.2.7')
})

test('other data overtake those that wait', async () => {
  const { push, answer, out } = await startByHand()
  push('192.0.2.7', '192.0.2.8', undefined)
  expect(out).toEqual([[undefined, undefined]])
  await answer('a.example')
  expect(out.at(-1)).toEqual(['192.0.2.7', 'a.example'])
  push('192.0.2.7')
  expect(out.slice(2)).toEqual([['192.0.2.7', 'a.example']])
})

test('a name is remembered for its time, by the clock of the train', async () => {
  const { push, answer, rig, pending, out } = await startByHand({ ttlMs: 1000, negativeTtlMs: 100 })
  push('192.0.2.7', '192.0.2.8')
  await answer('a.example')
  await answer()
  rig.clock.advance(100)
  push('192.0.2.7', '192.0.2.8')
  expect([pending.length, out.length]).toEqual([0, 4])
  rig.clock.advance(1)
  push('192.0.2.7', '192.0.2.8')
  expect(pending.map(({ address }) => address)).toEqual(['192.0.2.8'])
  rig.clock.advance(900)
  push('192.0.2.7')
  expect(pending.map(({ address }) => address)).toEqual(['192.0.2.8', '192.0.2.7'])
})

test('what failed is not asked again at once, and one line a minute says so', async () => {
  const { push, rig, pending, out } = await startByHand({ errorTtlMs: 1000 })
  const fail = async (ip: string) => {
    push(ip)
    pending.shift()?.refuse('ETIMEOUT')
    await turnOfNode()
  }
  await fail('192.0.2.7')
  push('192.0.2.7')
  expect([pending.length, out.length]).toEqual([0, 2])
  rig.clock.advance(1001)
  await fail('192.0.2.7')
  expect(rig.log).toHaveLength(1)
  rig.clock.advance(60_000)
  await fail('192.0.2.7')
  expect(rig.log.map(({ fields }) => fields.failures)).toEqual([1, 2])
})

test('no more look-ups are under way than allowed, and the rest follow in order', async () => {
  const { push, answer, pending, out } = await startByHand({ concurrencyMax: 2 })
  push('192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4')
  expect(pending.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2'])
  await answer('one.example')
  expect(pending.map(({ address }) => address)).toEqual(['192.0.2.2', '192.0.2.3'])
  for (const name of ['two', 'three', 'four']) await answer(name)
  expect(out.map(([, host]) => host)).toEqual(['one.example', 'two', 'three', 'four'])
})

test('the end waits for names', async () => {
  const { push, answer, supply, ended, out } = await startByHand()
  push('192.0.2.7')
  supply.close()
  await turnOfNode()
  expect(out).toEqual([])
  await answer('a.example')
  await ended
  expect(out).toEqual([['192.0.2.7', 'a.example']])
  expect(supply.acknowledged).toBe(1)
})

test('the end gives names up after its time, cancels the look-ups, and the data go on without', async () => {
  const { push, pending, supply, ended, out, rig, resolver } = await startByHand({
    concurrencyMax: 1,
    finishMs: 1000,
    onError: 'fail',
  })
  push('192.0.2.7', '192.0.2.8', '192.0.2.8')
  supply.close()
  await turnOfNode()
  rig.clock.advance(999)
  expect(out).toEqual([])
  rig.clock.advance(1)
  expect(resolver.isCancelled).toBe(true)
  pending.shift()?.refuse('ECANCELLED')
  await ended
  expect(out).toEqual([
    ['192.0.2.7', undefined],
    ['192.0.2.8', undefined],
    ['192.0.2.8', undefined],
  ])
  expect([pending.length, rig.dead.length, supply.acknowledged]).toEqual([0, 0, 3])
  expect(rig.log.map(({ message }) => message)).toEqual([
    "names didn't come within finishMs (1000 ms): data go on without",
  ])
})

test('stands in a line with the cogs that find and hide addresses', async () => {
  const server = await DnsServer.start({ '192.0.2.7': ['a.example'] })
  servers.push(server)
  const { train } = testTrain()
  const supply = new TestSupply<{ line: string; ip?: string; host?: string }>(train, {})
  const out: string[] = []
  train.line(
    supply,
    new ExtractIp(train),
    new ResolveHostnames(train, { servers: [server.at] }),
    new Anonymise(train, { onInvalid: 'pass' }),
    ({ ip, host }: { ip?: string; host?: string }) => [`${ip ?? '-'} ${host ?? '-'}`],
  )
  train.onOutput((text: string) => out.push(text))
  const ended = train.run({ signals: false })
  await turnOfNode()
  supply.push({ line: 'sshd[7]: Connection closed by 192.0.2.7 port 50022' }, { line: 'sshd[7]: exited' })
  supply.close()
  await ended
  expect(out).toEqual(['- -', '192.0.2.0 a.example'])
})

test('a setter that throws fails its datum alone', async () => {
  const setter = (data: Event, host: string): Event => {
    if (data.ip === '192.0.2.7') throw new Error('frozen')
    return { ...data, host }
  }
  const { pass, rig } = await start({ '192.0.2.7': ['a.example'], '192.0.2.8': ['b.example'] }, { setter })
  expect(await pass('192.0.2.7', '192.0.2.8')).toEqual([['192.0.2.8', 'b.example']])
  expect(rig.dead.map(({ data }) => data)).toEqual([{ ip: '192.0.2.7' }])
})

test('what is no address fails with what it is', async () => {
  const { resolve } = await start({})
  for (const ip of ['', 'localhost', '1.2.3', '192.0.2.1:80', 7]) expect(() => resolve.turn({ ip })).toThrow(TypeError)
  expect(() => resolve.turn({ ip: '1.2.3' })).toThrow(
    'cannot look up a name: must be an IPv4 or IPv6 address: it is "1.2.3"',
  )
})

test.each<[ResolveHostnamesOptions<Event>, RegExp]>([
  [{ concurrencyMax: 0 }, /concurrencyMax must be at least 1: it is 0/],
  [{ ttlMs: 0 }, /ttlMs must be at least 1: it is 0/],
  [{ finishMs: -1 }, /finishMs must be at least 0: it is -1/],
  [{ onError: 'retry' as never }, /onError must be one of pass, fail: it is "retry"/],
  [{ servers: ['localhost'] }, /servers must be addresses, each with an optional port: they are \["localhost"\]/],
])('refuses %j', (options, message) => {
  expect(() => new ResolveHostnames(testTrain().train, options)).toThrow(message)
})

test('goes on without a name where a resolver of your own answers nonsense', async () => {
  const resolver = { reverse: () => Promise.resolve(undefined as unknown as string[]) }
  const { pass, rig } = await start({}, { resolver })
  expect(await pass('192.0.2.1')).toEqual([['192.0.2.1', undefined]])
  expect(rig.log.map(({ message }) => message)).toContain('cannot look up host names')
})
