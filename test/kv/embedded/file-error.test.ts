import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../../lib/app/exit-codes.js'
import { fileError } from '../../../lib/kv/embedded/file-error.js'
import { RefusedError, StoreFileError, UnavailableError } from '../../../lib/kv/errors.js'

test.each([
  [-30793, StoreFileError, 'it is no store'],
  [-30796, StoreFileError, 'it is damaged'],
  [28, UnavailableError, 'its disk is full. Nothing was changed'],
  ['ENOSPC', UnavailableError, 'its disk is full'],
  ['EACCES', RefusedError, 'permission denied'],
  ['EPERM', RefusedError, 'permission denied'],
  [13, RefusedError, 'permission denied'],
  [undefined, UnavailableError, 'as it was said'],
])('%s is said so that somebody can act', (code, kind, text) => {
  const cause = Object.assign(new Error('as it was said'), { code })
  const error = fileError('/var/store.kv', cause)
  expect(error).toBeInstanceOf(kind)
  expect(error.message).toMatch(new RegExp(`^/var/store.kv .*${text}`))
  expect(error.cause).toBe(cause)
})

test('a file that may not be read or written ends a command with 77', () => {
  const cause = Object.assign(new Error('EACCES'), { code: 'EACCES' })
  expect(exitCodeOf(fileError('/var/store.kv', cause))).toBe(77)
})

test('an error of our own is left as it is', () => {
  const error = new RefusedError('here', 'no')
  expect(fileError('/var/store.kv', error)).toBe(error)
})
