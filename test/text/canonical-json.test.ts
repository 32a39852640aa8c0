import fc from 'fast-check'
import { canonicalJson } from '../../lib/text/canonical-json.js'

test('is the same for the same, in whatever order', () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { f: 2, e: 3 }], c: null } })).toBe(
    canonicalJson({ a: { c: null, d: [1, { e: 3, f: 2 }] }, b: 1 }),
  )
})

test('is JSON of the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('knows dates, and names that objects inherit', () => {
  expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
  expect(canonicalJson(JSON.parse('{"constructor":1,"__proto__":{"b":1,"a":2}}'))).toBe(
    '{"__proto__":{"a":2,"b":1},"constructor":1}',
  )
})

test('refuses what is no JSON', () => {
  expect(() => canonicalJson(undefined)).toThrow('there is no JSON for this: it is undefined')
  expect(() => canonicalJson(1n)).toThrow(TypeError)
})
