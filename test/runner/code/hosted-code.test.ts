import { expect, test } from '@jest/globals'
import { sourceName } from '../../../lib/runner/code/hosted-code.js'

test('code and a module of the same path have different names', () => {
  expect(sourceName('module', 'a.b')).not.toBe(sourceName('code', 'a.b'))
})
