import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { asKey, asLease, asLeaseKey, asPlace, clip, KEY_BYTES_MAX } from '../../../lib/kv/embedded/key-encoders.js'
import type { KeyEncoder } from '../../../lib/kv/embedded/lmdb.js'

const target = Buffer.alloc(4096)
const byteString = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

function bytesOf<K>(encoder: KeyEncoder<K>, key: K): Buffer {
  const end = encoder.writeKey(key, target, 5)
  expect(encoder.readKey(target, 5, end)).toEqual(key)
  return Buffer.from(target.subarray(5, end))
}

test('keys and the keys of leases come back, in the order of their bytes', () => {
  fc.assert(
    fc.property(byteString, byteString, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (a, b, lease) => {
      const order = a < b ? -1 : Number(a > b)
      expect(Buffer.compare(bytesOf(asKey, a), bytesOf(asKey, b))).toBe(order)
      const [one, other] = [bytesOf(asLeaseKey, { lease, key: a }), bytesOf(asLeaseKey, { lease, key: b })]
      expect(Buffer.compare(one, other)).toBe(order)
      expect(bytesOf(asLease, lease)).toHaveLength(8)
    }),
  )
})

test('places come back, in the order of revisions and then of what each wrote', () => {
  const places = [[1, 0], [1, 1], [1, 0xffff_ffff], [2, 0], [2 ** 40, 3]].map(([mod = 0, sub = 0]) => ({ mod, sub })) // prettier-ignore
  const bytes = places.map((place) => bytesOf(asPlace, place))
  expect([...bytes].reverse().sort((a, b) => Buffer.compare(a, b))).toEqual(bytes)
})

test('what is longer than a key can be stands where it would, between the keys that can be', () => {
  const longest = 'k'.repeat(KEY_BYTES_MAX)
  expect(clip(longest)).toBe(longest)
  expect(clip(`${longest}zzz`)).toBe(`${longest}z`)
})
