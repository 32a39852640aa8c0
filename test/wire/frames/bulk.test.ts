import fc from 'fast-check'
import { Bulk, type Dtype } from '../../../lib/wire/frames/bulk.js'

const ARRAYS: readonly [Dtype, fc.Arbitrary<Parameters<typeof Bulk.of>[0]>][] = [
  ['int8', fc.int8Array()],
  ['uint8', fc.uint8Array()],
  ['int16', fc.int16Array()],
  ['uint16', fc.uint16Array()],
  ['int32', fc.int32Array()],
  ['uint32', fc.uint32Array()],
  ['int64', fc.bigInt64Array()],
  ['uint64', fc.bigUint64Array()],
  ['float32', fc.float32Array()],
  ['float64', fc.float64Array()],
]

test.each(ARRAYS)('an array of %s comes back as it was, wherever its bytes lie', (dtype, arrays) => {
  fc.assert(
    fc.property(arrays, fc.nat(7), (data, offset) => {
      const bulk = Bulk.of(data)
      const bytes = bulk.bytes()
      const elsewhere = new Uint8Array(bytes.length + offset)
      elsewhere.set(bytes, offset)
      const read = Bulk.read(elsewhere.subarray(offset), bulk.shape, bulk.dtype)
      expect(read).toEqual(bulk)
      expect(read.dtype).toBe(dtype)
    }),
  )
})

test('the bytes are little-endian, the last dimension varies fastest', () => {
  const bulk = Bulk.of(Int16Array.of(1, 2, 3, 4, 5, 6), [2, 3])
  expect([...bulk.bytes()]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0])
})

test('what is on its way does not change with the array', () => {
  const data = Uint8Array.of(1)
  const bytes = Bulk.of(data).bytes()
  data[0] = 2
  expect([...bytes]).toEqual([1])
})

test('truths come as bytes', () => {
  expect(Bulk.read(Uint8Array.of(1, 0), [2], 'bool')).toMatchObject({ dtype: 'bool', data: Uint8Array.of(1, 0) })
})

test('an array may be empty, or a single number', () => {
  expect(Bulk.read(new Uint8Array(0), [0, 3], 'int32').data).toHaveLength(0)
  expect(Bulk.of(Float64Array.of(1.5), []).shape).toEqual([])
})

test('what does not fit together is refused', () => {
  const read = (shape: unknown, dtype: unknown) => () => Bulk.read(new Uint8Array(4), shape, dtype)
  expect(read([3], 'int16')).toThrow('shape [3] of int16 takes 6 bytes: there are 4')
  expect(read([2], 'complex64')).toThrow(/dtype must be one of .*: it is "complex64"/)
  expect(read([2], '__proto__')).toThrow(/dtype must be one of/)
  for (const shape of ['2', [-1], [1.5], [2 ** 40, 2 ** 40], Array(65).fill(1), null, { length: 1 }]) {
    expect(read(shape, 'int16')).toThrow(/shape must be a list of lengths/)
  }
  expect(() => Bulk.of([1, 2] as never)).toThrow(/data must be an array of/)
})
