import { expect, test } from '@jest/globals'
import { atLeastOne, keyRevision, lifetime, toRevision } from '../../../lib/cli/kv/options.js'

test('revisions and counts are whole numbers, a lifetime whole seconds', () => {
  expect([toRevision('7'), keyRevision('0'), atLeastOne('3'), lifetime('2m'), lifetime('5000')]).toEqual([
    ...[7, 0, 3, 120_000, 5000],
  ])
  for (const text of ['0', '-1', '1.5', 'x', '', '9'.repeat(20)]) expect(() => toRevision(text)).toThrow(/whole number/)
  expect(() => keyRevision('-1')).toThrow(/0 for one that is not there/)
  for (const text of ['500ms', '1500', '0']) expect(() => lifetime(text)).toThrow(/whole seconds/)
})
