import { afterEach, expect, test } from '@jest/globals'
import dnsPacket from 'dns-packet'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { FakeDns, type DnsReply } from '../../lib/testing/index.js'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

async function start(table: Readonly<Record<string, DnsReply>>, timeout = 5000) {
  const dns = await FakeDns.start(table)
  closing.push(() => dns.close())
  const resolver = new Resolver({ timeout, tries: 1 })
  resolver.setServers([dns.at])
  return { dns, resolver }
}

test('it answers what is in its table, in both directions and both families', async () => {
  const { dns, resolver } = await start({
    '192.0.2.7': ['a.example', 'b.example'],
    '2001:db8::7': ['c.example'],
    'a.example': ['192.0.2.7', '2001:db8::7', '192.0.2.8'],
  })
  expect(await resolver.reverse('192.0.2.7')).toEqual(['a.example', 'b.example'])
  expect(await resolver.reverse('2001:db8::7')).toEqual(['c.example'])
  expect(await resolver.resolve4('A.example')).toEqual(['192.0.2.7', '192.0.2.8'])
  expect(await resolver.resolve6('a.example')).toEqual(['2001:db8::7'])
  expect(dns.asked).toEqual(['192.0.2.7', '2001:db8::7', 'a.example', 'a.example'])
})

test.each([
  ['SERVFAIL', 'ESERVFAIL'],
  ['NXDOMAIN', 'ENOTFOUND'],
  ['REFUSED', 'EREFUSED'],
  ['silence', 'ETIMEOUT'],
] as const)('told %s it fails with %s', async (reply, code) => {
  const { resolver } = await start({ 'a.example': reply }, reply === 'silence' ? 50 : 5000)
  await expect(resolver.resolve4('a.example')).rejects.toMatchObject({ code })
})

test('what is not in its table does not exist, until it is', async () => {
  const { dns, resolver } = await start({})
  await expect(resolver.resolve4('a.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  dns.table.set('a.example', ['192.0.2.9'])
  expect(await resolver.resolve4('a.example')).toEqual(['192.0.2.9'])
})

test('an independent reader understands its answers, and what is no question is not answered', async () => {
  const { dns } = await start({ 'a.example': ['192.0.2.7'] })
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  closing.push(() => socket.close())
  await once(socket, 'listening')
  const port = Number(dns.at.split(':')[1])
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(11), Buffer.alloc(13, 63), Buffer.alloc(300, 255)]) {
    socket.send(bytes, port, '127.0.0.1')
  }
  socket.send(
    dnsPacket.encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'a.example' }] }),
    port,
    '127.0.0.1',
  )
  const [answer] = (await once(socket, 'message')) as [Buffer]
  expect(dnsPacket.decode(answer)).toMatchObject({
    ...{ type: 'response', id: 7, questions: [{ type: 'A', name: 'a.example' }] },
    answers: [{ type: 'A', name: 'a.example', ttl: 60, data: '192.0.2.7' }],
  })
})
