/** How a runner takes a job: what is in the way is told, and it is tried again, later each time. */
import { toError } from '../../errors/index.js'
import type { Logger } from '../../movement/index.js'
import { describeJob } from '../job/job-id.js'
import { isRunning } from '../job/job-state.js'
import type { AttemptSupport } from './attempt.js'
import { takeClaim, type Claimed, type ClaimRequest } from './claim.js'
import { forgetState } from './history.js'
import type { MirroredJob } from './mirror.js'

/** Who takes it. */
export interface TakingOptions
  extends
    Pick<AttemptSupport, 'kv' | 'keys' | 'node' | 'owner' | 'tenure' | 'random' | 'blamelessMs'>,
    Pick<ClaimRequest, 'member' | 'mayRun' | 'onSkipped'> {
  readonly log: Logger
}

/** How long after it could not be taken a job is looked at again: at first, and at most. */
const AGAIN_MS = 1000
const AGAIN_MAX_MS = 60_000

/** Take a job, put it in order, or forget one that was deleted. Null: it isn't this node's to run. Never rejects. */
export async function takeJob(job: MirroredJob, { log, tenure, ...whose }: TakingOptions): Promise<Claimed | null> {
  const { kv, keys, owner } = whose
  const { id } = job
  const told = { job: describeJob(id) }
  try {
    let claimed: Claimed | null = null
    if (job.entry === null && !isRunning(job.state)) await forgetState(kv, keys, id, owner)
    else {
      const lease = tenure.lease()
      claimed = await takeClaim({
        ...{ ...whose, id, lease, waited: job.wait },
        now: () => kv.clock.wall() / 1000,
        mayWait: () => tenure.isAlive(lease),
        onAway: (error) => log.warn({ ...told, err: error }, 'a job waits for the store to be taken'),
      })
    }
    job.failures = 0
    return claimed
  } catch (error) {
    job.failures += 1
    log.warn({ ...told, err: error }, `a job can't be taken: ${toError(error).message}`)
    return null
  }
}

/** How long to leave it alone then. */
export function againMs({ failures }: Pick<MirroredJob, 'failures'>): number {
  return Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** Math.max(0, failures - 1))
}
