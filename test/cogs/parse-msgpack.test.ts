import { encode, encodeTimestampExtension } from '@msgpack/msgpack'
import fc from 'fast-check'
import { FormatMsgpack } from '../../cogs/format-msgpack.js'
import { ParseMsgpack, type ParseMsgpackOptions } from '../../cogs/parse-msgpack.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function parse(bytes: Uint8Array, options: ParseMsgpackOptions<Uint8Array, unknown> = {}): unknown {
  const cog = new ParseMsgpack<Uint8Array, unknown>(testTrain().train, options)
  return [...(cog.turn(bytes) as Iterable<unknown>)][0]
}

test('gives back what FormatMsgpack wrote', () => {
  const { train } = testTrain()
  const [format, parseBack] = [new FormatMsgpack(train), new ParseMsgpack(train)]
  fc.assert(
    fc.property(fc.jsonValue(), (drawn) => {
      const json = JSON.stringify(drawn)
      fc.pre(!json.includes('__proto__'))
      // A zero has no sign there, and none in MessagePack.
      const value = JSON.parse(json) as object
      const [bytes] = [...(format.turn(value) as Iterable<Uint8Array>)] as [Uint8Array]
      expect(parseBack.turn(bytes)).toEqual([value])
    }),
  )
})

test('knows times, bytes and numbers of 64 bits', () => {
  const at = new Date('2026-11-21T09:00:00.123Z')
  expect(encodeTimestampExtension(at)).not.toBeNull()
  expect(parse(encode({ at, bytes: Uint8Array.of(1, 2) }))).toEqual({ at, bytes: Uint8Array.of(1, 2) })
  const bytes = encode({ small: 5n, list: [-7n, { big: 2n ** 60n }] }, { useBigInt64: true })
  expect(parse(bytes)).toEqual({ small: 5, list: [-7, { big: 2n ** 60n }] })
})

test('reads the bytes of a Buffer in the midst of another', () => {
  const bytes = encode({ a: 'b' })
  expect(parse(Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('y')]).subarray(2, 2 + bytes.length))).toEqual({
    a: 'b',
  })
})

test('refuses what is no message, is cut off, or goes on', () => {
  expect(() => parse(Uint8Array.of(0xc1))).toThrow('cannot parse as MessagePack: there is no value')
  expect(() => parse(encode('hello').subarray(0, 3))).toThrow(SyntaxError)
  expect(() => parse(Uint8Array.of(1, 2))).toThrow('its value ends at byte 1 of 2')
  expect(() => parse(Uint8Array.of(0x81, 0xc0, 0x01))).toThrow('a key must be text or a number: it is null')
  expect(() => parse('x' as never)).toThrow('MessagePack must be bytes: it is "x"')
})

test('bounds length, depth and what a message claims to hold', () => {
  expect(() => parse(encode('hello'), { bytesMax: 5 })).toThrow('at most 5 bytes (bytesMax): it has 6')
  const deep = Uint8Array.from({ length: 500_000 }, () => 0x91)
  deep[deep.length - 1] = 0xc0
  expect(() => parse(deep)).toThrow('nested at most 100 deep (depthMax): it is 499999 deep')
  const claims = Uint8Array.from({ length: 1000 }, (_, i) => (i % 5 === 0 ? 0xdd : 0))
  claims[1] = 0x10
  expect(() => parse(claims)).toThrow('it claims 268435456 values where 995 bytes are left')
  expect(() => parse(encode(1), { depthMax: 0 })).toThrow('depthMax must be at least 1')
})

test('no name reaches a prototype', () => {
  const bytes = Uint8Array.of(0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa1, 0x61, 0x01)
  expect(() => parse(bytes)).toThrow('cannot parse as MessagePack: The key __proto__ is not allowed')
  const found = parse(encode({ constructor: 1, toString: 2 })) as object
  expect(Object.entries(found)).toEqual([
    ['constructor', 1],
    ['toString', 2],
  ])
})

test('reads a part of the datum and puts the value beside it', () => {
  const cog = new ParseMsgpack<{ body: Uint8Array }, unknown>(testTrain().train, {
    getter: itemGetter('body'),
    setter: itemSetter('value') as never,
  })
  const body = encode(7)
  expect(cog.turn({ body })).toEqual([{ body, value: 7 }])
})
