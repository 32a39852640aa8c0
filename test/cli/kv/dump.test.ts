import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dumpEntry, dumpOf, readDump } from '../../../lib/cli/kv/dump.js'
import { formatYaml, parseYaml } from '../../../lib/conf/yaml.js'

const json = fc.jsonValue().chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, 2)))
const bytes = fc.oneof(
  fc.uint8Array().map((array) => Buffer.from(array)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  json.map((text) => Buffer.from(text)),
)

test('every value comes back to the byte, through JSON and through YAML', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (values) => {
      const file = dumpOf(
        '/',
        7,
        values.map((value, n) => [`/k/${n}`, dumpEntry(value, 0n)]),
      )
      for (const parsed of [JSON.parse(JSON.stringify(file)), parseYaml(formatYaml(file))]) {
        const { keys } = readDump('file', parsed)
        expect(keys.map(({ value }) => Buffer.from(value))).toEqual(values)
      }
    }),
  )
})

test('what JSON would change is kept as text', () => {
  for (const text of [
    '[1e400]',
    '[12345678901234567890]',
    '[1.0]',
    '{"a":1, "b":2}',
    '{"a":1,"a":2}',
    '[-0]',
    '{"2":0,"1":0}',
  ]) {
    expect(dumpEntry(Buffer.from(text), 0n)).toEqual({ text })
  }
  expect(dumpEntry(Buffer.from('{"__proto__":1}'), 255n)).toEqual({
    ...{ json: JSON.parse('{"__proto__":1}') as object, indent: 0, lease: 'ff' },
  })
})

const file = (more: object): unknown => ({
  format: 'deadbeat-kv',
  version: 1,
  path: '/a',
  revision: 1,
  keys: {},
  ...more,
})

test.each([
  [null, /must be what export writes/],
  [[], /must be what export writes/],
  [{ format: 'x' }, /must be what export writes/],
  [file({ version: 2 }), /"version" must be 1: it is 2, from a newer Deadbeat/],
  [file({ version: '1' }), /"version" must be 1: it is "1"$/],
  [file({ path: 'a' }), /"path" must be a path/],
  [file({ keys: [] }), /"keys" must be an object/],
  [file({ keys: { a: { text: '' } } }), /must start with a slash/],
  [file({ keys: { '/a/': { text: '' } } }), /trailing slash/],
  [file({ keys: { '/ab': { text: '' } } }), /\/ab does not lie in \/a/],
  [file({ keys: { '/a': 5 } }), /\/a must have one of/],
  [file({ keys: { '/a': { text: 5 } } }), /\/a must have one of/],
  [file({ keys: { '/a': { text: '', json: {} } } }), /\/a must have one of/],
  [file({ keys: { '/a': { base64: 'a' } } }), /\/a must have one of/],
  [file({ keys: { '/a': { json: {}, indent: 4 } } }), /\/a must have one of/],
])('%j is refused with what is wrong', (parsed, message) => {
  expect(() => readDump('file', parsed)).toThrow(message)
  expect(() => readDump('file', parsed)).toThrow(expect.objectContaining({ exitCode: 65 }))
})
