import { expect, test } from '@jest/globals'
import { readVariable, REMOVED } from '../../../lib/cli/job/read-variable.js'

test.each([
  ['5', 5],
  ['-1.5e3', -1500],
  ['lamp', 'lamp'],
  ['', ''],
  ['0x10', '0x10'],
  ['~5', '5'],
  ['~=t', '=t'],
  ['=t', true],
  ['=f', false],
  ['=n', null],
  ['=-', REMOVED],
  ['={"a":[1]}', { a: [1] }],
  ['.a.b', ['a', 'b']],
  [':a.b', ['a', 'b']],
  [':', []],
])('%j', (text, value) => {
  expect(readVariable(text)).toEqual(value)
})

test('what is no JSON behind = is a wrong use', () => {
  expect(() => readVariable('={')).toThrow(
    expect.objectContaining({ exitCode: 64, message: expect.stringMatching(/^behind = stands JSON, .*: it is "\{"/) }),
  )
})
