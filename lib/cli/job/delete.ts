/** `deadbeat job delete`: end a job, then forget it. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
The first time it takes the job's target away: one that runs is ended, and it is not started any more. The second time the
job and its state are deleted, unless it still runs. --force does that at once.

  deadbeat job delete the.answer
`

interface Flags extends JobFlags {
  readonly force?: true
}

/** Add the command to the program. */
export function addDelete(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'delete',
    summary: 'end a job; the second time, delete it',
    help: HELP,
    extend: (command) => command.argument('<path>', 'the job').option('-f, --force', 'delete it at once'),
    act: remove,
  })
}

async function remove(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  await requireJob(jobs, id)
  const outcome = await jobs.store.delete(id, { force: flags.force === true })
  session.tell(
    outcome === 'deleted' ? `${path} is deleted` : `${path} is disabled: delete it once more when it has ended`,
    { path, outcome },
  )
  return 0
}
