import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../../lib/app/exit-codes.js'
import { KvCommandError } from '../../../lib/cli/kv/kv-command-error.js'

test('the process ends with the code that the error has', () => {
  expect(exitCodeOf(new KvCommandError('no', 65))).toBe(65)
})
