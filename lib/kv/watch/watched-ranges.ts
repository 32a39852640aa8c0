/** Which ranges of keys are watched for a path: the key itself, the keys that begin so, or all that lies below it. */
import type { Range } from '../engine/range.js'
import { levelRange, levelsOf, MAX_DEPTH, subtreeRanges, type Recurse } from '../levels.js'
import { checkPath, checkPrefix, keyOf } from '../path.js'

/** What belongs to a path. Without any of these: the key of the path alone. */
export interface Extent {
  /** The keys of the path's own level that begin so. */
  readonly prefix?: boolean
  /** Levels below, as in `listKeys`: from 0 up to this one, or exactly these. */
  readonly recurse?: Recurse
  /** The key itself and everything below it; of a path with a slash at its end only what is below. */
  readonly subtree?: boolean
  /** How many levels a subtree has, the path's own included; 16 if it isn't given. What is deeper isn't watched. */
  readonly maxDepth?: number
}

/**
 * The ranges of a path, one for each level.
 *
 * @throws {InvalidPathError} If the path can't be one, or ends with a slash where a single key is meant.
 * @throws {RangeError} If a level or `maxDepth` is out of its bounds.
 * @example
 * assert.deepEqual(watchedRanges('/a'), [{ key: '1/a' }])
 * assert.deepEqual(watchedRanges('/a/', { recurse: 1 }).map(({ key }) => key), ['2/a/', '3/a/'])
 * assert.deepEqual(watchedRanges('/a', { subtree: true, maxDepth: 2 }), [{ key: '1/a' }, { key: '2/a/', end: '2/a0' }])
 */
export function watchedRanges(path: string, extent: Extent = {}): readonly Range[] {
  const { prefix = false, recurse, subtree = false, maxDepth = MAX_DEPTH } = extent
  if (!subtree && !prefix && recurse === undefined) {
    checkPath(path)
    return [{ key: keyOf(path) }]
  }
  checkPrefix(path)
  if (!subtree) return levelsOf(recurse ?? 0).map((level) => levelRange(path, level))
  if (!path.endsWith('/')) return subtreeRanges(path, { maxDepth })
  return subtreeRanges(path.slice(0, -1), { maxDepth }).slice(1)
}
