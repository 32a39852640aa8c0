import { BlockList } from 'node:net'
import fc from 'fast-check'
import { formatAddress, maskAddress } from '../../lib/net/address.js'
import { NetworkTable, formatNetwork, parseNetwork, type Network } from '../../lib/net/network-table.js'

const network = (text: string) => parseNetwork(text) as Network

function tableOf(...texts: string[]): NetworkTable<string> {
  const table = new NetworkTable<string>()
  for (const text of texts) table.set(network(text), text)
  return table
}

test('gives the longest network that an address is in', () => {
  const table = tableOf('0.0.0.0/0', '192.0.2.0/24', '192.0.2.128/25', '192.0.2.7', '2001:db8::/32', '2001:db8:1::/48')
  const found = ['192.0.2.7', '192.0.2.1', '192.0.2.200', '198.51.100.1', '2001:db8::1', '2001:db8:1::1', '2001:db9::']
  expect(found.map((ip) => table.get(ip))).toEqual([
    ...['192.0.2.7', '192.0.2.0/24', '192.0.2.128/25', '0.0.0.0/0'],
    ...['2001:db8::/32', '2001:db8:1::/48', undefined],
  ])
  expect(table.size).toBe(6)
})

test('what is mapped is IPv4, a zone counts nothing, and no address is in none', () => {
  const table = tableOf('::ffff:192.0.2.0/120', 'fe80::/10', '::/0')
  expect(table.get('192.0.2.1')).toBe('::ffff:192.0.2.0/120')
  expect(table.get('::ffff:192.0.2.1')).toBe('::ffff:192.0.2.0/120')
  expect(table.get('fe80::1%eth0')).toBe('fe80::/10')
  expect(['', 'x', '192.0.2', '192.0.2.1/32'].map((ip) => table.get(ip))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('the same network is there once, with its last value', () => {
  const table = new NetworkTable<number>()
  table.set(network('192.0.2.7/24'), 1)
  table.set(network('192.0.2.0/24'), 2)
  expect([table.size, table.get('192.0.2.1')]).toEqual([1, 2])
})

test.each([
  ['192.0.2.7/24', '192.0.2.0/24'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['2001:DB8::1/32', '2001:db8::/32'],
  ['::ffff:192.0.2.1/112', '192.0.0.0/16'],
  ['::ffff:0:0/95', '::fffe:0:0/95'],
])('reads %s', (text, canonical) => {
  expect(formatNetwork(network(text))).toBe(canonical)
})

test.each([
  '',
  'x',
  '192.0.2.0/33',
  '::/129',
  '192.0.2.0/',
  '192.0.2/24',
  '192.0.2.0/-1',
  '1.2.3.4/24/24',
  'fe80::1%eth0/64',
])('refuses %j', (text) => {
  expect(parseNetwork(text)).toBeNull()
})

test('agrees with the list of addresses of Node', () => {
  const address = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => ({ family: 4 as const, bytes, zone: '' })),
    // Few different bytes, so that networks are hit.
    fc
      .array(fc.constantFrom(0, 0x20, 0xff), { minLength: 16, maxLength: 16 })
      .map((list) => ({ family: 6 as const, bytes: Uint8Array.from(list), zone: '' })),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(address, fc.nat(128)), { maxLength: 20 }), fc.array(address), (list, asked) => {
      const table = new NetworkTable<number>()
      // One for each family: to Node a network such as ::/0 holds the mapped addresses, too.
      const blocks = { 4: new BlockList(), 6: new BlockList() }
      const nets = list.map(([one, n]) => ({ address: one, bits: n % (8 * one.bytes.length + 1) }))
      nets.forEach((net, i) => {
        table.set(net, i)
        blocks[net.address.family].addSubnet(
          formatAddress(maskAddress(net.address, net.bits)),
          net.bits,
          net.address.family === 4 ? 'ipv4' : 'ipv6',
        )
      })
      for (const one of [...asked, ...list.map(([each]) => each)]) {
        const text = formatAddress(one)
        expect(table.get(text) !== undefined).toBe(blocks[one.family].check(text, one.family === 4 ? 'ipv4' : 'ipv6'))
      }
    }),
  )
})
