/** `deadbeat job path`: where a job lies in kv. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
The keys of the job and of its state, for deadbeat kv. Of kind all the state is that of the node that --on names.

  deadbeat job path the.answer
`

interface Flags extends JobFlags {
  readonly on?: string
}

/** Add the command to the program. */
export function addPath(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'path',
    summary: 'where a job lies in the store',
    help: HELP,
    extend: (command) => command.argument('<path>', 'the job').option('--on <node>', 'of which node', 'NODE'),
    act: (session, [path = ''], flags) => {
      const jobs = jobsOf(session, flags)
      const id = jobAt(jobs, path)
      const [job, state] = [jobs.keys.job(id), jobs.keys.state(id, flags.on ?? '')].map((key) => session.shown(key))
      session.tell(`${job}  ${state}`, { job, state })
      return Promise.resolve(0)
    },
  })
}
