/** What becomes of data that fail. */
import { requireAtLeast } from '../../errors/index.js'
import type { TrainSettings } from './train-config.js'

/** A policy: of a whole train, or of one stage. */
export type FailurePolicy = Pick<TrainSettings, 'onError' | 'retriesMax' | 'retryMs' | 'retryMaxMs'>

/**
 * A stage's policy: what it says, for the rest that of its train.
 *
 * @throws {RangeError} If a number is below 1.
 */
export function policyOf(own: Partial<FailurePolicy>, ofTrain: FailurePolicy): FailurePolicy {
  const { onError, retriesMax, retryMs, retryMaxMs } = { ...ofTrain, ...own }
  const policy = { onError, retriesMax, retryMs, retryMaxMs }
  requireAtLeast(1, policy, 'retriesMax', 'retryMs', 'retryMaxMs')
  return policy
}
