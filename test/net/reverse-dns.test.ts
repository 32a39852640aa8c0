import { afterEach, expect, test } from '@jest/globals'
import { firstName, isNoName, lookupForm, reverseName, reverseResolver } from '../../lib/net/reverse-dns.js'
import { DnsServer, type Reply } from '../support/dns-server.js'

const servers: DnsServer[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function start(zone: Record<string, Reply>) {
  const server = await DnsServer.start(zone)
  servers.push(server)
  return reverseResolver({ servers: [server.at], timeoutMs: 2000, tries: 1 })
}

/** The code of the failure of a look-up. */
const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error as { code: unknown }).code,
  )

test('a server is asked for the names of an address', async () => {
  const resolver = await start({ '192.0.2.7': ['a.example', 'b.example'], '2001:db8::7': ['c.example'] })
  expect([...(await resolver.reverse('192.0.2.7'))].sort()).toEqual(['a.example', 'b.example'])
  expect(await resolver.reverse('2001:db8::7')).toEqual(['c.example'])
})

test('an address without a name is told from a server that fails', async () => {
  const resolver = await start({ '192.0.2.8': [], '192.0.2.9': 'SERVFAIL', '127.0.0.1': 'SERVFAIL' })
  expect(await codeOf(resolver.reverse('192.0.2.7'))).toBe('ENOTFOUND')
  expect(await codeOf(resolver.reverse('192.0.2.8'))).toBe('ENODATA')
  expect(await codeOf(resolver.reverse('192.0.2.9'))).toBe('ESERVFAIL')
  expect(await codeOf(resolver.reverse('127.0.0.1'))).toBe('ESERVFAIL')
  for (const code of ['ENOTFOUND', 'ENODATA']) expect(isNoName(Object.assign(new Error(), { code }))).toBe(true)
  for (const code of ['ESERVFAIL', 'ETIMEOUT', 'ECANCELLED']) {
    expect(isNoName(Object.assign(new Error(), { code }))).toBe(false)
  }
})

test('what is under way can be given up', async () => {
  const resolver = await start({ '192.0.2.7': 'silence' })
  const code = codeOf(resolver.reverse('192.0.2.7'))
  resolver.cancel?.()
  expect(await code).toBe('ECANCELLED')
})

test('a server is an address with an optional port', () => {
  for (const server of ['127.0.0.1', '127.0.0.1:5353', '::1', '[::1]:5353']) {
    expect(() => reverseResolver({ servers: [server], timeoutMs: 1000, tries: 1 })).not.toThrow()
  }
  expect(() => reverseResolver({ servers: ['dns.example'], timeoutMs: 1000, tries: 1 })).toThrow(RangeError)
})

test('the name of an address in the DNS has its parts backwards', () => {
  expect(reverseName('192.0.2.7')).toBe('7.2.0.192.in-addr.arpa')
  expect(reverseName('2001:db8::567:89ab')).toBe(
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  )
  expect(() => reverseName('1.2.3')).toThrow('must be an IPv4 or IPv6 address: it is "1.2.3"')
})

test('only what can be a name is believed', () => {
  expect(firstName(['a b', 'a\u0000', 'a\nb', '', 'é.example', 'x'.repeat(254), 'ok.example'])).toBe('ok.example')
  expect(firstName([])).toBe('')
})

test('equal addresses are looked up under one text', () => {
  expect(['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:207'].map(lookupForm)).toEqual(Array(3).fill('192.0.2.7'))
  expect(['fe80::1%eth0', 'FE80:0::1'].map(lookupForm)).toEqual(['fe80::1', 'fe80::1'])
  expect(lookupForm('localhost')).toBeNull()
})
