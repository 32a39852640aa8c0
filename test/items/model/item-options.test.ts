import { expect, test } from '@jest/globals'
import { isSettable } from '../../../lib/items/model/item-options.js'

const compute = (): number => 1
const accept = (): number => 1

test.each([
  [{}, true],
  [{ compute }, false],
  [{ compute, accept }, true],
  [{ isStream: true }, false],
  [{ settable: false }, false],
  [{ compute, settable: true }, true],
])('%p may be set: %p', (options, expected) => {
  expect(isSettable(options)).toBe(expected)
})
