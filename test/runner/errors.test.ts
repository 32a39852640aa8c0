import { expect, test } from '@jest/globals'
import { DeadbeatError } from '../../lib/errors/index.js'
import { RunnerError } from '../../lib/runner/errors.js'

test('an error of the runner has its name, a stable code and what lies behind it', () => {
  const cause = new Error('why')
  const error = new RunnerError('ERR_ENTRY', 'text', { cause })
  expect(error).toBeInstanceOf(DeadbeatError)
  expect(error).toMatchObject({ name: 'RunnerError', code: 'ERR_ENTRY', message: 'text', cause })
})
