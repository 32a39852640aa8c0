import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../lib/app/exit-codes.js'
import { DaemonError, needsNative } from '../../lib/daemon/daemon-error.js'

test('an error has a code for programs, one for the shell, and a cause', () => {
  const cause = new Error('no binary fits')
  const error = needsNative('the pid file a.pid', cause)
  expect(error).toBeInstanceOf(DaemonError)
  expect(error).toMatchObject({ name: 'DaemonError', code: 'ENOTSUP', exitCode: 69, cause })
  expect(error.message).toBe('the pid file a.pid needs the native part of inotify-ts: no binary fits')
  expect(exitCodeOf(new DaemonError('ERR_HELD', 'held', 73))).toBe(73)
})
