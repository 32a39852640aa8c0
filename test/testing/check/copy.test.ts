import { expect, test } from '@jest/globals'
import { copyOf } from '../../../lib/testing/check/copy.js'

test('what is changed in a copy is not changed in the data', () => {
  const data = { list: [{ a: 1 }], map: new Map([[1, 2]]), bytes: Buffer.from('x'), view: new Uint8Array([1]) }
  const copy = copyOf(data)
  expect(copy).toEqual(data)
  copy.list[0]!.a = 2
  copy.map.set(1, 3)
  copy.bytes[0] = 0
  copy.view[0] = 0
  expect(data).toEqual({ list: [{ a: 1 }], map: new Map([[1, 2]]), bytes: Buffer.from('x'), view: new Uint8Array([1]) })
})

test('a copy is of the same kind', () => {
  const kinds = [
    null,
    undefined,
    7n,
    new Date(0),
    new Set([1]),
    /a/g,
    Object.create(null),
    JSON.parse('{"__proto__":1}'),
  ]
  for (const data of kinds) expect(copyOf(data)).toEqual(data)
  expect(Buffer.isBuffer(copyOf(Buffer.from('x')))).toBe(true)
  expect(Object.hasOwn(copyOf(JSON.parse('{"__proto__":1}')), '__proto__')).toBe(true)
})

test('objects of other classes are refused', () => {
  expect(() => copyOf({ at: [new URL('https://a.example')] })).toThrow('there is one of the class URL')
})
