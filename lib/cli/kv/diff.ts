/** `deadbeat kv diff`: what is different between two revisions of a store. */
import { comparePaths } from '../../kv/path.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { toRevision } from './options.js'
import type { Session } from './session.js'
import { readTree, type Tree } from './subtree.js'
import { MARKS_HELP, tellChange, type Told } from './tell-change.js'

const HELP = `
It compares what PATH and all that lies below it was at two revisions: a line for each key that differs, and of those that
have changed the lines that did. The marks: ${MARKS_HELP}.
The code is 1 if anything differs, 66 if the store doesn't have one of the revisions any more (status says from which on it
has).

  deadbeat kv diff 1200 now
  deadbeat kv diff 1200 1207 /app
  deadbeat kv diff 1200 now /app --json        {"revision":…,"what":"changed","path":…,"value":…} a line
`

/** Add the command to the program. */
export function addDiff(program: KvProgram): void {
  addKvCommand<object>(program, {
    name: 'diff',
    summary: 'compare two revisions',
    help: HELP,
    extend: (command) =>
      command
        .argument('<from>', 'a revision', toRevision)
        .argument('<to>', 'another, or now', (text) => (text === 'now' ? null : toRevision(text)))
        .argument('[path]', 'the key above all that is compared', '/'),
    act: diff,
  })
}

async function diff(session: Session, [from = '', to = '', path = '/']: readonly string[]): Promise<number> {
  const tree = session.toTree(path)
  const old = await readTree(session.engine, tree, { revision: Number(from) })
  const now = await readTree(session.engine, tree, { revision: to === 'now' ? undefined : Number(to) })
  const different = differences(old, now)
  for (const one of different) tellChange(session, { ...one, path: session.shown(one.path) }, true)
  return different.length === 0 ? KV_EXIT.ok : KV_EXIT.different
}

/** What leads from one state to another, in the order of paths. */
function differences(old: Tree, now: Tree): Told[] {
  const before = new Map(old.found.map(({ path, kv }) => [path, kv]))
  const there = new Map(now.found.map(({ path, kv }) => [path, kv]))
  const gone = old.found.filter(({ path }) => !there.has(path))
  const told = [...now.found, ...gone].flatMap(({ path }): Told[] => {
    const [was, is] = [before.get(path), there.get(path)]
    if (was !== undefined && is !== undefined) {
      if (Buffer.compare(was.value, is.value) === 0) return []
      return [{ revision: is.mod, what: 'changed', path, before: was, now: is }]
    }
    return [{ revision: is?.mod ?? null, what: is === undefined ? 'deleted' : 'created', path, before: was, now: is }]
  })
  return told.sort((a, b) => comparePaths(a.path, b.path))
}
