/** What the folders of a job that runs an app are called: each job has its own on each node. */
import { createHash } from 'node:crypto'
import type { JobIdentity } from './job-run.js'

/** How much of a job's name people find in it: the path of a socket may have 107 bytes in all. */
const NAME_CHARS = 24

/**
 * The name of the folders of a job on a node, for its state and its control socket.
 *
 * @example
 * assert.match(jobFolder({ job: 'any/lab pumps.log', node: 'n1' }), /^any-lab-pumps.log-[0-9a-f]{12}$/)
 */
export function jobFolder({ job, node }: Pick<JobIdentity, 'job' | 'node'>): string {
  const name = job.slice(0, NAME_CHARS).replace(/[^\w.]/g, '-')
  return `${name}-${createHash('sha256').update(`${node}\0${job}`).digest('hex').slice(0, 12)}`
}
