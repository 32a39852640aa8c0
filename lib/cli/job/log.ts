/** `deadbeat job log`: what an attempt of a job has written. */
import { parseLine, plain, stackOf } from '../../log/line.js'
import { saidBy } from '../../log/text.js'
import { followLog, readLog, type LogLine } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import { atLeastOne } from '../kv/options.js'
import type { Session } from '../kv/session.js'
import { timeText } from './describe.js'
import { oneState } from './one-state.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
What the last attempt has written to its log, or the one that is named, as far as it is kept. With --follow what it still
writes, too, until it ends.

  deadbeat job log the.answer
  deadbeat job log the.answer --follow
  deadbeat job log the.answer --attempt 3
  deadbeat job -n - log everywhere --on n1
`

interface Flags extends JobFlags {
  readonly attempt?: number
  readonly follow?: true
  readonly on?: string
}

/** Add the command to the program. */
export function addLog(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'log',
    summary: 'what an attempt has written',
    help: HELP,
    limit: 'asked',
    extend: (command) =>
      command
        .argument('<path>', 'the job')
        .option('--attempt <n>', 'which attempt; the last', atLeastOne)
        .option('-f, --follow', 'go on until it ends')
        .option('--on <node>', 'of which node, where all run it'),
    act: log,
  })
}

async function log(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  const { node, state } = await oneState(jobs, id, flags.on)
  const attempt = flags.attempt ?? state.attempt
  if (attempt > state.attempt)
    throw new KvCommandError(`${path} has had ${state.attempt} attempts: there is no ${attempt}`, KV_EXIT.notFound)
  const tell = (line: LogLine): void => {
    const [said, ...below] = shownText(line.text)
    session.tell(`${timeText(line.time)} ${line.level} ${said}`, { attempt, ...line })
    if (!session.isJson) for (const frame of below) session.tell(frame, {})
  }
  const onSpoilt = ({ message }: Error): void => session.note(message)
  if (flags.follow !== true) {
    for (const line of await readLog(jobs.kv, jobs.keys, id, node, attempt, { onSpoilt })) tell(line)
    return KV_EXIT.ok
  }
  const signal = session.around.interrupted()
  try {
    for await (const line of followLog(jobs.kv, jobs.keys, id, node, attempt, { signal, onSpoilt })) tell(line)
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return KV_EXIT.ok
}

/** A line of an app's log as people read it: message and fields, and below them the stack of an error; all else as it is. */
function shownText(text: string): string[] {
  const line = text.startsWith('{') ? parseLine(text) : null
  if (line === null || plain(line['msg']) === '') return [text]
  const stack = stackOf(line)
  return [saidBy(line), ...(stack === '' ? [] : stack.split('\n').map((frame) => `    ${frame}`))]
}
