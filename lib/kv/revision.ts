/** Which state of the database an answer is from. */
import { describeValue } from '../errors/index.js'

/** A state of the database, and the last write of one key in it. */
export interface DbRevision {
  /** The state that was read, or that a write made. Reading at it again gives the same answers. */
  readonly revision: number
  /** When the key was written last; null if it wasn't there, or if the answer is about many keys. */
  readonly modRevision: number | null
}

/**
 * The number of a state that may be given as an answer had it, or plainly.
 *
 * @throws {TypeError} If it is neither: another state would be read than the one that was meant.
 * @example
 * assert.deepEqual([7, { revision: 7, modRevision: 3 }, undefined].map(revisionNumber), [7, 7, undefined])
 */
export function revisionNumber(revision: DbRevision | number | undefined): number | undefined {
  if (revision === undefined) return undefined
  const number: unknown = typeof revision === 'object' ? (revision as DbRevision | null)?.revision : revision
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw new TypeError(`a revision must be a whole number, or one that an answer had: it is ${describeValue(revision)}`)
}
