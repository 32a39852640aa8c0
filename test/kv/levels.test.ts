import { expect, test } from '@jest/globals'
import { LEVELS_MAX, levelRange, levelsOf, rangesBelow, subtreeRanges } from '../../lib/kv/levels.js'

test('a number means all levels up to it, a list exactly its own', () => {
  expect(levelsOf(0)).toEqual([0])
  expect(levelsOf(2)).toEqual([0, 1, 2])
  expect(levelsOf([3, 2, 1, 2])).toEqual([1, 2, 3])
  expect(levelsOf(new Set([1]))).toEqual([1])
  expect(levelsOf([])).toEqual([])
})

test.each([-1, 0.5, NaN, Infinity, LEVELS_MAX, [0, -1], ['1' as unknown as number]])('%j is no level', (odd) => {
  expect(() => levelsOf(odd)).toThrow('a level must be a whole number from 0 to 119')
})

test('a level is what begins with the path, deeper by so many', () => {
  expect(levelRange('/a/', 1)).toEqual({ key: '3/a/', end: '3/a0' })
  expect(levelRange('/', 0)).toEqual({ key: '1/', end: '10' })
})

test('a tree is the key itself and what lies below it, or with prefix what begins so', () => {
  expect(subtreeRanges('/a', { maxDepth: 3 })).toEqual([
    { key: '1/a' },
    { key: '2/a/', end: '2/a0' },
    { key: '3/a/', end: '3/a0' },
  ])
  expect(subtreeRanges('/a', { maxDepth: 2, prefix: true })).toEqual([
    { key: '1/a', end: '1/b' },
    { key: '2/a', end: '2/b' },
  ])
  expect(subtreeRanges('/a')).toHaveLength(16)
})

test('what lies below a tree begins where it ends', () => {
  expect(rangesBelow('/a', { maxDepth: 3 })[0]).toEqual({ key: '4/a/', end: '4/a0' })
  expect(rangesBelow('/a', { maxDepth: LEVELS_MAX })).toEqual([])
})

test.each([0, 1.5, NaN, LEVELS_MAX + 1])('%s levels are no tree', (maxDepth) => {
  expect(() => subtreeRanges('/a', { maxDepth })).toThrow('maxDepth must be a whole number from 1 to 120')
})
