import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseAddress } from '../../lib/net/address.js'
import { findAddress, findAddresses } from '../../lib/net/find-address.js'

/** All addresses of a line. */
const find = (line: string): string[] => {
  const all = findAddresses(line)
  for (const { text, start, end } of all) expect(line.slice(start, end)).toBe(text)
  expect(findAddress(line)).toEqual(all[0] ?? null)
  return all.map(({ text }) => text)
}

test.each([
  ['Nov 21 10:00:00 mx1 sshd[711]: Failed password for root from 192.0.2.7 port 50022 ssh2', ['192.0.2.7']],
  ['Nov 21 10:00:00 mx1 sshd[711]: Failed password for root from 2001:db8::7 port 50022 ssh2', ['2001:db8::7']],
  ['Nov 21 10:00:00 mx1 sshd[711]: Connection closed by ::ffff:192.0.2.7 port 1', ['::ffff:192.0.2.7']],
  ['Nov 21 10:00:00 mx1 sshd[1]: error: connect from fe80::5054:ff:fe12:3456%eth0.', ['fe80::5054:ff:fe12:3456%eth0']],
  ['Nov 21 10:00:00 mx1 postfix/smtpd[2]: connect from unknown[192.0.2.7]', ['192.0.2.7']],
  ['Nov 21 10:00:00 mx1 postfix/smtp[2]: to=<a@b.example>, relay=mx[2001:db8::25]:25, delay=0.1', ['2001:db8::25']],
  [
    '192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36"',
    ['192.0.2.7'],
  ],
  [
    '2026/11/21 10:00:00 [error] 9#9: *1 no live upstreams, client: 192.0.2.7, upstream: "http://198.51.100.2:80/"',
    ['192.0.2.7', '198.51.100.2'],
  ],
  ['[Sat Nov 21 10:00:00.123456 2026] [core:error] [pid 1] [client 192.0.2.7:5000] AH00126', ['192.0.2.7']],
  [
    'kernel: IN=eth0 MAC=00:1b:44:11:3a:b7:00:1b:44:11:3a:b8:08:00 SRC=192.0.2.7 DST=198.51.100.2',
    ['192.0.2.7', '198.51.100.2'],
  ],
  ['Connected to /192.0.2.7:9042 and db1/192.0.2.8:9042', ['192.0.2.7', '192.0.2.8']],
  ['from 192.0.2.7. Then from 2001:db8::7: ok (2001:db8::8)', ['192.0.2.7', '2001:db8::7', '2001:db8::8']],
  [
    'client:192.0.2.7 addr:2001:db8::7 addr:::1 ::ffff:192.0.2.9:443',
    ['192.0.2.7', '2001:db8::7', '::1', '::ffff:192.0.2.9'],
  ],
  ['a route 192.0.2.0/24 via fe80::1%eth0.100, 2001:db8::/32', ['192.0.2.0', 'fe80::1%eth0.100', '2001:db8::']],
  ['listening on [::]:80', ['::']],
  ['[client 2001:db8::7:51234] AH01630', ['2001:db8::7']],
  ['[client 2001:db8:1:2:3:4:5:6:443] AH01630, ::1:53256', ['2001:db8:1:2:3:4:5:6', '::1']],
  ['192.0.2.7,192.0.2.8;192.0.2.9', ['192.0.2.7', '192.0.2.8', '192.0.2.9']],
])('%s', (line, addresses) => {
  expect(find(line)).toEqual(addresses)
})

test.each([
  ['a version', 'nginx 1.27.3, openssl-1.1.1.1, v1.2.3.4, libfoo 1.2.3.4-2ubuntu1, 1.2.3.4.5, Chrome/120.0.0.0'],
  ['a time', '10:00:00 2026-11-21T10:00:00.123Z [21/Nov/2026:10:00:00 +0000]'],
  [
    'a hardware address',
    '00:1b:44:11:3a:b7 00:1b:44:ff:fe:11:3a:b7 MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48',
  ],
  ['an object identifier', '.1.3.6.1 1.3.6.1.4.1'],
  ['a host name', 'ip-192.0.2.7.dsl.example 192.0.2.7.dsl.example 192.0.2.7-dsl host192.0.2.7'],
  ['code', 'std::vector Foo::Bar DB::Deadlock Be::Ad a :: b ::'],
  ['what is out of range', '256.0.2.1 192.0.2.07 192.0.2 192.0.2. 12345::1 1::2::3 1:2:3:4:5:6:7:8:9:1'],
  ['nothing', ''],
  ['what is not ASCII', 'Zugriff verweigert für müller, 日本語 ١٩٢.٠.٢.١'],
])('%s is no address', (_, line) => {
  expect(find(line)).toEqual([])
})

test('whatever the line, what is found is an address that stands there', () => {
  const piece = fc.constantFrom(
    '192.0.2.1',
    '2001:db8::1',
    '::',
    ':',
    '.',
    '[',
    ']',
    '%',
    '-',
    '/',
    ' ',
    'a',
    'g',
    '1',
    '10:00:00',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      for (const text of find(pieces.join(''))) expect(parseAddress(text)).not.toBeNull()
    }),
    { numRuns: 2000 },
  )
})

test('a hostile line takes time in proportion to its length', () => {
  const line = ['1.'.repeat(500_000), 'a:'.repeat(500_000), '::::'.repeat(250_000), '1.1.1.1x '.repeat(100_000)].join(
    ' ',
  )
  expect(find(line)).toEqual([])
})

test('finds a hundred thousand in one run of a line without looking at it as often', () => {
  expect(findAddresses('192.0.2.1:'.repeat(100_000))).toHaveLength(100_000)
  expect(findAddresses('192.0.2.1 '.repeat(100_000))).toHaveLength(100_000)
})

test('takes the address out of an address literal of mail', () => {
  const lines = [
    'connect from mx.example.com[IPv6:2001:db8::1]',
    'helo=<[IPv6:2001:db8:0:0:0:0:0:2]>',
    'ipv6:2001:db8::3',
  ]
  expect(lines.map((line) => findAddress(line)?.text)).toEqual(['2001:db8::1', '2001:db8:0:0:0:0:0:2', '2001:db8::3'])
})
