/** `deadbeat kv list`: the keys below a path. */
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { atLeastOne, toRevision } from './options.js'
import type { Session } from './session.js'
import { keyFields, lineOf, metaFields } from './show.js'
import { readTree } from './subtree.js'

const HELP = `
It lists the children of PATH, a line each, by code point; without PATH those of /. PATH itself is none of them, and /ab
never lies below /a.

  deadbeat kv list /pb                         /pb/one, /pb/two
  deadbeat kv list /pb --recurse 2             and their children
  deadbeat kv list --all --values              everything, each as PATH = VALUE
  deadbeat kv list /pb --all --rev 1200        as it was
  deadbeat kv list --all --json                {"revision":…,"keys":[{"path":…,"modRevision":…}, …]}
`

interface Flags {
  readonly recurse?: number
  readonly all?: true
  readonly values?: true
  readonly rev?: number
}

/** Add the command to the program. */
export function addList(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'list',
    summary: 'list the keys below a path',
    help: HELP,
    extend: (command) =>
      command
        .argument('[path]', 'what lies above them', '/')
        .option('--recurse <levels>', 'how many levels below it; 1 are its children', atLeastOne)
        .option('-a, --all', 'all levels')
        .option('-v, --values', 'the values, too; with -q the values alone')
        .option('--rev <revision>', 'as of this revision', toRevision),
    act: list,
  })
}

async function list(session: Session, [path = '/']: readonly string[], flags: Flags): Promise<number> {
  const { recurse, all, values, rev } = flags
  if (recurse !== undefined && all === true) throw new KvCommandError('--all is --recurse without end', KV_EXIT.usage)
  const tree = session.toTree(path)
  const levels = all === true ? Infinity : (recurse ?? 1)
  const read = await readTree(session.engine, tree, { revision: rev, levels, keysOnly: values !== true })
  const below = read.found.filter((one) => one.path !== tree)
  if (session.isJson) {
    const fields =
      values === true ? keyFields : (its: string, kv: (typeof below)[0]['kv']) => ({ path: its, ...metaFields(kv) })
    const keys = below.map((one) => fields(session.shown(one.path), one.kv))
    session.around.out(`${JSON.stringify({ revision: read.revision, keys })}\n`)
    return KV_EXIT.ok
  }
  for (const { path: its, kv } of below) {
    const name = lineOf(Buffer.from(session.shown(its)))
    session.around.out(
      `${values !== true ? name : session.isQuiet ? lineOf(kv.value) : `${name} = ${lineOf(kv.value)}`}\n`,
    )
  }
  if (below.length === 0 && levels < Infinity) await hint(session, path, tree, read.revision)
  return KV_EXIT.ok
}

/** Keys may lie deeper, with nothing between: a listing that shows nothing would hide them. */
async function hint(session: Session, path: string, tree: string, at: number): Promise<void> {
  const { found } = await readTree(session.engine, tree, { revision: at, keysOnly: true })
  const deeper = found.filter((one) => one.path !== tree).length
  if (deeper > 0) session.note(`kv list: nothing so near below ${path}, but ${deeper} keys are deeper: see --all`)
}
