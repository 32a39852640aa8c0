import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatAddress, parseAddress } from '../../lib/net/address.js'
import { cryptoPan } from '../../lib/net/crypto-pan.js'

// The key of the sample trace in the authors' reference implementation.
const SAMPLE_KEY = Uint8Array.of(
  ...[21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16],
  ...[216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2],
)

const start = (key = SAMPLE_KEY) => {
  const map = cryptoPan(key)
  return (text: string): string => {
    const address = parseAddress(text)
    return address === null ? '' : formatAddress({ ...address, bytes: map(address.bytes) })
  }
}

test.each([
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['152.163.225.39', '151.140.114.167'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['205.188.147.153', '242.96.16.101'],
  ['205.188.248.25', '242.96.88.27'],
  ['216.254.18.172', '235.7.16.162'],
  ['24.0.250.221', '100.15.198.226'],
  ['38.15.67.68', '64.3.66.187'],
  ['4.3.88.225', '124.60.155.63'],
  ['63.14.55.111', '95.9.215.7'],
  ['64.39.15.238', '0.219.7.41'],
  ['10.185.25.118', '117.161.29.118'],
])('%s of the published sample trace becomes %s', (original, anonymous) => {
  expect(start()(original)).toBe(anonymous)
})

test.each([
  ['::1', '78ff:f001:9fc0:20df:8380:b1f1:704:ed'],
  ['::2', '78ff:f001:9fc0:20df:8380:b1f1:704:ef'],
  ['::ffff', '78ff:f001:9fc0:20df:8380:b1f1:704:f838'],
  ['2001:db8::1', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e'],
  ['2001:db8::2', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c'],
])('%s becomes %s, as other implementations have it', (original, anonymous) => {
  expect(start()(original)).toBe(anonymous)
})

test('the key of another implementation gives what that documents', () => {
  expect(start(new TextEncoder().encode('32-char-str-for-AES-key-and-pad.'))('192.0.2.1')).toBe('192.0.125.244')
})

test('two addresses share as many leading bits afterwards as before', () => {
  const map = cryptoPan(SAMPLE_KEY)
  const shared = (a: Uint8Array, b: Uint8Array): number => {
    const bits = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
    const [x, y] = [bits(a), bits(b)]
    let n = 0
    while (n < x.length && x[n] === y[n]) n++
    return n
  }
  for (const length of [4, 16]) {
    const near = fc.tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.nat(length * 8 - 1))
    fc.assert(
      fc.property(near, ([a, bit]) => {
        const b = Uint8Array.from(a)
        b[bit >> 3] = (b[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
        expect(shared(map(a), map(b))).toBe(bit)
      }),
    )
  }
})

test('a key of another length is refused', () => {
  expect(() => cryptoPan(new Uint8Array(16))).toThrow(
    new RangeError('a key of Crypto-PAn must have 32 bytes: it has 16'),
  )
})
