import { expect, test } from '@jest/globals'
import { checkSetting } from '../../../lib/app/service/check-setting.js'

test.each([
  [{ doc: 'x', format: 'duration', default: '1m' }, '5s', 5000],
  [{ doc: 'x', format: 'nat', default: 1 }, 7, 7],
  [{ doc: 'x', format: 'nat', default: 1 }, '7', 7],
  [{ doc: 'x', format: 'boolean', default: true }, false, false],
  [{ doc: 'x', format: ['red', 'green'], default: 'red' }, 'green', 'green'],
  [{ doc: 'x', format: 'strings', default: [] }, ['a', '--b=c'], ['a', '--b=c']],
  [{ doc: 'x', format: 'nat', default: null }, null, null],
  [{ doc: 'x', format: 'string', default: '' }, '--no-value', '--no-value'],
])('%j: %j is %j', (entry, value, expected) => {
  expect(checkSetting(entry, value)).toEqual(expected)
})

test.each([
  [{ doc: 'x', format: 'nat', default: 1 }, -1, /^it must be a whole number of at least 0: it is (?!.*new)/],
  [{ doc: 'x', format: 'nat', min: 3, default: 5 }, 2, /^it must be at least 3/],
  [{ doc: 'x', format: ['red', 'green'], default: 'red' }, 'blue', /must be/],
  [{ doc: 'x', format: 'nat', default: 1 }, null, /must be/],
  [{ doc: 'x', format: 'nat', default: 1 }, { a: 1 }, /must be/],
  [{ doc: 'x', format: 'strings', default: ['a'] }, [], /must have at least one value/],
])('%j refuses %j', (entry, value, message) => {
  expect(() => checkSetting(entry, value)).toThrow(message)
})
