import { expect, test } from '@jest/globals'
import {
  CompactedError,
  ConfigCollision,
  ConfigVanished,
  DeadlineError,
  InvalidPathError,
  LeaseLostError,
  RetriesExhaustedError,
  RevisionMismatchError,
  TransactionTooLargeError,
} from '../../lib/kv/errors.js'

test('each says what was tried and what was found, and has what a program needs of it', () => {
  expect(new ConfigCollision('/a')).toMatchObject({ path: '/a', message: 'Cannot create /a, as it already exists!' })
  expect(new ConfigVanished('/a', 'delete').message).toBe('Cannot delete /a, as it does not exist!')
  expect(new RevisionMismatchError('/a', 3, 5).message).toBe('Cannot update /a at revision 3: it is at 5')
  expect(new RevisionMismatchError('/a', 3, null).message).toMatch('does not exist')
  const conflict = { path: '/a', what: 'written', readRevision: 5, revision: 7 } as const
  expect(new RetriesExhaustedError(9, conflict)).toMatchObject({ attempts: 10, lastConflict: conflict })
  expect(new RetriesExhaustedError(9, conflict).message).toBe(
    'Transaction did not succeed after 9 retries! The last time, /a was read at revision 5, and it was written at revision 7.',
  )
  expect(new RetriesExhaustedError(9, { ...conflict, what: 'deleted' }).message).toMatch('it was gone at revision 7')
  expect(new RetriesExhaustedError(9, null).message).toBe('Transaction did not succeed after 9 retries!')
  expect(new DeadlineError(5, 2).message).toBe('Transaction did not succeed within 5 ms: it was retried 2 times')
  expect(new TransactionTooLargeError('writes', 130, 128, 'Split it.')).toMatchObject({
    ...{ count: 130, limit: 128, code: 'ERR_KV_TOO_LARGE' },
    message: 'a transaction may have at most 128 writes: it has 130. Split it.',
  })
  expect(new CompactedError(3, 7)).toMatchObject({ compactRevision: 7, code: 'ERR_KV_COMPACTED' })
  expect(new CompactedError(3, null).message).toBe('revision 3 has been compacted')
  expect(new LeaseLostError(255n, 'it was revoked').message).toBe('lease ff is lost: it was revoked')
  expect(new InvalidPathError('a\n', 'must start with a slash').message).toBe('path "a\\n" must start with a slash')
})
