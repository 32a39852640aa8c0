/** `deadbeat kv get`: the values of keys, now or as they were. */
import type { Kv } from '../../kv/engine/engine.js'
import { keyOf } from '../../kv/path.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { toRevision } from './options.js'
import type { Session } from './session.js'
import { escapeLines, keyFields, lineOf, textOf } from './show.js'

const HELP = `
One value is printed as it is, and a line feed; on a terminal with its control characters escaped. Of several paths each
is a line, PATH = VALUE, with -q the value alone; all are read from the same state.

  deadbeat kv get /app/limit
  deadbeat kv get /app/limit --rev 1200              as it was
  deadbeat kv get /app/logo --raw > logo.png         the bytes, and nothing else
  deadbeat kv get /app/limit /app/mode --json        {"revision":…,"keys":[{"path":…,"value":…,"modRevision":…}, …]}

A value that is no text has "base64" in place of "value" in JSON; a key that isn't there has null, and the code is 66.
`

interface Flags {
  readonly rev?: number
  readonly raw?: true
}

/** Add the command to the program. */
export function addGet(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'get',
    summary: 'print the values of keys',
    help: HELP,
    extend: (command) =>
      command
        .argument('<path...>', 'the keys')
        .option('--rev <revision>', 'as of this revision', toRevision)
        .option('--raw', 'print the bytes of one value, and nothing else'),
    act: get,
  })
}

async function get(session: Session, words: readonly string[], { rev, raw }: Flags): Promise<number> {
  if (raw === true && words.length > 1) throw new KvCommandError('--raw takes one path', KV_EXIT.usage)
  const paths = words.map((path) => ({ path, key: keyOf(session.toRead(path)) }))
  let at = rev
  const found: { path: string; kv: Kv | undefined }[] = []
  for (let from = 0; from < paths.length; from += session.engine.opsMax) {
    const part = paths.slice(from, from + session.engine.opsMax)
    const read = await session.engine.range(
      part.map(({ key }) => ({ key })),
      at,
    )
    at = read.revision
    part.forEach(({ path }, i) => found.push({ path, kv: read.results[i]?.kvs[0] }))
  }
  if (session.isJson) {
    const keys = found.map(({ path, kv }) => (kv === undefined ? { path, value: null } : keyFields(path, kv)))
    session.around.out(`${JSON.stringify({ revision: at, keys })}\n`)
  } else show(session, found, raw === true)
  const missing = found.filter(({ kv }) => kv === undefined)
  for (const { path } of missing) session.note(`kv get: there is no ${path}${rev === undefined ? '' : ` at ${rev}`}`)
  return missing.length > 0 ? KV_EXIT.notFound : KV_EXIT.ok
}

function show(session: Session, found: readonly { path: string; kv: Kv | undefined }[], isRaw: boolean): void {
  const { out, isTerminal } = session.around
  const [only] = found
  if (found.length > 1) {
    for (const { path, kv } of found) {
      if (kv !== undefined) out(`${session.isQuiet ? '' : `${lineOf(Buffer.from(path))} = `}${lineOf(kv.value)}\n`)
    }
  } else if (only?.kv !== undefined) {
    if (isRaw) out(only.kv.value)
    else if (isTerminal.out) out(`${escapeLines(textOf(only.kv.value) ?? lineOf(only.kv.value))}\n`)
    else out(Buffer.concat([only.kv.value, Buffer.from('\n')]))
  }
}
