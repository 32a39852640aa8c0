import { expect, test } from '@jest/globals'
import { createHmac } from 'node:crypto'
import { makeAnonymiser, requireAnonymity, type Anonymity } from '../../lib/net/anonymiser.js'

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i)

const anonymity = (some: Partial<Anonymity>): Anonymity => ({
  mode: 'prefix',
  ipv4Bits: 24,
  ipv6Bits: 48,
  hashDigits: 32,
  ...some,
})
const start = (some: Partial<Anonymity> = {}, key: Uint8Array | null = KEY) => makeAnonymiser(anonymity(some), key)

test('a prefix keeps the first bits of each family and zeroes the rest', () => {
  expect(start()('192.0.2.133')).toBe('192.0.2.0')
  expect(start({ ipv4Bits: 20 })('192.0.255.1')).toBe('192.0.240.0')
  expect(start()('2001:DB8:1:2:3::4')).toBe('2001:db8:1::')
  expect(start({}, null)('fe80::1%eth0')).toBe('fe80::')
})

test('a mapped address is treated as its IPv4 address and stays mapped', () => {
  expect(start()('::ffff:192.0.2.133')).toBe('::ffff:192.0.2.0')
  const pan = start({ mode: 'crypto-pan' })
  expect(pan('::ffff:c000:0285')).toBe(`::ffff:${pan('192.0.2.133') ?? ''}`)
})

test('a hash is the beginning of the HMAC of the canonical text', () => {
  const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex')
  const hash = start({ mode: 'hash', hashDigits: 16 })
  expect(hash('192.0.2.133')).toBe(hmac('192.0.2.133').slice(0, 16))
  expect(hash('::ffff:192.0.2.133')).toBe(hash('192.0.2.133'))
  expect(hash('2001:DB8::0:1')).toBe(hmac('2001:db8::1').slice(0, 16))
  expect(hash('fe80::1%eth0')).toBe(hash('fe80::1'))
  expect(start({ mode: 'hash', hashDigits: 64 })('192.0.2.133')).toBe(hmac('192.0.2.133'))
})

test('what is no address has no anonymous form', () => {
  for (const mode of ['prefix', 'crypto-pan', 'hash'] as const) {
    for (const text of ['', '1.2.3', 'localhost', '192.0.2.1:80']) expect(start({ mode })(text)).toBeNull()
  }
})

test('a short key is refused', () => {
  expect(() => start({ mode: 'hash' }, KEY.subarray(0, 15))).toThrow(
    'the key of a hash must have at least 16 bytes: it has 15',
  )
  expect(() => start({ mode: 'crypto-pan' }, KEY.subarray(0, 16))).toThrow('must have 32 bytes: it has 16')
  expect(() => start({ mode: 'hash' }, null)).toThrow('it has 0')
})

test.each([
  [{ ipv4Bits: 33 }, 'ipv4Bits must be a whole number from 0 to 32: it is 33'],
  [{ ipv4Bits: 1.5 }, 'ipv4Bits must be a whole number from 0 to 32: it is 1.5'],
  [{ ipv6Bits: -1 }, 'ipv6Bits must be a whole number from 0 to 128: it is -1'],
  [{ hashDigits: 7 }, 'hashDigits must be a whole number from 8 to 64: it is 7'],
  [{ mode: 'rot13' as never }, 'mode must be one of prefix, crypto-pan, hash: it is "rot13"'],
])('%j is refused', (some, message) => {
  expect(() => requireAnonymity(anonymity(some))).toThrow(new RangeError(message))
})
