import { expect, test } from '@jest/globals'
import { fileError } from '../../../lib/kv/embedded/file-error.js'
import { RefusedError, StoreFileError, UnavailableError } from '../../../lib/kv/errors.js'

test.each([
  [-30793, StoreFileError, 'it is no store'],
  [-30796, StoreFileError, 'it is damaged'],
  [28, UnavailableError, 'its disk is full. Nothing was changed'],
  ['ENOSPC', UnavailableError, 'its disk is full'],
  ['EACCES', UnavailableError, 'permission denied'],
  [undefined, UnavailableError, 'as it was said'],
])('%s is said so that somebody can act', (code, kind, text) => {
  const cause = Object.assign(new Error('as it was said'), { code })
  const error = fileError('/var/store.kv', cause)
  expect(error).toBeInstanceOf(kind)
  expect(error.message).toMatch(new RegExp(`^/var/store.kv .*${text}`))
  expect(error.cause).toBe(cause)
})

test('an error of our own is left as it is', () => {
  const error = new RefusedError('here', 'no')
  expect(fileError('/var/store.kv', error)).toBe(error)
})
