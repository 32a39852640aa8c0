/**
 * Levels of a listing. Level 0 is that of the path as it is written; each next one has a slash more, and is a range of
 * keys of its own (specification kv, sections 3 and 6).
 */
import { describeValue } from '../errors/index.js'
import { prefixRange, type Range } from './engine/range.js'
import { keyOf } from './path.js'

/** How many levels can be asked for at once. etcd takes 128 operations, of which a commit needs some for itself. */
export const LEVELS_MAX = 120

/** Which levels: from 0 up to a number, or exactly those named. */
export type Recurse = number | Iterable<number>

/**
 * The levels, ascending, each once.
 *
 * @throws {RangeError} If one is no whole number from 0 up to but without `LEVELS_MAX`.
 * @example
 * assert.deepEqual(levelsOf(2), [0, 1, 2])
 * assert.deepEqual(levelsOf([3, 1, 3]), [1, 3])
 */
export function levelsOf(recurse: Recurse): readonly number[] {
  if (recurse === 0) return ZERO
  const named = typeof recurse === 'number' ? [recurse] : [...recurse]
  for (const level of named) {
    if (Number.isInteger(level) && level >= 0 && level < LEVELS_MAX) continue
    throw new RangeError(`a level must be a whole number from 0 to ${LEVELS_MAX - 1}: it is ${describeValue(level)}`)
  }
  if (typeof recurse === 'number') return Array.from({ length: recurse + 1 }, (_, level) => level)
  return [...new Set(named)].sort((a, b) => a - b)
}

const ZERO: readonly number[] = [0]

/**
 * All keys of a level that begin so.
 *
 * @example
 * assert.deepEqual(levelRange('/a/', 1), { key: '3/a/', end: '3/a0' })
 */
export function levelRange(path: string, level: number): Required<Range> {
  return prefixRange(keyOf(path, level))
}

/** How much of a tree is meant. */
export interface SubtreeOptions {
  /** All keys of the path's level that begin so, not only the path itself. */
  readonly prefix?: boolean
  /** How many levels, the path's own included. */
  readonly maxDepth?: number
}

/** How many levels a tree has if it isn't said. */
export const MAX_DEPTH = 16

/** One level of a listing. */
export interface PathLevel {
  readonly path: string
  readonly level: number
}

/**
 * What lies below a key, level by level: what begins with the path and a slash. With `prefix` the level of the key as
 * well, and on every level all that begins with the path.
 *
 * @throws {RangeError} If `maxDepth` is no whole number from 1 to `LEVELS_MAX`.
 * @example
 * assert.deepEqual(subtreeLevels('/a', { maxDepth: 2 }), [{ path: '/a/', level: 0 }])
 * assert.deepEqual(subtreeLevels('/a', { maxDepth: 2, prefix: true }).map(({ level }) => level), [0, 1])
 */
export function subtreeLevels(path: string, options: SubtreeOptions = {}): readonly PathLevel[] {
  const { maxDepth = MAX_DEPTH, prefix = false } = options
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > LEVELS_MAX) {
    throw new RangeError(`maxDepth must be a whole number from 1 to ${LEVELS_MAX}: it is ${describeValue(maxDepth)}`)
  }
  if (prefix) return Array.from({ length: maxDepth }, (_, level) => ({ path, level }))
  return Array.from({ length: maxDepth - 1 }, (_, level) => ({ path: `${path}/`, level }))
}

/**
 * The ranges of a key and of what lies below it.
 *
 * @throws {RangeError} If `maxDepth` is no whole number from 1 to `LEVELS_MAX`.
 * @example
 * assert.deepEqual(subtreeRanges('/a', { maxDepth: 2 }), [{ key: '1/a' }, { key: '2/a/', end: '2/a0' }])
 * assert.deepEqual(subtreeRanges('/a', { maxDepth: 2, prefix: true }).map(({ key }) => key), ['1/a', '2/a'])
 */
export function subtreeRanges(path: string, options: SubtreeOptions = {}): readonly Range[] {
  const below = subtreeLevels(path, options).map((at) => levelRange(at.path, at.level))
  return options.prefix === true ? below : [{ key: keyOf(path) }, ...below]
}

/** The levels below `maxDepth`, as far as can be looked: nothing should be left there when a tree is deleted. */
export function rangesBelow(path: string, options: SubtreeOptions): readonly Range[] {
  return subtreeRanges(path, { ...options, maxDepth: LEVELS_MAX }).slice(options.maxDepth ?? MAX_DEPTH)
}
