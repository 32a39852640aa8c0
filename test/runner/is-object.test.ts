import { expect, test } from '@jest/globals'
import { isObject } from '../../lib/runner/is-object.js'

test.each([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
])('%j', (value, is) => {
  expect(isObject(value)).toBe(is)
})
