import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fromEdit, mergeValues, toEdit, usualForm } from '../../../lib/cli/kv/edit-text.js'

const objects = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
const values = fc.oneof(
  fc.string(),
  objects.map((value) => JSON.stringify(value)),
  objects.map((value) => JSON.stringify(value, null, 2)),
  objects.map((value) => JSON.stringify(value, null, '\t')),
)

test('a text that was not touched is the value that it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      const form = usualForm(value)
      expect(fromEdit(toEdit('/a', value, form), value, form)).toBe(value)
      if (form === 'json') expect(fromEdit(toEdit('/a', value, 'yaml'), value, 'yaml')).toBe(value)
    }),
  )
})

test('JSON without blanks is laid out to be edited, and has none afterwards; numbers stay as they are written', () => {
  expect(toEdit('/a', '{"a":1}', 'json')).toBe('{\n  "a": 1\n}\n')
  expect(fromEdit('{\n  "a": 12345678901234567890\n}\n', '{"a":1}', 'json')).toBe('{"a":12345678901234567890}')
  expect(toEdit('/a', '{"a":1e400}', 'json')).toBe('{"a":1e400}\n')
  expect(() => toEdit('/a', '{"a":1e400}', 'yaml')).toThrow(/not all of it would come back/)
  expect(fromEdit('# x\na: 2\n', '{"a":1}', 'yaml')).toBe('{"a":2}')
  expect(fromEdit('a: 2\n', '{\n  "a": 1\n}', 'yaml')).toBe('{\n  "a": 2\n}')
})

test('what is no JSON or YAML is refused with where', () => {
  expect(() => fromEdit('{', '{}', 'json')).toThrow(/it is no JSON: /)
  expect(() => fromEdit('a: [', '{}', 'yaml')).toThrow(/it is no YAML: /)
  expect(() => fromEdit('# nothing', '{}', 'yaml')).toThrow(/it is empty/)
  expect(() => toEdit('/a', '5', 'json')).toThrow(/\/a can't be edited as json/)
})

test('JSON is merged by field, what JavaScript would change and text by line', () => {
  expect(mergeValues('{\n  "a": 1\n}', '{\n  "a": 2\n}', '{\n  "a": 1,\n  "b": 3\n}')).toBe('{\n  "a": 2,\n  "b": 3\n}')
  expect(mergeValues('{"a":1e400,"b":1}', '{"a":1e400,"b":2}', '{"a":1e400,"b":3}')).toBeNull()
  expect(mergeValues('a\nb\nc', 'A\nb\nc', 'a\nb\nC')).toBe('A\nb\nC')
  expect(mergeValues('x', 'y', 'y')).toBe('y')
})
