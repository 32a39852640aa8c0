import { expect, test } from '@jest/globals'
import {
  CompactedError,
  ConfigCollision,
  ConfigVanished,
  InvalidPathError,
  LeaseLostError,
  RetriesExhaustedError,
  RevisionMismatchError,
} from '../../lib/kv/errors.js'

test('each says what was tried and what was found, and has what a program needs of it', () => {
  expect(new ConfigCollision('/a')).toMatchObject({ path: '/a', message: 'Cannot create /a, as it already exists!' })
  expect(new ConfigVanished('/a', 'delete').message).toBe('Cannot delete /a, as it does not exist!')
  expect(new RevisionMismatchError('/a', 3, 5).message).toBe('Cannot update /a at revision 3: it is at 5')
  expect(new RevisionMismatchError('/a', 3, null).message).toMatch('does not exist')
  expect(new RetriesExhaustedError(9, '/a was written at 7')).toMatchObject({ attempts: 10 })
  expect(new CompactedError(3, 7)).toMatchObject({ compactRevision: 7, code: 'ERR_KV_COMPACTED' })
  expect(new CompactedError(3, null).message).toBe('revision 3 has been compacted')
  expect(new LeaseLostError(255n, 'it was revoked').message).toBe('lease ff is lost: it was revoked')
  expect(new InvalidPathError('a\n', 'must start with a slash').message).toBe('path "a\\n" must start with a slash')
})
