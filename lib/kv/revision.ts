/** Which state of the database an answer is from. */

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
 * @example
 * assert.deepEqual([7, { revision: 7, modRevision: 3 }, undefined].map(revisionNumber), [7, 7, undefined])
 */
export function revisionNumber(revision: DbRevision | number | undefined): number | undefined {
  return typeof revision === 'object' ? revision.revision : revision
}
