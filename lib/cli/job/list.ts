/** `deadbeat job list`: the jobs of a group, and how they stand. */
import { formatPath, parsePath, viewGroup } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { jobFields, linesOf, standingFields, stateFields } from './describe.js'
import { jobsOf, type JobFlags } from './where.js'

const HELP = `
A line for each job: its path, what it runs, and where it runs or when it starts next and why not before. Of kind all a
line for each node. As JSON its \`standing\` has these words for each such line, and what keeps it from being run, if it is
due and something does (\`obstacle\`).

  deadbeat job list                     jobs that any node may run
  deadbeat job -n - list                those that all nodes run
  deadbeat job -n n1 list room          those of node n1 that begin with room
  deadbeat job list --json -s           everything, one object a line
`

interface Flags extends JobFlags {
  readonly state?: true
  readonly onlyState?: true
}

/** Add the command to the program. */
export function addList(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'list',
    summary: 'the jobs, and how they stand',
    help: HELP,
    extend: (command) =>
      command
        .argument('[path]', 'those that begin so')
        .option('-s, --state', 'with their states, as JSON')
        .option('-S, --only-state', 'nothing but their states, as JSON')
        .option('-t, --table', 'a line each, as without it'),
    act: list,
  })
}

async function list(session: Session, [path = ':']: readonly string[], flags: Flags): Promise<number> {
  const { kv, keys, store, place } = jobsOf(session, flags)
  const view = await viewGroup(kv, keys, place)
  const now = kv.clock.wall() / 1000
  for (const job of await store.list(place, parsePath(path))) {
    const states = await store.states(job.id)
    const name = formatPath(job.id.path)
    if (flags.onlyState === true) {
      for (const state of states)
        session.tell(`${name} ${JSON.stringify(stateFields(state))}`, { path: name, ...stateFields(state) })
    } else if (flags.state === true || session.isJson) {
      const fields = { ...jobFields(job, states), standing: standingFields(job, states, view, now) }
      session.tell(JSON.stringify(fields), fields)
    } else {
      for (const line of linesOf(job, states, view, now)) session.tell(line, {})
    }
  }
  return 0
}
