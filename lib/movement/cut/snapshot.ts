/** The memory of somebody, for a record. */
import { describeValue, toError } from '../../errors/index.js'
import type { Json } from '../cog/cog.js'
import { TrainError } from '../errors.js'
import { isJson } from './is-json.js'

/** Somebody whose memory spans check-points. */
export interface Snapshotted {
  snapshot(): Json
}

/**
 * One's snapshot.
 *
 * @throws {TrainError} If it can't be made, or wouldn't come back as it is.
 */
export function snapshotOf(name: string, occupant: Snapshotted): Json {
  let snapshot: Json
  try {
    snapshot = occupant.snapshot()
  } catch (error) {
    throw new TrainError(`${name} could not make its snapshot: ${toError(error).message}`, { cause: error })
  }
  if (isJson(snapshot)) return snapshot
  throw new TrainError(
    `the snapshot of ${name} must be JSON (no undefined, NaN, Infinity, bigint, Date, Map): it is ${describeValue(snapshot)}`,
  )
}
