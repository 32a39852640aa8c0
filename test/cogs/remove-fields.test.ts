import { RemoveFields } from '../../cogs/remove-fields.js'
import { testTrain } from '../../lib/testing/index.js'

const remove = (data: unknown, ...fields: string[]) =>
  [...(new RemoveFields<object>(testTrain().train, { fields }).turn(data as object) as Iterable<object>)][0] as object

test('takes away what is named, and leaves the datum as it was', () => {
  const data = { a: 1, b: { c: 2, d: 3 }, 'b.c': 4 }
  expect(remove(data, 'a', '/b/c', 'none')).toEqual({ b: { d: 3 }, 'b.c': 4 })
  expect(data).toEqual({ a: 1, b: { c: 2, d: 3 }, 'b.c': 4 })
})

test('names that objects inherit stay own properties, and can be taken away', () => {
  const data = JSON.parse('{"__proto__":{"polluted":true},"a":1,"constructor":2}') as object
  expect(Object.keys(remove(data, 'a'))).toEqual(['__proto__', 'constructor'])
  expect(Object.keys(remove(data, '__proto__', 'constructor'))).toEqual(['a'])
})

test('refuses what is no object, and no fields at all', () => {
  expect(() => remove('text', 'a')).toThrow('fields can only be removed of an object: it is "text"')
  expect(() => remove({})).toThrow('fields must name at least one field: it is empty')
})
