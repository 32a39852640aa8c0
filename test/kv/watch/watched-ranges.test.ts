import { expect, test } from '@jest/globals'
import { watchedRanges } from '../../../lib/kv/watch/watched-ranges.js'

const keys = (...args: Parameters<typeof watchedRanges>): readonly string[] =>
  watchedRanges(...args).map(({ key }) => key)

test('a path alone is its key, and has no slash at its end', () => {
  expect(watchedRanges('/a/b')).toEqual([{ key: '2/a/b' }])
  expect(() => watchedRanges('/a/')).toThrow('trailing')
  expect(() => watchedRanges('a', { subtree: true })).toThrow('must start')
})

test('a beginning is its level, and levels are those of a listing', () => {
  expect(watchedRanges('/a', { prefix: true })).toEqual([{ key: '1/a', end: '1/b' }])
  expect(keys('/a/', { recurse: [2, 0, 2] })).toEqual(['2/a/', '4/a/'])
})

test('a subtree is the key and what is below; with a slash at its end only what is below', () => {
  expect(keys('/a', { subtree: true, maxDepth: 3 })).toEqual(['1/a', '2/a/', '3/a/'])
  expect(keys('/a/', { subtree: true, maxDepth: 3 })).toEqual(['2/a/', '3/a/'])
  expect(keys('/', { subtree: true, maxDepth: 3 })).toEqual(['1/', '2/'])
})
