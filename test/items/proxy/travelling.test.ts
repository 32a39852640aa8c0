import { expect, test } from '@jest/globals'
import { Bulk } from '../../../lib/wire/index.js'
import { travelling } from '../../../lib/items/proxy/travelling.js'

test('plain values travel as a copy, dates as text, and what is undefined as null', () => {
  const list = [1, 'a', true, null, undefined]
  const value = { list, at: new Date(0), url: new URL('http://a.example/'), big: 2n ** 70n }
  const sent = travelling(value, 'it') as typeof value
  expect(sent).toEqual({
    ...{ list: [1, 'a', true, null, null], at: '1970-01-01T00:00:00.000Z' },
    ...{ url: 'http://a.example/', big: 2n ** 70n },
  })
  list.push('later')
  expect(sent.list).toHaveLength(5)
  expect(travelling(undefined, 'it')).toBeNull()
})

test('numbers in bulk travel as a whole value, copied', () => {
  const data = Int16Array.of(1, 2)
  const sent = travelling(data, 'it') as Bulk
  data[0] = 9
  expect([sent.dtype, sent.shape, [...sent.data]]).toEqual(['int16', [2], [1, 2]])
  const image = travelling(Bulk.of(Float32Array.of(1, 2, 3, 4), [2, 2]), 'it') as Bulk
  expect([image.dtype, image.shape]).toEqual(['float32', [2, 2]])
  expect(() => travelling({ image: data }, 'it')).toThrow(/it\.image cannot travel: .* only as a whole value/)
})

class Point {
  x = 1
}

const loop: unknown[] = []
loop.push(loop)

test.each<[string, unknown, RegExp]>([
  ['a function', { jobs: [{ run: () => 1 }] }, /^it\.jobs\[0\]\.run cannot travel: it is a function/],
  ['a symbol', Symbol('s'), /it is a symbol/],
  ['no number', [NaN], /it\[0\] cannot travel: it is NaN/],
  ['an endless number', -Infinity, /it is -Infinity/],
  ['what contains itself', loop, /it\[0\] cannot travel: it contains itself/],
  ['an object of a class', { at: new Point() }, /it\.at cannot travel: it is a Point/],
  ['a map', new Map(), /it is a Map/],
])('%s does not travel, and the message says where it lies', (_what, value, message) => {
  expect(() => travelling(value, 'it')).toThrow(TypeError)
  expect(() => travelling(value, 'it')).toThrow(message)
})

test('what is nested without end is refused', () => {
  let deep: unknown = 1
  for (let i = 0; i < 101; i++) deep = [deep]
  expect(() => travelling(deep, 'it')).toThrow(/nested more than 100 levels deep/)
})

test('the same object in two places is no loop, and a key called __proto__ stays a key', () => {
  const one = { a: 1 }
  expect(travelling([one, one], 'it')).toEqual([one, one])
  const sent = travelling(JSON.parse('{"__proto__": {"a": 1}}'), 'it') as object
  expect(Object.keys(sent)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(sent)).toBe(Object.prototype)
})
