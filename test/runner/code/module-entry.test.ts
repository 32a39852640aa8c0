import { expect, test } from '@jest/globals'
import { readModuleEntry } from '../../../lib/runner/code/module-entry.js'

test('what is not given is filled in', () => {
  expect(readModuleEntry({ code: '' }, 'a')).toEqual({ code: '', lang: 'js', requires: [], info: '' })
})

test('what only code has is refused', () => {
  expect(() => readModuleEntry({ code: '', mode: 'sync' }, 'a')).toThrow(
    `module a can't be used: there is no "mode": there are code, lang, requires, info, signature`,
  )
})
