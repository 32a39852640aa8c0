/** `deadbeat kv delete`: exactly the key, or the key and all that lies below it. */
import type { Compare, Op } from '../../kv/engine/engine.js'
import type { Range } from '../../kv/engine/range.js'
import { ConfigVanished } from '../../kv/errors.js'
import { comparePaths, depthOf, keyOf, pathOf } from '../../kv/path.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { confirm } from './confirm.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import type { Session } from './session.js'
import { lineOf } from './show.js'
import { levelBelow, readTree } from './subtree.js'

const HELP = `
PATH is the key itself and no other. With --recursive it is the key and PATH/..., and never /ab beside /a; it may be / then.
All goes in one transaction. More than one key is asked about on a terminal, and needs --yes elsewhere. What was deleted
is printed, a path a line.

  deadbeat kv delete /pb/pb-1
  deadbeat kv delete /pb/pb-1 --recursive --dry-run
  deadbeat kv delete /pb/pb-1 --recursive --yes
  deadbeat kv delete /pb/pb-1 --if-exists            no error if it isn't there
`

/** How many levels below the deepest one that was found are deleted as well, if somebody is just adding them. */
const LEVELS_MORE = 4

interface Flags {
  readonly recursive?: true
  readonly yes?: true
  readonly ifExists?: true
  readonly dryRun?: true
}

/** Add the command to the program. */
export function addDelete(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'delete',
    summary: 'delete a key, or a key and what lies below it',
    help: HELP,
    limit: 'asked',
    extend: (command) =>
      command
        .argument('<path>', 'the key')
        .option('-r, --recursive', 'all that lies below it, too')
        .option('-y, --yes', 'ask nothing')
        .option('--if-exists', 'no error if there is nothing to delete')
        .option('-n, --dry-run', 'print what would be deleted, and delete nothing'),
    act: remove,
  })
}

async function remove(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const isRecursive = flags.recursive === true
  const whole = isRecursive ? session.toTree(path) : session.toRead(path)
  const { engine } = session
  const tree = await readTree(engine, whole, { keysOnly: true, levels: isRecursive ? Infinity : 0 })
  const paths = tree.found.map((one) => one.path)
  if (paths.length === 0) return nothing(path, flags)
  if (flags.dryRun === true) return told(session, paths, { dryRun: true })
  const isAsked = paths.length > 1 && flags.yes !== true
  if (isAsked && !(await consent(session, path, paths))) return KV_EXIT.different
  const deepest = Math.max(...paths.map(depthOf)) + LEVELS_MORE
  const ranges: Range[] = [
    ...(whole === '' ? [] : [{ key: keyOf(whole) }]),
    ...(isRecursive ? levels(whole, deepest) : []),
  ]
  // Who was asked about these keys has agreed to these keys, as they were.
  const unchanged = ranges.map((range): Compare => ({ ...range, target: 'mod', is: '<', than: tree.revision + 1 }))
  const ops = ranges.flatMap((range): Op[] => [
    { op: 'range', ...range, keysOnly: true },
    { op: 'delete', ...range },
  ])
  const { ok, revision, results } = await engine.commit(isAsked ? unchanged : [], ops)
  if (!ok) {
    const message = `keys were written at or below ${path} meanwhile, so that nothing was deleted: see, and try again`
    throw new KvCommandError(message, KV_EXIT.conflict)
  }
  const deleted = results.flatMap((result) => (result.op === 'range' ? result.kvs.map(({ key }) => pathOf(key)) : []))
  const gone = deleted.filter((one) => one !== null).sort(comparePaths)
  return gone.length === 0 ? nothing(path, flags) : told(session, gone, { revision })
}

function levels(whole: string, deepest: number): Range[] {
  const top = depthOf(whole)
  return Array.from({ length: deepest - top }, (_, i) => levelBelow(whole, top + 1 + i))
}

function nothing(path: string, flags: Flags): number {
  if (flags.ifExists !== true) throw new ConfigVanished(path, 'delete')
  return KV_EXIT.ok
}

function told(session: Session, paths: readonly string[], more: { revision: number } | { dryRun: true }): number {
  const deleted = paths.map((path) => session.shown(path))
  if (session.isJson) session.around.out(`${JSON.stringify({ deleted, ...more })}\n`)
  else if (!session.isQuiet) {
    const verb = 'dryRun' in more ? 'would delete' : 'deleted'
    for (const path of deleted) session.around.out(`${verb} ${lineOf(Buffer.from(path))}\n`)
  }
  return KV_EXIT.ok
}

async function consent(session: Session, path: string, paths: readonly string[]): Promise<boolean> {
  const shown = paths.slice(0, 10).map((one) => `  ${session.shown(one)}`)
  const more = paths.length > shown.length ? [`  and ${paths.length - shown.length} more`] : []
  return await confirm(session, [`${paths.length} keys are at or below ${path}:`, ...shown, ...more], 'Delete them?')
}
