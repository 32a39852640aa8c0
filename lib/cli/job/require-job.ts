/** A job that has to be there. */
import { describeJob, type JobId, type StoredJob } from '../../runner/index.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import type { Jobs } from './where.js'

/**
 * The job.
 *
 * @throws {KvCommandError} 66, if there is none.
 */
export async function requireJob({ store }: Pick<Jobs, 'store'>, id: JobId): Promise<StoredJob> {
  const job = await store.get(id)
  if (job !== null) return job
  throw new KvCommandError(
    `there is no job ${describeJob(id)}: deadbeat job list shows those of its group`,
    KV_EXIT.notFound,
  )
}
