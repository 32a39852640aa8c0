import { expect, test } from '@jest/globals'
import { readCurrent, readVersion, RowWriter } from '../../../lib/kv/embedded/row-codec.js'

const place = { mod: 2 ** 40, sub: 7 }
const kv = { key: 'a\xff', value: Buffer.from('v'), create: 5, mod: place.mod, version: 3, lease: 0n }

test.each([
  [0n, null],
  [2n ** 64n - 1n, null],
  [0n, { mod: 9, sub: 1 }],
  [77n, { mod: 9, sub: 1 }],
])('a version of lease %s, behind %j, comes back', (lease, before) => {
  const bytes = Buffer.from(new RowWriter().version({ ...kv, lease }, before))
  expect(readVersion(place, bytes)).toEqual({ kv: { ...kv, lease, sub: 7 }, before })
})

test.each([0n, 77n])('a key as it is now, of lease %s, comes back without its value', (lease) => {
  const bytes = Buffer.from(new RowWriter().current({ ...kv, lease }, 7))
  expect(readCurrent(kv.key, bytes, bytes.length)).toEqual({ ...kv, lease, value: new Uint8Array(0), sub: 7 })
})

test('a deletion comes back', () => {
  const { kv: read, before } = readVersion(place, Buffer.from(new RowWriter().deletion('a', { mod: 9, sub: 1 })))
  expect({ read, before }).toMatchObject({ read: { key: 'a', mod: place.mod, version: 0 }, before: { mod: 9, sub: 1 } })
})

test('a value may be long', () => {
  const value = Buffer.alloc(2 * 1024 * 1024, 'v')
  const { kv: read } = readVersion(place, new RowWriter().version({ ...kv, value }, null))
  expect(Buffer.compare(read.value, value)).toBe(0)
})
