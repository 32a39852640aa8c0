import json5 from 'json5'
import { expect, test } from '@jest/globals'
import { locateJson } from '../../lib/conf/locate-json.js'

test('each key has its line, whatever stands between', () => {
  const lines = locateJson('{\n "a": {\n\n "b": [1, {"x": 2}],\n "c": "}\\"{" }, "d":\n {"e": -1.5e3}}', JSON.parse)
  const keys = [['a'], ['a', 'b'], ['a', 'c'], ['d'], ['d', 'e']]
  expect(keys.map((path) => lines.lineOf(path))).toEqual([2, 4, 5, 5, 6])
  expect([lines.has(['a', 'b', 'x']), lines.twice]).toEqual([false, []])
})

test('comments, both quotes, bare keys and broken lines of JSON5 are gone past', () => {
  const text = "// {a:1\n{ /* } \n */ a: {'b\\u0031': 'x\\\ny', // }\n $c: +.5,}, d: [1,],\n}"
  const lines = locateJson(text, json5.parse)
  expect([['a'], ['a', 'b1'], ['a', '$c'], ['d']].map((path) => lines.lineOf(path))).toEqual([3, 3, 5, 5])
})

test('a key that stands twice in one object is noted, in two objects it is not', () => {
  const { twice } = locateJson('{"a":{"n":1,\n"\\u006e":2},"b":{"n":1}}', JSON.parse)
  expect(twice).toEqual([{ keys: ['a', 'n'], first: 1, again: 2 }])
})

test('a key __proto__ is one like others', () => {
  const lines = locateJson('{\n"__proto__": {"\\u005f_proto__": 1}}', JSON.parse)
  expect(lines.lineOf(['__proto__', '__proto__'])).toBe(2)
})

test('a long text is gone past in one step', () => {
  const lines = locateJson(`{"a":"${'x\\n'.repeat(1_300_000)}",\n"b":1}`, JSON.parse)
  expect(lines.lineOf(['b'])).toBe(2)
})
