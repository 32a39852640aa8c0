/** `deadbeat job run PATH`: start a job now. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
Sets the job's target to now, so that a node starts it as soon as one can. Nodes are run by deadbeat node.

  deadbeat job run the.answer
`

/** Add the command to the program. */
export function addRun(program: KvProgram): void {
  addKvCommand<JobFlags>(program, {
    name: 'run',
    summary: 'start a job now',
    help: HELP,
    extend: (command) => command.argument('<path>', 'the job'),
    act: run,
  })
}

async function run(session: Session, [path = '']: readonly string[], flags: JobFlags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  await requireJob(jobs, id)
  const target = jobs.kv.clock.wall() / 1000
  await jobs.store.set(id, (written) => ({ ...written, target }))
  session.tell(`${path} is due now`, { path, target })
  return 0
}
