/** `deadbeat kv log`: what happened to a key, or below a path, as far as the store remembers. */
import type { Change, Kv } from '../../kv/engine/engine.js'
import { keyOf, pathOf } from '../../kv/path.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { keptOf, replay } from './history.js'
import { atLeastOne, toRevision } from './options.js'
import type { Session } from './session.js'
import { isIn, readTree } from './subtree.js'
import { MARKS_HELP, tellChange, type Told } from './tell-change.js'

const HELP = `
A line for each change, the oldest first: the revision, a mark, the path and the value. The marks:
${MARKS_HELP}.
Where older history was compacted, that is told, and what was there then comes first. With --all the whole history of the
store is read for it, from --since on.

  deadbeat kv log /app/limit
  deadbeat kv log /app --all --diff            /app and all that lies below it; the lines that have changed
  deadbeat kv log /app/limit --last 3
  deadbeat kv log /app --all --since 1200      what came behind revision 1200
  deadbeat kv log /app/limit --json            {"revision":…,"what":"changed","path":…,"value":…} a line
`

interface Flags {
  readonly all?: true
  readonly diff?: true
  readonly last?: number
  readonly since?: number
}

/** Add the command to the program. */
export function addLog(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'log',
    summary: 'show the history of a key, or of what lies below a path',
    help: HELP,
    extend: (command) =>
      command
        .argument('<path>', 'the key')
        .option('-a, --all', 'the key and all that lies below it')
        .option('--diff', 'of what has changed, print the lines that did')
        .option('--last <n>', 'only the last so many', atLeastOne)
        .option('--since <revision>', 'only what came behind it', toRevision),
    act: log,
  })
}

async function log(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const isTree = flags.all === true
  const tree = isTree ? session.toTree(path) : session.toRead(path)
  const { engine } = session
  const { oldest, revision } = await keptOf(engine)
  const { since = 0, last } = flags
  const start = Math.max(oldest, since)
  if (since > revision) session.note(`kv log: the store is at ${revision}: nothing came behind ${since} yet`)
  if (since < oldest && oldest > 1)
    session.note(`kv log: history is kept from revision ${oldest} on, what came before was compacted`)
  const told: Told[] = []
  // What is told at once needn't be remembered.
  const tell = (one: Told): void => {
    if (last === undefined) tellChange(session, one, flags.diff)
    else if (told.push(one) > last) told.shift()
  }
  const now = new Map<string, Kv>()
  const before = await readTree(engine, tree, { revision: Math.min(start, revision), levels: isTree ? Infinity : 0 })
  for (const { path: its, kv } of before.found) {
    now.set(its, kv)
    if (since < oldest) tell({ revision: kv.mod, what: 'is', path: session.shown(its), now: kv })
  }
  const isTold = (its: string | null): its is string => its !== null && (isTree ? isIn(tree, its) : its === tree)
  const range = isTree ? undefined : { key: keyOf(tree) }
  const tellAll = (changes: readonly Change[], at: number): void => {
    for (const { type, kv } of changes) {
      const its = pathOf(kv.key)
      if (!isTold(its)) continue
      const one = { revision: at, path: session.shown(its), before: now.get(its) }
      if (type === 'delete') now.delete(its)
      else now.set(its, kv)
      if (type === 'delete') tell({ ...one, what: 'deleted' })
      else tell({ ...one, what: kv.version === 1 ? 'created' : 'changed', now: kv })
    }
  }
  const lost = await replay(engine, start + 1, revision, tellAll, range)
  for (const one of told) tellChange(session, one, flags.diff)
  if (lost === null) return KV_EXIT.ok
  session.note(`kv log: history up to revision ${lost} was compacted while it was read: this is not all, try again`)
  return KV_EXIT.tryAgain
}
