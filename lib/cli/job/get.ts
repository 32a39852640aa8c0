/** `deadbeat job get`: one job as it is written. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { jobFields, stateFields, timeText } from './describe.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
The fields of the job that are written, one a line; --all shows those that aren't, too, with what they are then.

  deadbeat job get the.answer
  deadbeat job get the.answer --state
`

interface Flags extends JobFlags {
  readonly state?: true
  readonly all?: true
}

/** Add the command to the program. */
export function addGet(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'get',
    summary: 'one job as it is written',
    help: HELP,
    extend: (command) =>
      command
        .argument('<path>', 'the job')
        .option('-s, --state', 'with its state')
        .option('-a, --all', 'with what is not written'),
    act: get,
  })
}

async function get(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  const job = await requireJob(jobs, id)
  const states = flags.state === true ? await jobs.store.states(id) : undefined
  if (session.isJson) {
    session.tell('', jobFields(job, states))
    return 0
  }
  const shown = flags.all === true ? (job.entry ?? job.written) : job.written
  for (const [field, value] of Object.entries(Object(shown) as object)) session.tell(fieldText(field, value), {})
  if (job.fault !== null) session.note(`job get: it can't be used: ${job.fault.message}`)
  for (const state of states ?? [])
    for (const [field, value] of Object.entries(stateFields(state)))
      session.tell(`state.${fieldText(field, value)}`, {})
  return 0
}

/** A field as people read it: times as times, texts as they are. */
export function fieldText(field: string, value: unknown): string {
  const isTime = ['target', 'since', 'started', 'stopped'].includes(field) && typeof value === 'number'
  return `${field}: ${isTime ? timeText(value) : typeof value === 'string' ? value : JSON.stringify(value)}`
}
