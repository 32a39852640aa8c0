import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { measureMsgpack } from '../../lib/text/msgpack-shape.js'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
    : 0

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    ...[fc.string(), fc.double(), fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.boolean()],
    ...[fc.constant(null), fc.uint8Array({ maxLength: 70_000 }), fc.string({ minLength: 30, maxLength: 300 })],
    fc.array(tie('any'), { maxLength: 20 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 20 }),
  ),
})).any

test('knows the shape of whatever an encoder writes, and sees what is cut off or added', () => {
  fc.assert(
    fc.property(value, fc.nat(), (any, cut) => {
      const bytes = encode(any, { useBigInt64: true })
      expect(measureMsgpack(bytes).depth).toBe(depthOf(any))
      expect(() => measureMsgpack(bytes.subarray(0, cut % bytes.length))).toThrow(SyntaxError)
      expect(() => measureMsgpack(Uint8Array.of(...bytes.subarray(0, 1000), 0xc1))).toThrow(SyntaxError)
    }),
    { numRuns: 200 },
  )
})

test.each([
  [[], 'it ends at byte 0 where a value must begin'],
  [[0xc1], 'there is no value that begins with the byte 193'],
  [[0xdb, 0xff, 0xff, 0xff, 0xff], 'it ends at byte 5 within a value'],
  [[0xdd, 0xff], 'it ends at byte 2 within a length'],
  [[0xdf, 0x7f, 0xff, 0xff, 0xff, 0x01], 'it claims 4294967294 values where 1 bytes are left'],
  [[0x92, 0x92, 0x01, 0x01], 'it claims 3 values where 2 bytes are left'],
  [[0xc7, 0x05, 0x01, 0x00], 'it ends at byte 4 within a value'],
  [[0x01, 0x02], 'its value ends at byte 1 of 2'],
])('refuses %j', (bytes, reason) => {
  expect(() => measureMsgpack(Uint8Array.from(bytes))).toThrow(`cannot parse as MessagePack: ${reason}`)
})

test('counts extensions, and numbers of 64 bits', () => {
  expect(measureMsgpack(Uint8Array.of(0xd6, 0xff, 1, 2, 3, 4))).toEqual({ depth: 0, hasBigInts: false })
  expect(measureMsgpack(Uint8Array.of(0xc7, 0x01, 0x05, 0x09))).toEqual({ depth: 0, hasBigInts: false })
  expect(measureMsgpack(Uint8Array.of(0x91, 0xcf, 0, 0, 0, 0, 0, 0, 0, 1))).toEqual({ depth: 1, hasBigInts: true })
})
