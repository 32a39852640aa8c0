/** `deadbeat job run PATH`: start a job now; without a path, as in MoaT-KV: be a node that runs the jobs of that place. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { NODE_FLAGS } from '../node-command.js'
import { atLeastOne } from '../kv/options.js'
import type { Session } from '../kv/session.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, placeOf, type JobFlags } from './where.js'

const HELP = `
Sets the job's target to now, so that a node starts it as soon as one can. Without a path it is a node itself, in the foreground,
for the jobs of this place alone: those of any node, of all (-n -) or of one (-n NAME: this one is called so). deadbeat node does
the same for all kinds at once, and has more to say about it.

  deadbeat job run the.answer
  deadbeat job -g lab run                  run what any node of lab may run
  deadbeat job -g lab -n - run --size 3    what all of them run; there are to be three
`

interface Flags extends JobFlags {
  readonly size?: number
}

/** Add the command to the program. */
export function addRun(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'run',
    summary: 'start a job now; without a path, run jobs here',
    help: HELP,
    limit: ([path]) => (path === undefined ? 'asked' : 'usual'),
    extend: (command) =>
      command
        .argument('[path]', 'the job')
        .option('--size <n>', 'how many nodes the group should have, if it does not say so itself', atLeastOne),
    act: run,
  })
}

async function run(session: Session, [path]: readonly string[], flags: Flags): Promise<number> {
  if (path === undefined) {
    const { kind, group, node: name } = placeOf(flags.node, flags.group)
    const { node } = await import('../node.js')
    const { node: _place, ...store } = flags
    return await node({
      ...NODE_FLAGS,
      ...store,
      ...(name === undefined ? {} : { name }),
      group: [group],
      kinds: [kind],
    })
  }
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  await requireJob(jobs, id)
  const target = jobs.kv.clock.wall() / 1000
  await jobs.store.set(id, (written) => ({ ...written, target }))
  session.tell(`${path} is due now`, { path, target })
  return 0
}
