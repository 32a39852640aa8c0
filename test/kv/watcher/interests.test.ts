import { expect, test } from '@jest/globals'
import { levelRange } from '../../../lib/kv/levels.js'
import { keyOf } from '../../../lib/kv/path.js'
import { Interests } from '../../../lib/kv/watcher/interests.js'
import { firstWrite, readAt } from '../../support/kv-reads.js'

test('a key that was got is outdated by any change behind the state in which it was read', () => {
  const interests = new Interests([readAt(5, { '/a': 3, '/none': null })])
  const is = (path: string, isDelete: boolean, revision: number): boolean =>
    interests.isOutdatedBy(keyOf(path), isDelete, revision)
  expect([is('/a', false, 6), is('/a', true, 6), is('/none', false, 6)]).toEqual([true, true, true])
  expect([is('/a', false, 5), is('/b', false, 6)]).toEqual([false, false])
})

test('a listing is outdated by what comes and what goes, and not by new values, nor by other levels', () => {
  const interests = new Interests([readAt(5, {}, { '/l/': { '/l/a': 2 } })])
  const is = (path: string, isDelete: boolean): boolean => interests.isOutdatedBy(keyOf(path), isDelete, 6)
  expect([is('/l/new', false), is('/l/a', true), is('/l/new', true)]).toEqual([true, true, true])
  expect([is('/l/a', false), is('/l', true), is('/l/a/b', false), is('/m/new', false)]).toEqual(Array(4).fill(false))
})

test('of several states the oldest counts, read by read', () => {
  const interests = new Interests([
    readAt(9, { '/a': 3, '/b': 3 }),
    readAt(5, { '/a': 3 }),
    { revision: null, keys: [], ranges: [] },
  ])
  const is = (path: string): boolean => interests.isOutdatedBy(keyOf(path), false, 7)
  expect([is('/a'), is('/b'), interests.oldest]).toEqual([true, false, 5])
  expect(new Interests([]).oldest).toBe(Infinity)
})

test('a state tells where it differs from what was read', () => {
  const interests = new Interests([
    readAt(5, { '/l/a': 2, '/l/none': null, '/x': 2 }, { '/l/': { '/l/a': 2, '/l/b': 3 } }),
  ])
  const differences = (now: Record<string, number>): readonly string[] =>
    interests.differences(
      levelRange('/l/', 0),
      Object.entries(now).map(([path, revision]) => firstWrite(path, revision)),
    )
  expect(differences({ '/l/a': 2, '/l/b': 3 })).toEqual([])
  expect(differences({ '/l/a': 7, '/l/c': 8 })).toEqual(['2/l/a', '2/l/c', '2/l/b'])
  expect(differences({ '/l/a': 2, '/l/b': 3, '/l/none': 6 })).toEqual(['2/l/none'])
  expect(interests.differences({ key: '1/x' }, [])).toEqual(['1/x'])
  const [written] = [{ ...firstWrite('/l/b', 3), mod: 9 }]
  expect(interests.differences(levelRange('/l/', 0), [firstWrite('/l/a', 2), written])).toEqual([])
})

test('each listed range is watched, and each key that lies in none, from behind the oldest state', () => {
  const interests = new Interests([
    readAt(9, { '/k': 2, '/k/1': 2, '/k/1/x': null }, { '/k/': {} }),
    readAt(5, { '/k/2': 2 }, {}),
  ])
  expect([...interests.toWatch().values()]).toEqual([
    { range: levelRange('/k/', 0), from: 6 },
    { range: { key: '1/k' }, from: 10 },
    { range: { key: '3/k/1/x' }, from: 10 },
  ])
})
