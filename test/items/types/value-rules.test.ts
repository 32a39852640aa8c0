import { expect, test } from '@jest/globals'
import { refusal, wrongKind } from '../../../lib/items/types/value-rules.js'

test('a message says the rule and the value', () => {
  expect([refusal('be low', 'high'), wrongKind('be a text', [1])]).toEqual([
    new RangeError('must be low: it is "high"'),
    new TypeError('must be a text: it is [1]'),
  ])
})
