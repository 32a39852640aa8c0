import { expect, test } from '@jest/globals'
import { withExit } from '../../../../lib/cli/steer/wire/session.js'
import { RemoteError } from '../../../../lib/wire/index.js'

test('what a daemon in Python answers has an exit code by its type', () => {
  const codes = ['KeyError', 'ValueError', 'TimeoutError', 'OSError'].map(
    (name) => (withExit(new RemoteError(name, 'x')) as { exitCode: number }).exitCode,
  )
  expect(codes).toEqual([69, 64, 75, 70])
  expect(withExit(new RemoteError('KeyError', 'x', { code: 'ERR_NO_ITEM' }))).not.toHaveProperty('exitCode')
})

test('what a method throws without a code is a fault in there, whatever its type', () => {
  const codes = ['KeyError', 'TypeError', 'ValueError', 'PermissionError'].map(
    (name) => (withExit(new RemoteError(name, 'x'), 'method') as { exitCode: number }).exitCode,
  )
  expect(codes).toEqual([70, 70, 70, 77])
  const told = withExit(new RemoteError('TypeError', 'x'), 'method')
  expect(withExit(told)).toMatchObject({ exitCode: 70 })
})
