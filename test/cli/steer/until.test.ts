import { expect, test } from '@jest/globals'
import { readUntil, valueOf } from '../../../lib/cli/steer/until.js'

test.each([
  ['on', 1, 'On', true],
  ['20', 20, '20.0', true],
  ['== 20', 21, '21', false],
  ['>= 20', 20, '', true],
  ['> 20', 20, '', false],
  ['<= 2', 2, '', true],
  ['< 2', null, '', false],
  ['!= 0', 1, '', true],
  ['null', null, '', true],
])('%s of %j, shown as %j: %s', (text, value, shown, holds) => {
  expect(readUntil(text)(value, shown)).toBe(holds)
})

test('what compares needs a number', () => {
  for (const text of ['> x', '>=']) expect(() => readUntil(text)).toThrow(/compares numbers/)
  expect(valueOf('{')).toBe('{')
})
