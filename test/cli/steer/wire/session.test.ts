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
