import { expect, test } from '@jest/globals'
import { stringType } from '../../../lib/items/types/string.js'

test('text goes through; numbers, true and false become text', () => {
  expect(['x', 7, 7n, true].map((value) => stringType.check(value, {}))).toEqual(['x', '7', '7', 'true'])
  for (const value of [{}, [1]]) expect(() => stringType.check(value, {})).toThrow(/must be a text: it is/)
})

test('its length is counted in characters, not in halves of some', () => {
  expect(stringType.check('😀😀', { lengthMax: 2 })).toBe('😀😀')
  expect(() => stringType.check('abc', { lengthMax: 2 })).toThrow('must have at most 2 characters: it is "abc"')
})

test('a pattern must fit the whole of it', () => {
  const rules = { pattern: '[a-z]+|x\\d' }
  expect(['abc', 'x1'].map((value) => stringType.check(value, rules))).toEqual(['abc', 'x1'])
  for (const value of ['ab1', 'x12', '', 'abc\n', ' abc'])
    expect(() => stringType.check(value, rules)).toThrow(/must fit \[a-z\]\+/)
})

test('a pattern that is made to take long does not', () => {
  expect(() => stringType.check(`${'a'.repeat(50_000)}!`, { pattern: '(a+)+' })).toThrow(/must fit/)
})

test('where there are choices it is one of them', () => {
  expect(stringType.check('red', { choices: ['red', 'green'] })).toBe('red')
  expect(() => stringType.check('Red', { choices: ['red', 'green'] })).toThrow('must be one of red, green: it is "Red"')
})

test('it is its own text', () => {
  expect([stringType.format(' a ', {}), stringType.parse(' a ', {})]).toEqual([' a ', ' a '])
})
