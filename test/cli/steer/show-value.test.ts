import { expect, test } from '@jest/globals'
import { showValue } from '../../../lib/cli/steer/show-value.js'

test('text stays, other values are JSON, and nothing steers the terminal', () => {
  expect([showValue('a b'), showValue({ a: [1] }), showValue(null), showValue('\x1b[2J')]).toEqual([
    'a b',
    '{"a":[1]}',
    'null',
    '\\x1b[2J',
  ])
})
