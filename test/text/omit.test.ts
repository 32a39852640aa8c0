import { omissionOf, omit } from '../../lib/text/omit.js'

const without = (data: object, ...paths: string[][]) => omit(data, omissionOf(paths))

test('leaves out keys, and keys within keys, and shares the rest', () => {
  const shared = { x: 1 }
  const data = { a: 1, b: { c: 2, d: { e: 3, f: 4 } }, shared }
  const kept = without(data, ['a'], ['b', 'd', 'e'], ['none'], ['a', 'x'])
  expect(kept).toEqual({ b: { c: 2, d: { f: 4 } }, shared: { x: 1 } })
  expect((kept as typeof data).shared).toBe(shared)
  expect(data.b.d).toEqual({ e: 3, f: 4 })
})

test('all of it goes, whichever comes first', () => {
  for (const paths of [
    [['b'], ['b', 'c']],
    [['b', 'c'], ['b']],
  ]) {
    expect(without({ b: { c: 1, d: 2 } }, ...paths)).toEqual({})
  }
})

test('leaves lists and what is no object alone', () => {
  expect(without({ a: [{ b: 1 }], c: null, d: 'x' }, ['a', 'b'], ['c', 'b'], ['d', '0'])).toEqual({
    a: [{ b: 1 }],
    c: null,
    d: 'x',
  })
})

test('names that objects inherit stay own properties', () => {
  const data = JSON.parse('{"__proto__":{"a":1,"b":2},"constructor":3,"toString":4}') as object
  expect(Object.entries(without(data, ['__proto__', 'a'], ['toString']))).toEqual([
    ['__proto__', { b: 2 }],
    ['constructor', 3],
  ])
})
