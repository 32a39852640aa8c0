import { expect, test } from '@jest/globals'
import { addPair, joinPairs } from '../../../lib/cli/job/pairs.js'

test('what stands behind a flag twice becomes one, and nothing behind --', () => {
  expect(joinPairs(['-s', 'a', '-1', '-s', '-s', 'b', '--', '-s', 'a', 'b'], ['-s'])).toEqual([
    '-s',
    'a\0-1',
    '-s',
    '-s\0b',
    '--',
    '-s',
    'a',
    'b',
  ])
  expect(joinPairs(['-s', 'a'], ['-s'])).toEqual(['-s', 'a'])
  expect(joinPairs(['-x', 'a', 'b', '-s'], ['-s'])).toEqual(['-x', 'a', 'b', '-s'])
})

test('pairs are gathered, the last of a name counts', () => {
  const pairs = ['a\x001', 'b\0', 'a\x002'].reduce<ReadonlyMap<string, string> | undefined>(
    (all, text) => addPair(text, all) ?? all,
    undefined,
  )
  expect([...(pairs ?? [])]).toEqual([
    ['a', '2'],
    ['b', ''],
  ])
  expect(addPair('a')).toBeNull()
  expect([...(addPair('\x001') ?? [])]).toEqual([['', '1']])
})
