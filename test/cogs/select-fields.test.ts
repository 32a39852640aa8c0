import { SelectFields } from '../../cogs/select-fields.js'
import { testTrain } from '../../lib/testing/index.js'

const select = (data: unknown, ...fields: string[]) =>
  [...(new SelectFields<object>(testTrain().train, { fields }).turn(data as object) as Iterable<object>)][0] as object

test('keeps what is named, in that order, and leaves the datum as it was', () => {
  const data = { a: 1, b: null, c: 3, d: undefined }
  const kept = select(data, 'c', 'b', 'd', 'none')
  expect(Object.entries(kept)).toEqual([
    ['c', 3],
    ['b', null],
  ])
  expect(Object.keys(data)).toEqual(['a', 'b', 'c', 'd'])
})

test('keeps nested fields where they are, and lets nobody write into the original', () => {
  const data = { http: { status: 200, method: 'GET' }, 'id.orig_h': '192.0.2.1' }
  const kept = select(data, '/http/status', 'id.orig_h') as typeof data
  expect(kept).toEqual({ http: { status: 200 }, 'id.orig_h': '192.0.2.1' })
  expect(kept.http).not.toBe(data.http)
})

test('names that objects inherit are only ever own properties', () => {
  expect(select({}, 'constructor', '__proto__', 'toString')).toEqual({})
  const data = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as object
  expect(Object.entries(select(data, '__proto__', 'constructor'))).toEqual([
    ['__proto__', { polluted: true }],
    ['constructor', 1],
  ])
  const nested = select(data, '/__proto__/polluted')
  expect(Object.hasOwn(nested, '__proto__')).toBe(true)
  expect('polluted' in {}).toBe(false)
})

test('refuses what is no object, and no fields at all', () => {
  expect(() => select('text', 'a')).toThrow('fields can only be selected of an object: it is "text"')
  expect(() => select(null, 'a')).toThrow(TypeError)
  expect(() => select({})).toThrow('fields must name at least one field: it is empty')
  expect(() => select({}, '')).toThrow('a field must be named by text')
})
