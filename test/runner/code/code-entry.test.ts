import { expect, test } from '@jest/globals'
import { readCodeEntry } from '../../../lib/runner/code/code-entry.js'
import type { Json } from '../../../lib/kv/index.js'

test('what is not given is filled in', () => {
  expect(readCodeEntry({ code: 'return 1' }, 'a')).toEqual({
    ...{ code: 'return 1', lang: 'js', mode: 'sync', vars: [], default: {}, requires: [], info: '' },
  })
})

test.each([
  [{}, 'code, its text, is missing'],
  [{ code: 5 }, 'code must be a text: it is 5'],
  [{ code: '', lang: 'py' }, 'lang must be js or ts: it is "py"'],
  [{ code: '', is_async: true }, 'there is no "is_async": there are code, lang, mode,'],
  [{ code: '', vars: ['a', 'a'] }, 'vars must be a list of names, each once'],
  [{ code: '', vars: ['_self'] }, 'vars must be a list of names'],
  [{ code: '', default: { 'a b': 1 } }, 'default must be an object whose names code can have as variables'],
  [{ code: '', requires: ['node:fs'] }, 'requires must be a list of paths of modules'],
  [{ code: '', requires: ['../a'] }, 'requires must be a list of paths of modules'],
  [{ code: '', requires: ['a', 'a'] }, 'requires must be a list of paths of modules, each once'],
  [{ code: '', signature: { signer: 'x' } }, 'signature must be an object with signer and value'],
])('%j is refused: %s', (value, message) => {
  expect(() => readCodeEntry(value as Json, 'a')).toThrow(
    expect.objectContaining({ code: 'ERR_ENTRY', message: expect.stringContaining(message) }),
  )
})

test('every fault is told at once', () => {
  expect(() => readCodeEntry({ code: 1, mode: 2, info: 3 }, 'a')).toThrow(/code must .*; mode must .*; info must /)
})

test.each([null, 5, [], 'return 1'])('%j is no code', (value) => {
  expect(() => readCodeEntry(value as Json, 'a')).toThrow(/^code a must be an object: it is/)
})
