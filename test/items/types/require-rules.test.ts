import { expect, test } from '@jest/globals'
import { requireRules } from '../../../lib/items/types/require-rules.js'
import type { ValueRules } from '../../../lib/items/index.js'

test.each<[ValueRules, RegExp]>([
  [{ type: 'numeric', format: '%' }, /format must have fields of printf/],
  [{ type: 'numeric array', format: '%.200f' }, /format must have a width/],
  [{ type: 'numeric', format: '%d:%q', units: { '': 'rad', formatted: 'deg' } }, /format must/],
  [{ type: 'numeric', format: '%d:%f:%d', units: { '': 'rad', formatted: 'deg' } }, /like %d:%02d:%04.1f/],
  [{ type: 'string', pattern: '(' }, /pattern must be a regular expression of re2/],
  [{ type: 'string', pattern: 'a(?!b)' }, /pattern must be a regular expression of re2/],
  [{ range: [2, 1] }, /range must be the lowest and the highest number: it is \[2,1\]/],
  [{ range: [NaN, 1] }, /range must/],
  [{ step: 0 }, /step must be above 0: it is 0/],
  [{ lengthMax: -1 }, /lengthMax must be at least 0: it is -1/],
])('%p can not be kept', (rules, message) => {
  expect(() => requireRules(rules)).toThrow(message)
})

test.each<ValueRules>([
  {},
  { type: 'numeric', format: '%d:%d', units: 's', range: [0, 0], step: 0.1 },
  { type: 'numeric', format: '%.1f', units: { '': 'rad', formatted: 'furlong' } },
  { type: 'string', format: 'any', pattern: '[a-z]+', lengthMax: 0 },
])('%p can be kept', (rules) => {
  expect(() => requireRules(rules)).not.toThrow()
})
