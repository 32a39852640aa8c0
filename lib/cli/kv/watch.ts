/** `deadbeat kv watch`: every change of a key, or of what lies below a path, as it happens. */
import { KV_EXIT } from './exits.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { atLeastOne } from './options.js'
import type { Session } from './session.js'
import { MARKS_HELP, tellChange } from './tell-change.js'
import { runChild, startedWith } from './run-child.js'
import { TreeWatch, type TreeChange } from './tree-watch.js'

const HELP = `
A line for each key that is there, then one for each change, until Ctrl-C (code 0): the revision, a mark, the path and the
value. The marks: ${MARKS_HELP}.
Nothing is lost, whatever the link does. If the store has compacted away what came meanwhile, that is told, and the
difference between the states follows.

  deadbeat kv watch /app/limit
  deadbeat kv watch /app --all                       /app and all that lies below it
  deadbeat kv watch /app --all --diff                of what has changed, the lines that did
  deadbeat kv watch /app/limit --count 1             what it is; with --changes --count 1: wait for a change
  deadbeat kv watch /app --all --json                {"revision":…,"what":"changed","path":…,"value":…} a line
  deadbeat kv watch /app --all -- systemctl reload app

The command behind -- runs for each change, one after the other, with DEADBEAT_KV_PATH, DEADBEAT_KV_WHAT (created, changed,
deleted) and DEADBEAT_KV_REVISION in its environment and the value on its stdin. What comes meanwhile waits in the store's
history. If it fails, that is told, and the watch goes on.
`

interface Flags {
  readonly all?: true
  readonly diff?: true
  readonly changes?: true
  readonly count?: number
}

/** Add the command to the program. */
export function addWatch(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'watch',
    summary: 'follow a key, or what lies below a path, as it changes',
    help: HELP,
    limit: 'asked',
    makesStore: true,
    extend: (command) =>
      command
        .argument('<path>', 'the key')
        .argument('[command...]', 'what to run for each change, behind --')
        .option('-a, --all', 'the key and all that lies below it')
        .option('--diff', 'of what has changed, print the lines that did')
        .option('--changes', 'leave out what is there already')
        .option('--count <n>', 'end after so many lines', atLeastOne),
    act: watch,
  })
}

async function watch(session: Session, [path = '', ...command]: readonly string[], flags: Flags): Promise<number> {
  const { count = Infinity } = flags
  const isTree = flags.all === true
  const until = session.around.interrupted()
  const following = await TreeWatch.open(session.engine, isTree ? session.toTree(path) : session.toRead(path), isTree)
  until.addEventListener('abort', () => following.close())
  let left = count
  const show = (change: TreeChange): void => {
    tellChange(session, { ...change, path: session.shown(change.path) }, flags.diff)
    left--
  }
  if (flags.changes !== true) {
    for (const [its, now] of following.state) {
      if (left > 0) show({ revision: now.mod, what: 'is', path: its, now })
    }
  }
  if (left <= 0 || until.aborted) {
    following.close()
    return KV_EXIT.ok
  }
  for await (const step of following) {
    if (step.gap !== null) {
      const [from, to] = step.gap
      session.note(`kv watch: the history from ${from} to ${to} was compacted before it came; the difference follows`)
    }
    for (const change of step.changes) {
      if (left <= 0) break
      show(change)
      if (command.length > 0) await runFor(session, change, command)
    }
    if (left <= 0) break
  }
  return KV_EXIT.ok
}

async function runFor(session: Session, change: TreeChange, command: readonly string[]): Promise<void> {
  const { code, by } = await runChild(command, {
    env: {
      ...session.around.env,
      DEADBEAT_KV_PATH: session.shown(change.path),
      DEADBEAT_KV_WHAT: change.what,
      DEADBEAT_KV_REVISION: String(change.revision),
    },
    input: change.now?.value ?? new Uint8Array(0),
  })
  if (code !== 0) session.note(`kv watch: ${startedWith(command)} ended with ${by ?? `code ${code}`}`)
}
