import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mergeJson } from '../../../lib/cli/kv/merge-json.js'

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)

test('who has changed nothing does not matter', () => {
  fc.assert(
    fc.property(json, json, (base, changed) => {
      expect(mergeJson(base, base, changed)).toEqual(changed)
      expect(mergeJson(base, changed, base)).toEqual(changed)
      expect(mergeJson(base, changed, changed)).toEqual(changed)
    }),
  )
})

test('fields of their own go together, whether new, changed or gone', () => {
  const base = { keep: 1, mine: { a: 1, b: 2 }, gone: 3 }
  expect(
    mergeJson(base, { ...base, mine: { a: 9, b: 2 }, new: 4 }, { keep: 1, mine: { a: 1, b: 8 }, also: 5 }),
  ).toEqual({
    ...{ keep: 1, mine: { a: 9, b: 8 }, new: 4, also: 5 },
  })
})

test('the same field changed in two ways, or changed and removed, is a contradiction; so is a list', () => {
  expect(mergeJson({ a: 1 }, { a: 2 }, { a: 3 })).toBeUndefined()
  expect(mergeJson({ a: { b: 1 } }, {}, { a: { b: 2 } })).toBeUndefined()
  expect(mergeJson([1, 2], [0, 2], [1, 3])).toBeUndefined()
  expect(mergeJson({}, { a: 1 }, { a: 2 })).toBeUndefined()
})

test('a hostile name stays a field', () => {
  const parse = (text: string): unknown => JSON.parse(text) as unknown
  const merged = mergeJson(parse('{}'), parse('{"__proto__":{"x":1}}'), parse('{"a":1}'))
  expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"x":1}}')
  expect(mergeJson({ toString: 1 }, {}, { toString: 1, b: 2 })).toEqual({ b: 2 })
})
