/** `deadbeat kv export`: a part of a store as a file. */
import { formatYaml } from '../../conf/yaml.js'
import { NO_LEASE } from '../../kv/engine/lease-id.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { dumpEntry, dumpOf } from './dump.js'
import { KV_EXIT } from './exits.js'
import { toRevision } from './options.js'
import type { Session } from './session.js'
import { readTree } from './subtree.js'

const HELP = `
PATH and all that lies below it, as of one revision, on stdout; without PATH everything. Values come back to the byte: JSON
is JSON in the file, too, other text is text, other bytes are base64. import reads it, into any store.

  deadbeat kv export > all.json
  deadbeat kv export /app --yaml > app.yaml
  deadbeat kv export /app --rev 1200 > before.json
  deadbeat kv export --url file:///var/lib/app/kv | deadbeat kv import - --url etcd://etcd:2379

What goes with a lease belongs to whoever keeps that alive; it is in the file, marked so, and how many is told on stderr.
`

interface Flags {
  readonly yaml?: true
  readonly rev?: number
}

/** Add the command to the program. */
export function addExport(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'export',
    summary: 'write a key and what lies below it to a file',
    help: HELP,
    limit: 'asked',
    extend: (command) =>
      command
        .argument('[path]', 'the key', '/')
        .option('--yaml', 'as YAML')
        .option('--rev <revision>', 'as of this revision', toRevision),
    act: dump,
  })
}

async function dump(session: Session, [path = '/']: readonly string[], { yaml, rev }: Flags): Promise<number> {
  const { revision, found } = await readTree(session.engine, session.toTree(path), { revision: rev })
  const file = dumpOf(
    path,
    revision,
    found.map(({ path: its, kv }) => [session.shown(its), dumpEntry(kv.value, kv.lease)]),
  )
  session.around.out(yaml === true ? formatYaml(file) : `${JSON.stringify(file, null, 2)}\n`)
  const leased = found.filter(({ kv }) => kv.lease !== NO_LEASE).length
  if (leased > 0)
    session.note(`kv export: ${leased} keys go with a lease; import leaves them out unless it is told --leased`)
  return KV_EXIT.ok
}
