/** `deadbeat job info`: which groups there are, with how many jobs and members. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { jobsOf, type JobFlags } from './where.js'

const HELP = `
A line for each group: its kind, its name, its node where it has one, how many jobs, and which nodes run them now.

  deadbeat job -g - info                all groups
  deadbeat job -g lab info
`

/** Add the command to the program. */
export function addInfo(program: KvProgram): void {
  addKvCommand<JobFlags>(program, {
    name: 'info',
    summary: 'which groups there are',
    help: HELP,
    extend: (command) => command,
    act: info,
  })
}

async function info(session: Session, _words: readonly string[], flags: JobFlags): Promise<number> {
  const { kv, keys, store } = jobsOf(session, flags)
  const groups = await store.groups()
  for (const place of groups.filter(({ group }) => flags.group === '-' || group === flags.group)) {
    const { kind, group, node } = place
    const [jobs, [members]] = await Promise.all([
      store.list(place),
      kv.listKeys(`${keys.members(kind, group)}/`, { withValues: true }),
    ])
    const nodes = members.flatMap(([key]) => keys.below(keys.members(kind, group), key) ?? [])
    const where = node === undefined ? '' : `/${node}`
    const text = `${kind}/${group}${where}  ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}  ${nodes.length === 0 ? 'no node' : nodes.join(' ')}`
    session.tell(text, { ...place, jobs: jobs.length, nodes })
  }
  return 0
}
