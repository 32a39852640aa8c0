import { expect, test } from '@jest/globals'
import { cutText, fieldsOf, parseLine, plain, severityOf, stackOf } from '../../lib/log/line.js'

test('what is no object is no line', () => {
  expect(['{"a":1}', '[', '7', 'null'].map(parseLine)).toEqual([{ a: 1 }, null, null, null])
})

test('fields are what has no place of its own, whatever they are called', () => {
  const line = parseLine('{"level":"info","time":"t","cog":"c","id":"i","msg":"m","err":{},"n":1,"__proto__":2}')
  expect(fieldsOf(line ?? {})).toEqual([
    ['n', 1],
    ['__proto__', 2],
  ])
})

test('the severities are those of RFC 5424', () => {
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'loud', undefined]
  expect(levels.map((level) => severityOf({ level }))).toEqual([2, 3, 4, 6, 7, 7, 6, 6])
})

test('an error is its stack, else its message, but not what the line says already', () => {
  const stacks = [{ err: { stack: 's', message: 'm' } }, { err: { message: 'm' } }, { err: { message: 'm' }, msg: 'm' }]
  expect([...stacks, { err: 'text' }, {}].map(stackOf)).toEqual(['s', 'm', '', 'text', ''])
})

test('a text is itself, nothing is empty, all else is described', () => {
  expect(['a', null, undefined, 7, { a: 1 }].map(plain)).toEqual(['a', '', '', '7', '{"a":1}'])
})

test('a cut text is whole characters within the limit, and says that it is cut', () => {
  const text = 'aü€😀'
  for (let max = 3; max < 10; max++) {
    const cut = cutText(text, max)
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(max)
    expect(cut).toMatch(/^(a(ü(€)?)?)?…$/u)
  }
  expect(cutText(text, 10)).toBe(text)
})
