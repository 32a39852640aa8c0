/** The state that a command means, where each node may have one. */
import { describeJob, type JobId, type JobState } from '../../runner/index.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import { requireJob } from './require-job.js'
import type { Jobs } from './where.js'

/** A state, and the node that it is of; empty where there is one for all. */
export interface OneState {
  readonly node: string
  readonly state: JobState
}

/**
 * The state of a job that has run.
 *
 * @throws {KvCommandError} 66, if there is no such job, or it has never run there; 64, if it isn't clear on which node.
 */
export async function oneState(jobs: Jobs, id: JobId, on?: string): Promise<OneState> {
  const states = await jobs.store.states(id)
  const meant = on === undefined ? states : states.filter(({ node }) => node === on)
  const [first, second] = meant
  if (first === undefined) {
    await requireJob(jobs, id)
    const where = on === undefined ? '' : ` on ${on}`
    throw new KvCommandError(`${describeJob(id)} has not run yet${where}: deadbeat job list says why`, KV_EXIT.notFound)
  }
  if (second !== undefined) {
    const nodes = meant.map(({ node }) => node).join(', ')
    throw new KvCommandError(`${describeJob(id)} has run on ${nodes}: say on which by --on`, KV_EXIT.usage)
  }
  return { node: first.node ?? '', state: first.state }
}
