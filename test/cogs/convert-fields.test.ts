import { ConvertFields, type ConvertFieldsOptions } from '../../cogs/convert-fields.js'
import { testTrain } from '../../lib/testing/index.js'

const convert = (data: unknown, fields: Record<string, unknown>, options: Partial<ConvertFieldsOptions> = {}) =>
  [
    ...(new ConvertFields<object>(testTrain().train, { ...options, fields }).turn(data as object) as Iterable<object>),
  ][0]

const become = (type: string, value: unknown) =>
  (convert({ value }, { value: type }, { onInvalid: 'keep' }) as { value: unknown }).value

test.each([
  ['int', ['7', ' -7 ', '+0', '0x1F', 7, 12n, '007'], [7, -7, 0, 31, 7, 12, 7]],
  ['float', ['7', '-7.5', '.5', '1e3', 2.5, 7n], [7, -7.5, 0.5, 1000, 2.5, 7]],
  ['boolean', ['true', 'No', 'ON', '0', 1, true], [true, false, true, false, true, true]],
  ['text', ['a', 7, true, 12n, { a: [1] }], ['a', '7', 'true', '12', '{"a":[1]}']],
  ['json', ['{"a":1}', '[1]', '7', { b: 1 }], [{ a: 1 }, [1], 7, { b: 1 }]],
  ['lower', ['AbC'], ['abc']],
  ['upper', ['AbC'], ['ABC']],
])('%s of what can become it', (type, values, results) => {
  expect(values.map((value) => become(type, value))).toEqual(results)
})

test.each([
  ['int', ['', '7.5', '9007199254740993', 'x', 7.5, true, [], '0x']],
  ['float', ['', 'x', '1e999', NaN, '1,5', {}]],
  ['boolean', ['maybe', '', 2]],
  ['json', ['{', '']],
  ['lower', [7]],
])('%s of what can not become it: it is kept, null or an error', (type, values) => {
  for (const value of values) {
    expect(become(type, value)).toBe(value)
    expect(convert({ value }, { value: type }, { onInvalid: 'null' })).toEqual({ value: null })
    expect(() => convert({ value }, { value: type })).toThrow(`the field "value" must be ${type}: it is`)
  }
})

test('JSON null is null', () => {
  expect(convert({ a: 'null' }, { a: 'json' })).toEqual({ a: null })
  expect(() => convert({ a: 'null' }, { a: 'int' })).toThrow('must be int: it is "null"')
})

test('leaves what is missing or null, and writes nested fields into copies', () => {
  const data = { a: null, http: { status: '200' } }
  const { http } = data
  expect(convert(data, { a: 'int', b: 'int', '/http/status': 'int', '/none/x': 'int' })).toEqual({
    a: null,
    http: { status: 200 },
  })
  expect(http).toEqual({ status: '200' })
})

test('names that objects inherit are only ever own properties', () => {
  expect(convert({}, { constructor: 'text', toString: 'text' })).toEqual({})
  const data = JSON.parse('{"__proto__":"7","constructor":"8"}') as object
  expect(
    Object.entries(convert(data, JSON.parse('{"__proto__":"int","constructor":"int"}') as never) as object),
  ).toEqual([
    ['__proto__', 7],
    ['constructor', 8],
  ])
})

test('refuses what is no object, and unknown types', () => {
  expect(() => convert('x', { a: 'int' })).toThrow('fields can only be converted of an object: it is "x"')
  expect(() => convert({}, { a: 'date' })).toThrow(
    'the field "a" must become one of int, float, boolean, text, json, lower, upper: it is "date"',
  )
  expect(() => convert({}, {})).toThrow('fields must name at least one field: it is empty')
  expect(() => convert({}, { a: 'int' }, { onInvalid: 'skip' as never })).toThrow('onInvalid must be one of')
})
