/** `deadbeat kv compact`: forget history. */
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { keptOf } from './history.js'
import { KvCommandError } from './kv-command-error.js'
import { atLeastOne, toRevision } from './options.js'
import type { Session } from './session.js'

const HELP = `
The history below a revision is forgotten: no key goes, but what they were before can't be read any more. Whoever watches
from before it finds a gap. A file does that by itself; etcd only if it was told to.

  deadbeat kv compact 1200
  deadbeat kv compact --keep 10000         all but the last 10,000 revisions
  deadbeat kv compact --keep 10000 --dry-run
`

interface Flags {
  readonly keep?: number
  readonly dryRun?: true
}

/** Add the command to the program. */
export function addCompact(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'compact',
    summary: 'forget the history below a revision',
    help: HELP,
    extend: (command) =>
      command
        .argument('[revision]', 'the oldest that can be read afterwards', toRevision)
        .option('--keep <n>', 'so many revisions before the current one', atLeastOne)
        .option('-n, --dry-run', 'say what would be forgotten, and forget nothing'),
    act: compact,
  })
}

async function compact(session: Session, [word]: readonly string[], flags: Flags): Promise<number> {
  if ((word === undefined) === (flags.keep === undefined)) {
    throw new KvCommandError('it takes a revision, or --keep N', KV_EXIT.usage)
  }
  const { engine } = session
  const { oldest, revision } = await keptOf(engine)
  const to = word === undefined ? revision - (flags.keep ?? 0) : Number(word)
  if (flags.keep !== undefined && to <= oldest) {
    session.tell(`nothing to forget: history is kept from ${oldest} on`, { oldestRevision: oldest, forgotten: 0 })
    return KV_EXIT.ok
  }
  if (flags.dryRun !== true) await engine.compact(to)
  const verb = flags.dryRun === true ? 'would be' : 'is'
  const forgotten = to - oldest
  session.tell(`history ${verb} kept from ${to} on: ${forgotten} revisions forgotten`, {
    oldestRevision: to,
    forgotten,
  })
  return KV_EXIT.ok
}
