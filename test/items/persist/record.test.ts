import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeReading, encodeReading } from '../../../lib/items/persist/record.js'
import { Bulk } from '../../../lib/wire/frames/bulk.js'

const TIME = 1795294140.426044

test('whatever JSON can hold comes back as it was, with its time', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ stringUnit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value, time) => {
        const found = decodeReading(encodeReading({ value, time }))
        expect(JSON.stringify(found)).toBe(JSON.stringify({ value, time }))
      },
    ),
  )
})

test.each([
  ['text of any kind', 'é\u0000\u{1f600}\n'],
  ['an integer of any length', 12345678901234567890123n],
  ['integers within', { a: [-12345678901234567890n, 1] }],
  ['names of the language', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')],
])('%s comes back as it was', (_, value: unknown) => {
  const found = decodeReading(encodeReading({ value, time: TIME }))
  expect(found).toEqual({ value, time: TIME })
  expect(Object.keys(Object(found.value) as object)).toEqual(Object.keys(Object(value) as object))
})

test('arrays of numbers come back with shape and type, whatever their bytes are', () => {
  const arrays = [
    Bulk.of(Int16Array.of(1, -2, 3, 4, 5, 6), [2, 3]),
    Bulk.of(Float64Array.of(NaN, Infinity, -0)),
    Bulk.of(BigUint64Array.of(2n ** 64n - 1n)),
    Bulk.of(new Uint8Array(0), [0, 5]),
    Bulk.read(Uint8Array.of(0, 1), [2], 'bool'),
  ]
  for (const value of arrays) {
    const found = decodeReading(encodeReading({ value, time: TIME }))
    expect(found).toEqual({ value, time: TIME })
    expect(found.value).toBeInstanceOf(Bulk)
  }
})

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

test.each([
  ['NaN', NaN],
  ['an infinity', [1, -Infinity]],
  ['undefined', undefined],
  ['a hole', { a: undefined }],
  ['a function', () => 1],
  ['a date', new Date(0)],
  ['a map', new Map([[1, 2]])],
  ['bytes', new Uint8Array(3)],
  ['an object that JSON would ask', { toJSON: () => 5 }],
  ['what is nested too deep', nested(201)],
])('%s is refused, as JSON would change it', (_, value: unknown) => {
  expect(() => encodeReading({ value, time: TIME })).toThrow(/can't be saved/)
})

test.each([
  ['no JSON', '{"value":', /must be JSON/],
  ['nothing', 'null', /must have the time/],
  ['no value', '{"time":1}', /must have a value/],
  ['no time', '{"value":1}', /must have the time/],
  ['no time that is one', '{"value":1,"time":"now"}', /must have the time/],
  ['NaN, which Python writes', '{"value":NaN,"time":1}', /NaN can't be saved/],
  ['too few bytes', '{"shape":[2],"dtype":"int16","bulk":"AQA=","time":1}', /takes 4 bytes: there are 2/],
  ['a type that nobody has', '{"shape":[2],"dtype":"constructor","bulk":"AQA=","time":1}', /dtype must be one of/],
])('a text with %s is refused', (_, text, why) => {
  expect(() => decodeReading(text)).toThrow(why)
})
