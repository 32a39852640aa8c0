/** `deadbeat kv status`: which store this is, and how it fares. */
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { keptOf } from './history.js'
import type { Session } from './session.js'
import { ALL_PATHS } from './subtree.js'

const HELP = `
  deadbeat kv status                       which store, its version, its revision, how far its history goes, how many keys
  deadbeat kv status --json --timeout 5s   {"store":…,"version":…,"revision":…,"oldestRevision":…,"keys":…}

The keys are all of the store, whatever the prefix. That it answers is code 0; 69, it can't be reached.
`

/** Add the command to the program. */
export function addStatus(program: KvProgram): void {
  addKvCommand<object>(program, {
    name: 'status',
    summary: 'say which store it is, and how it fares',
    help: HELP,
    extend: (command) => command,
    act: status,
  })
}

async function status(session: Session): Promise<number> {
  const { engine } = session
  const version = await engine.version()
  const { oldest } = await keptOf(engine)
  const { revision, results } = await engine.range([{ ...ALL_PATHS, countOnly: true }])
  const keys = results[0]?.count ?? 0
  session.tell(`store     ${engine.name}`, { store: engine.name, version, revision, oldestRevision: oldest, keys })
  if (session.isJson || session.isQuiet) return KV_EXIT.ok
  session.around.out(`version   ${version}\nrevision  ${revision}, history from ${oldest} on\nkeys      ${keys}\n`)
  return KV_EXIT.ok
}
