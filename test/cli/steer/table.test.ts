import { expect, test } from '@jest/globals'
import { short, tableOf } from '../../../lib/cli/steer/table.js'

test('columns are as wide as their longest cell', () => {
  expect(
    tableOf([
      ['COG', 'IN/S'],
      ['Dedupe', '1.5k'],
      ['A', '7'],
    ]),
  ).toBe('COG     IN/S\nDedupe  1.5k\nA          7\n')
  expect(tableOf([])).toBe('')
})

test.each([
  [0, '0'],
  [0.5, '0.5'],
  [12, '12'],
  [999, '999'],
  [1000, '1k'],
  [1234, '1.2k'],
  [123_456, '123k'],
  [56_700_000, '56.7M'],
  [1e17, '100000T'],
])('%d is %s', (value, text) => {
  expect(short(value)).toBe(text)
})
