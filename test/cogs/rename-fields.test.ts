import { RenameFields } from '../../cogs/rename-fields.js'
import { testTrain } from '../../lib/testing/index.js'

const rename = (data: unknown, fields: Record<string, unknown>) =>
  [...(new RenameFields(testTrain().train, { fields }).turn(data as object) as Iterable<object>)][0] as object

test('gives other names, and leaves the datum as it was', () => {
  const data = { a: 1, b: 2 }
  expect(rename(data, { a: 'x', none: 'y' })).toEqual({ b: 2, x: 1 })
  expect(data).toEqual({ a: 1, b: 2 })
})

test('moves fields into and out of others, without touching what is shared', () => {
  const data = { http: { status: 200, method: 'GET' }, ip: '192.0.2.1' }
  expect(rename(data, { '/http/status': 'status', ip: '/http/client' })).toEqual({
    http: { method: 'GET', client: '192.0.2.1' },
    status: 200,
  })
  expect(data).toEqual({ http: { status: 200, method: 'GET' }, ip: '192.0.2.1' })
})

test('two may swap their names, and a new name replaces what had it', () => {
  expect(rename({ a: 1, b: 2 }, { a: 'b', b: 'a' })).toEqual({ a: 2, b: 1 })
  expect(rename({ a: 1, b: 2 }, { a: 'b' })).toEqual({ b: 1 })
  expect(rename({ a: 1 }, { a: 'a' })).toEqual({ a: 1 })
})

test('names that objects inherit are own properties', () => {
  const data = JSON.parse('{"__proto__":1,"a":{"polluted":true}}') as object
  expect(Object.entries(rename(data, { __proto__x: 'y', a: '__proto__' }))).toEqual([['__proto__', { polluted: true }]])
  expect(rename({}, { constructor: 'c', toString: 't' })).toEqual({})
  const deep = rename({ a: 1 }, { a: '/__proto__/polluted' })
  expect(Object.entries(deep)).toEqual([['__proto__', { polluted: 1 }]])
  expect('polluted' in {}).toBe(false)
})

test('refuses what is no object, no name, or one name for two', () => {
  expect(() => rename(7, { a: 'b' })).toThrow('fields can only be renamed of an object: it is 7')
  expect(() => rename({}, {})).toThrow('fields must name at least one field: it is empty')
  expect(() => rename({}, { a: 7 })).toThrow('a field must be named by text: it is 7')
  expect(() => rename({}, { a: 'c', b: 'c' })).toThrow('fields must get different names: twice there is "c"')
})
