import { expect, test } from '@jest/globals'
import { ItemError } from '../../../lib/items/index.js'
import { pythonTypeOf } from '../../../lib/items/serve/python-type.js'

test('our codes have names of Python, and what has none is left to others', () => {
  expect(pythonTypeOf(new ItemError('ERR_READ_ONLY', 'no'))).toBe('TypeError')
  expect(pythonTypeOf(Object.assign(new Error('no'), { code: 'ERR_FORBIDDEN' }))).toBe('PermissionError')
  expect(pythonTypeOf(Object.assign(new Error('no'), { code: 'constructor' }))).toBeUndefined()
  expect(pythonTypeOf(new TypeError('no'))).toBeUndefined()
})
