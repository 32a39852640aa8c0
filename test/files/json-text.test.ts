import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jsonText, lineOfDatum } from '../../lib/files/json-text.js'

test('what is JSON comes back as it went in', () => {
  const value = fc
    .jsonValue({ maxDepth: 4, noUnicodeString: false })
    .filter((json) => !/-0\b/.test(JSON.stringify(json)))
  fc.assert(fc.property(value, (json) => expect(JSON.parse(jsonText(json))).toEqual(JSON.parse(JSON.stringify(json)))))
  for (const data of ['', 'größe\n\0', '\ud800', 0, -1.5, null, true, [], {}, { a: [{ b: null }] }])
    expect(JSON.parse(jsonText(data))).toEqual(data)
})

test('a key without a value is left out, and one of any name is kept', () => {
  expect(jsonText({ a: undefined, b: 1 })).toBe('{"b":1}')
  expect(jsonText(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}')
  expect(jsonText(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
})

class Point {
  x = 1
}

test.each([
  [undefined, 'it is undefined'],
  [Symbol('s'), 'it is Symbol(s)'],
  [1n, 'it is 1n'],
  [NaN, 'it is NaN'],
  [function f() {}, 'it is a function (f)'],
  [new Date(0), 'it is a Date'],
  [new Map(), 'it is a Map'],
  [Buffer.from('a'), 'it is a Buffer'],
  [new Point(), 'it is a Point'],
  [{ toJSON: () => 1 }, 'it is an object with a toJSON method or with symbols'],
  [{ [Symbol('s')]: 1 }, 'it is an object with a toJSON method or with symbols'],
  [Object.assign(Object.create(null), { toJSON: 1 }), 'it is an object with a toJSON method or with symbols'],
  [[1, undefined], 'its 1 is undefined'],
  [new Array(2), 'its 0 is undefined'],
  [{ http: { at: [1, new Date(0)] } }, 'its "http"."at".1 is a Date'],
])('what is not JSON is refused, and named: %p', (data, what) => {
  expect(() => jsonText(data)).toThrow(new TypeError(`a datum must be JSON to be kept: ${what}`))
})

test('a circle is refused', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(() => jsonText(circle)).toThrow('a datum must be JSON to be kept: it goes deeper than 1000 levels')
})

test('any datum is one line of text', () => {
  const loop: { self?: unknown } = {}
  loop.self = loop
  expect(['a', 'a\nb', { a: [1] }].map(lineOfDatum)).toEqual(['a', '"a\\nb"', '{"a":[1]}'])
  for (const data of [loop, 1n, undefined, () => 1]) expect(lineOfDatum(data)).toMatch(/^.+$/)
})
