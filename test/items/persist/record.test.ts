import { expect, test } from '@jest/globals'
import { decodeReading, encodeReading } from '../../../lib/items/persist/record.js'

const TIME = 1795294140.426044

test.each([
  null,
  0,
  1e-300,
  true,
  '',
  'é\u0000\u{1f600}',
  [],
  [1, [2, { a: null }]],
  { a: { b: [false] } },
  JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'),
])('%j comes back as it was, with its time', (value: unknown) => {
  const found = decodeReading(encodeReading({ value, time: TIME }))
  expect(found).toEqual({ value, time: TIME })
  expect(JSON.stringify(found.value)).toBe(JSON.stringify(value))
})

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
])('%s is refused, as JSON would change it', (_, value: unknown) => {
  expect(() => encodeReading({ value, time: TIME })).toThrow(/can't be saved/)
})

test.each([
  ['no JSON', '{"value":', /must be JSON/],
  ['nothing', 'null', /must have a value/],
  ['no value', '{"time":1}', /must have a value/],
  ['no time', '{"value":1}', /must have the time/],
  ['no time that is one', '{"value":1,"time":"now"}', /must have the time/],
])('a text with %s is refused', (_, text, why) => {
  expect(() => decodeReading(text)).toThrow(why)
})
