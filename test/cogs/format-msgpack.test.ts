import { decode } from '@msgpack/msgpack'
import { FormatMsgpack, type FormatMsgpackOptions } from '../../cogs/format-msgpack.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function format(value: unknown, options: FormatMsgpackOptions<unknown, Uint8Array> = {}): Uint8Array {
  const cog = new FormatMsgpack(testTrain().train, options)
  return [...(cog.turn(value) as Iterable<Uint8Array>)][0] as Uint8Array
}

test('writes what others read', () => {
  const value = { ip: '192.0.2.1', list: [1, null, true, 1.5], at: new Date(1_795_251_600_123) }
  expect(decode(format(value))).toEqual(value)
  expect(decode(format({ n: 2n ** 60n }), { useBigInt64: true })).toEqual({ n: 2n ** 60n })
})

test('writes each message into bytes of its own', () => {
  const cog = new FormatMsgpack(testTrain().train)
  const [first] = [...(cog.turn('a') as Iterable<Uint8Array>)]
  cog.turn('b')
  expect(decode(first as Uint8Array)).toBe('a')
})

test('refuses what has no MessagePack, and what is too deep or too long', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(() => format(circle)).toThrow('cannot write as MessagePack: Too deep objects in depth 101')
  expect(() => format(() => 1)).toThrow('cannot write as MessagePack')
  expect(() => format([[1]], { depthMax: 1 })).toThrow(TypeError)
  expect(() => format('hello', { bytesMax: 5 })).toThrow('at most 5 bytes (bytesMax): it has 6')
  expect(() => format(1, { bytesMax: 0 })).toThrow('bytesMax must be at least 1')
})

test('goes on after a datum that failed', () => {
  const cog = new FormatMsgpack(testTrain().train)
  expect(() => cog.turn({ a: 'x'.repeat(100), f: () => 1 })).toThrow(TypeError)
  expect(decode([...(cog.turn({ a: 1 }) as Iterable<Uint8Array>)][0] as Uint8Array)).toEqual({ a: 1 })
})

test('reads a part of the datum and puts the bytes beside it', () => {
  const cog = new FormatMsgpack<{ value: number }, unknown>(testTrain().train, {
    getter: itemGetter('value'),
    setter: itemSetter('body') as never,
  })
  expect(cog.turn({ value: 7 })).toEqual([{ value: 7, body: Uint8Array.of(7) }])
})
