/** `deadbeat error dump`: what is wrong, or was. */
import { errorPath, type ErrorDetail, type ErrorRecord } from '../../runner/index.js'
import { timeText } from '../job/describe.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { recordsOf } from './records.js'

const HELP = `
A line for each thing that is wrong: subsystem, path, how bad, how often, since when, when last, and what.

  deadbeat error dump -r                     also what is resolved
  deadbeat error dump -n n1 -p room          what node n1 has seen at or below room
  deadbeat error dump -a -v --json           everything, one object a line
`

interface Flags {
  readonly node?: string
  readonly subsystem?: string
  readonly resolved?: true
  readonly path?: string
  readonly all?: true
  readonly verbose?: true
}

const SEVERITIES = ['fatal', 'error', 'warning', 'info', 'note', 'debug', 'trace', '7']

/** Add the command to the program. */
export function addDump(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'dump',
    summary: 'what is wrong',
    help: HELP,
    extend: (command) =>
      command
        .option('-n, --node <name>', 'only what this node has seen')
        .option('-s, --subsystem <name>', 'only of this subsystem: run, compile, …')
        .option('-r, --resolved', 'what is resolved, too')
        .option('-p, --path <path>', 'only at or below this path')
        .option('-a, --all', 'what each node says')
        .option('-v, --verbose', 'with stacks and data'),
    act: dump,
  })
}

async function dump(session: Session, _words: readonly string[], flags: Flags): Promise<number> {
  const errors = recordsOf(session)
  const { node, subsystem, path = ':' } = flags
  const resolved = flags.resolved === true ? undefined : false
  for (const record of await errors.list({ node, subsystem, resolved, path: errorPath({ path }) })) {
    const isWhole = flags.all === true || flags.verbose === true
    const whole = isWhole ? await errors.get(record.subsystem, errorPath(record)) : null
    session.tell(lineOf(record), { ...record, ...(whole === null ? {} : { details: whole.details }) })
    if (session.isJson) continue
    for (const [from, detail] of Object.entries(whole?.details ?? {})) {
      if (node === undefined || node === from) tellDetail(session, from, detail, flags.verbose === true)
    }
  }
  return 0
}

function lineOf({ subsystem, path, severity, count, firstSeen, lastSeen, resolved, message }: ErrorRecord): string {
  const since =
    count === 1 ? timeText(lastSeen) : `${count} times since ${timeText(firstSeen)}, last ${timeText(lastSeen)}`
  const state = resolved === false ? (SEVERITIES[severity] ?? String(severity)) : `resolved ${timeText(resolved)}`
  return [subsystem, path, state, since, message].join('  ')
}

function tellDetail(session: Session, node: string, detail: ErrorDetail, isVerbose: boolean): void {
  const { seen, text, comment, trace, data } = detail
  const words = [timeText(seen), text, comment].filter((word) => word !== '')
  session.tell(`  ${node}: ${words.join('  ')}`, {})
  if (!isVerbose) return
  for (const line of trace) session.tell(`    ${line}`, {})
  if (Object.keys(data).length > 0) session.tell(`    data: ${JSON.stringify(data)}`, {})
}
