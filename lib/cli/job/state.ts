/** `deadbeat job state`: how a job stands, and what it has returned. */
import { formatPath, viewGroup } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { KV_EXIT } from '../kv/exits.js'
import type { Session } from '../kv/session.js'
import { linesOf, standingFields, stateFields } from './describe.js'
import { fieldText } from './get.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
How the job stands, and the fields of its state; of kind all, of each node that has run it. As JSON, how it stands is
\`standing\`, as of \`job list\`. It ends with 1 if it has never
run, and with --result if it has returned nothing.

  deadbeat job state the.answer
  deadbeat job state the.answer --result          what the last success has returned, as JSON
`

interface Flags extends JobFlags {
  readonly result?: true
}

/** Add the command to the program. */
export function addState(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'state',
    summary: 'how a job stands',
    help: HELP,
    extend: (command) =>
      command.argument('<path>', 'the job').option('-r, --result', 'nothing but what it has returned'),
    act: state,
  })
}

async function state(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  const job = await requireJob(jobs, id)
  const states = await jobs.store.states(id)
  if (flags.result === true) {
    const returned = states.filter((one) => one.state.result !== undefined)
    for (const { node, state: one } of returned) {
      const result = JSON.stringify(one.result)
      session.tell(node === null ? result : `${node}  ${result}`, {
        ...(node === null ? {} : { on: node }),
        result: one.result,
      })
    }
    return returned.length === 0 ? KV_EXIT.different : KV_EXIT.ok
  }
  const view = await viewGroup(jobs.kv, jobs.keys, jobs.place)
  const now = jobs.kv.clock.wall() / 1000
  const lines = linesOf(job, states, view, now)
  const standings = standingFields(job, states, view, now)
  for (const [at, line] of lines.entries()) {
    const one = states[at]
    const fields = one === undefined ? {} : stateFields(one)
    session.tell(line, { path: formatPath(id.path), ...fields, standing: standings[at] })
    if (session.isJson) continue
    for (const [field, value] of Object.entries(fields)) session.tell(`  ${fieldText(field, value)}`, {})
  }
  return states.length === 0 ? KV_EXIT.different : KV_EXIT.ok
}
