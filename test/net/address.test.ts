import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isIP } from 'node:net'
import {
  canonicalAddress,
  formatAddress,
  isIpv4,
  lastDotOfIpv4,
  maskAddress,
  parseAddress,
  unmapAddress,
} from '../../lib/net/address.js'

const bytesOf = (text: string): number[] => [...(parseAddress(text)?.bytes ?? [])]

test('IPv4 is four decimal numbers up to 255 and nothing else', () => {
  for (const good of ['0.0.0.0', '192.0.2.1', '255.255.255.255', '1.2.3.4']) expect(isIpv4(good)).toBe(true)
  const bad = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '.1.2.3.4',
    '1..2.3',
    '256.1.1.1',
    '1.2.3.0400',
    '01.2.3.4',
    '0x1.2.3.4',
  ]
  for (const text of [
    ...bad,
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.-4',
    '1.2.3.4/8',
    '1,2,3,4',
    '1.2.3.4\u0130',
    '1.2.3.4\u0134',
    '١.2.3.4',
  ]) {
    expect([text, isIpv4(text), canonicalAddress(text)]).toEqual([text, false, null])
  }
})

test('the loop for IPv4 agrees with node:net on anything like an address', () => {
  const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom('00', '01', '', 'a', '1e1'))
  const like = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'))
  fc.assert(fc.property(like, (text) => isIpv4(text) === (isIP(text) === 4)))
})

test('the last dot is where the last byte begins', () => {
  expect(lastDotOfIpv4('192.0.2.133')).toBe(7)
  expect(lastDotOfIpv4('1.1.1.1')).toBe(5)
})

test.each([
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:0:0:0:0:0:0', '1::'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::ffff:c000:0201', '::ffff:192.0.2.1'],
  ['0:0:0:0:0:FFFF:192.0.2.1', '::ffff:192.0.2.1'],
  ['::192.0.2.1', '::c000:201'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['FE80::1%eth0', 'fe80::1%eth0'],
])('%s is written %s, as RFC 5952 has it', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical)
})

test.each([
  '1::2::3',
  '10:00:00',
  '00:1b:44:11:3a:b7',
  ':::',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '[::1]',
  '::1/64',
  '::1.2.3',
  'localhost',
])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeNull()
  expect(canonicalAddress(text)).toBeNull()
})

test('bytes are in network order', () => {
  expect(bytesOf('192.0.2.1')).toEqual([192, 0, 2, 1])
  expect(bytesOf('2001:db8::1:2')).toEqual([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2])
  expect(bytesOf('::192.0.2.1')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1])
})

test('any bytes survive being written and read', () => {
  const any = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  fc.assert(
    fc.property(any, (bytes) => {
      const text = formatAddress({ family: bytes.length === 4 ? 4 : 6, bytes, zone: '' })
      expect(bytesOf(text)).toEqual([...bytes])
      expect(canonicalAddress(text)).toBe(text)
    }),
  )
})

test('the canonical text agrees with the URL standard, which only writes mapped addresses otherwise', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const canonical = canonicalAddress(text) ?? ''
      fc.pre(!canonical.includes('.'))
      expect(`[${canonical}]`).toBe(new URL(`http://[${text}]`).hostname)
    }),
    { numRuns: 1000 },
  )
})

test('a mapped address stands for its IPv4 address, and no other does', () => {
  const unmapped = (text: string): string => {
    const address = parseAddress(text)
    return address === null ? '' : formatAddress(unmapAddress(address))
  }
  expect(unmapped('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(unmapped('::192.0.2.1')).toBe('::c000:201')
  expect(unmapped('192.0.2.1')).toBe('192.0.2.1')
})

test.each([
  ['192.0.2.255', 24, '192.0.2.0'],
  ['192.0.2.255', 32, '192.0.2.255'],
  ['192.0.2.255', 29, '192.0.2.248'],
  ['192.0.2.255', 1, '128.0.0.0'],
  ['192.0.2.255', 0, '0.0.0.0'],
  ['2001:db8:ffff:ffff::1', 48, '2001:db8:ffff::'],
  ['2001:db8:ffff:ffff::1', 61, '2001:db8:ffff:fff8::'],
  ['fe80::1%eth0', 128, 'fe80::1'],
])('%s keeps its first %i bits as %s', (text, bits, masked) => {
  const address = parseAddress(text)
  expect(address === null ? '' : formatAddress(maskAddress(address, bits))).toBe(masked)
})
