import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../../lib/app/exit-codes.js'
import { ReplayError } from '../../../lib/app/replay/replay-error.js'

test('it ends the process with its own code, and tells what lies behind it', () => {
  const cause = Object.assign(new Error('ENOENT: no such file, open x'), { code: 'ENOENT' })
  const error = new ReplayError('cannot read x', 66, { cause })
  expect([error.message, error.code, exitCodeOf(error), error.cause]).toEqual([
    'cannot read x: ENOENT',
    'ERR_REPLAY',
    66,
    cause,
  ])
  expect(exitCodeOf(new ReplayError('wrong', 64))).toBe(64)
})
