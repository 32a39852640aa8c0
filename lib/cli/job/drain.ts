/** `deadbeat job drain`: let a node come to rest, for its maintenance. */
import { KINDS } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import type { Session } from '../kv/session.js'
import { changeGroup } from './change-group.js'
import { requireNode } from './require-node.js'
import { jobsOf, type JobFlags } from './where.js'

const HELP = `
The node takes no more jobs of the group, of any kind, and lets go of those that it runs: other nodes take what they may.
It stays so, through restarts of the node, until --undo. A node that nobody knows is refused; --force lets one drain that
is yet to come.

  deadbeat job drain n1
  deadbeat job -g lab drain n1
  deadbeat job drain n1 --undo
`

interface Flags extends JobFlags {
  readonly undo?: true
  readonly force?: true
}

/** Add the command to the program. */
export function addDrain(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'drain',
    summary: 'let a node come to rest',
    help: HELP,
    extend: (command) =>
      command
        .argument('<node>', 'which')
        .option('--undo', 'it takes jobs again')
        .option('-f, --force', 'also one that is not known'),
    act: drain,
  })
}

async function drain(session: Session, [node = '']: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  if (node === '') throw new KvCommandError('a node has a name: it is empty', KV_EXIT.usage)
  const { group } = jobs.place
  const isDraining = flags.undo !== true
  if (flags.force !== true) await requireNode(jobs, group, node)
  for (const kind of KINDS) {
    await changeGroup(jobs, { kind, group }, (entry) => {
      const others = entry.draining.filter((name) => name !== node)
      return { ...entry, draining: isDraining ? [...others, node] : others }
    })
  }
  session.tell(`${node} ${isDraining ? 'drains' : 'takes jobs again'} in group ${group}`, { node, group, isDraining })
  return 0
}
