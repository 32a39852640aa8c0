import { expect, test } from '@jest/globals'
import { toText } from '../../lib/log/text.js'

const line = (fields: object) => JSON.stringify({ level: 'info', time: '2026-01-02T03:04:05.678Z', ...fields })

test('a line shows time, level, cog, event id, message and the other fields, in this order', () => {
  expect(toText(line({ n: 1, list: ['a'], id: '7', cog: 'dedupe', msg: 'swallowed', name: 'a b' }))).toBe(
    '2026-01-02T03:04:05.678Z INFO  dedupe 7 swallowed n=1 list=["a"] name="a b"\n',
  )
})

test('nothing in the data can forge a line or steer the terminal', () => {
  const text = toText(line({ msg: 'a\nb\u001b[2J\u0085', id: 'x\r', '\u2028k': '\u0007' }))
  expect(text).toBe('2026-01-02T03:04:05.678Z INFO  x\\x0d a\\x0ab\\x1b[2J\\x85 \\u2028k=\\x07\n')
})

test('the stack of an error stands below, indented', () => {
  const text = toText(line({ msg: 'no', err: { type: 'Error', message: 'm', stack: 'Error: m\n    at f (x.ts:1)' } }))
  expect(text.split('\n').slice(1)).toEqual(['    Error: m', '    at f (x.ts:1)', ''])
})

test('on a terminal the level has its colour, which no data can set', () => {
  expect(toText(line({ msg: '\u001b[31m' }), true)).toBe(
    '2026-01-02T03:04:05.678Z \u001b[32mINFO \u001b[0m \\x1b[31m\n',
  )
  expect(toText(line({ level: 'constructor', msg: 'm' }), true)).toBe('2026-01-02T03:04:05.678Z CONSTRUCTOR m\n')
})

test('a line that is no JSON is shown all the same', () => {
  expect(toText('oh\u0007\n')).toBe('oh\\x07\n')
})
