/** `deadbeat job history`: the attempts of a job that are over. */
import { readHistory } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { atLeastOne } from '../kv/options.js'
import type { Session } from '../kv/session.js'
import { timeText } from './describe.js'
import { oneState } from './one-state.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
The attempts that are over, the last first, as many as are kept: number, when and for how long, where, how it ended and why.
Starts that were skipped stand there, too: as an attempt if none was made, else below the attempt that they belong to.

  deadbeat job history the.answer
  deadbeat job history the.answer --last 3 --json
`

interface Flags extends JobFlags {
  readonly last?: number
  readonly on?: string
}

/** Add the command to the program. */
export function addHistory(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'history',
    summary: 'the attempts that are over',
    help: HELP,
    extend: (command) =>
      command
        .argument('<path>', 'the job')
        .option('--last <n>', 'only the last so many', atLeastOne)
        .option('--on <node>', 'of which node, where all run it'),
    act: history,
  })
}

async function history(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  const { node, state } = await oneState(jobs, id, flags.on)
  const records = await readHistory(jobs.kv, jobs.keys, id, node, state.attempt, (_, { message }) =>
    session.note(message),
  )
  for (const record of records.slice(0, flags.last)) {
    const { attempt, started, stopped, outcome, error, exit } = record
    const took = `${(stopped - started).toFixed(1)} s`
    const why = error === null || error === undefined ? (exit?.why ?? '') : `${error.name}: ${error.message}`
    session.tell([attempt, timeText(started), took, record.node || '-', outcome, why].join('  '), { ...record })
    if (session.isJson || outcome === 'skipped') continue
    for (const { first, why: reason } of record.skipped ?? [])
      session.tell(['-', timeText(first), '-', '-', 'skipped', reason].join('  '), {})
  }
  return 0
}
