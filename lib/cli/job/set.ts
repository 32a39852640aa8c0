/** `deadbeat job set`: write a job, or change what is written of it. */
import { InvalidArgumentError } from 'commander'
import type { JsonObject } from '../../kv/index.js'
import { parsePath, viewGroup } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import { keyRevision } from '../kv/options.js'
import type { Session } from '../kv/session.js'
import { standing } from './describe.js'
import { addPair } from './pairs.js'
import { readVariable, REMOVED, VARIABLES_HELP } from './read-variable.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, type JobFlags, type Jobs } from './where.js'

const HELP = `
What isn't named stays as it is. A job that isn't there yet needs --code, --app or --copy. Times are in seconds.

  deadbeat job set a.question -c the.answer -t 0                 once, at once
  deadbeat job set backup --app /srv/backup.ts --cron '0 3 * * *' --time-zone Europe/Berlin
  deadbeat job set lamp -c transform.scale -s factor 2 -s src .room.raw -r 60
  deadbeat job set lamp -t -                                     no more
${VARIABLES_HELP}`

type Fields = Readonly<Record<string, string | number | boolean | undefined>>

interface Flags extends JobFlags {
  readonly copy?: string
  readonly in?: string
  readonly variable?: ReadonlyMap<string, string>
  readonly label?: ReadonlyMap<string, string>
  readonly limit?: ReadonlyMap<string, string>
  readonly rev?: number
}

/** The options that are fields of a job as they are. */
const TEXTS = {
  code: ['-c, --code <path>', 'the stored code that it runs'],
  app: ['--app <app>', 'the app that it runs: a name, or the whole path of a file on the node'],
  cron: ['--cron <pattern>', 'when it starts again; - for no more'],
  timeZone: ['--time-zone <zone>', 'in which the pattern is meant; UTC'],
  overlap: ['--overlap <what>', 'when it is due and still runs: forbid or replace'],
  tier: ['--tier <tier>', 'how well it is shut in: plain or confined'],
  info: ['-i, --info <text>', 'what it is for'],
} as const

const NUMBERS = {
  repeat: ['-r, --repeat <s>', 'how long after a success it starts again; 0, never'],
  okAfter: ['-k, --ok-after <s>', 'after how long it is taken for good'],
  delay: ['-d, --delay <s>', 'the wait after a failure'],
  backoff: ['-b, --backoff <factor>', 'by which that grows with each in a row'],
  maxDelay: ['--max-delay <s>', 'the longest wait'],
  jitter: ['--jitter <part>', 'which part of it is left to chance, 0 to 1'],
  maxAttempts: ['--max-attempts <n>', 'after how many failures in a row nothing is tried any more; 0, never'],
  deadline: ['--deadline <s>', 'how long one attempt may take'],
  startDeadline: ['--start-deadline <s>', 'how late a start may be made up for'],
} as const

/** Add the command to the program. */
export function addSet(program: KvProgram): void {
  addKvCommand<Flags & Fields>(program, {
    name: 'set',
    summary: 'write a job',
    help: HELP,
    makesStore: true,
    extend: (command) => {
      command
        .argument('<path>', 'the job')
        .option('-t, --target <s>', 'start in so many seconds; - for not at all')
        .option('-C, --copy <path>', 'begin with what is written of that job')
        .option('-s, --variable <name value>', 'a variable for the code', pair)
        .option('--label <name value>', 'what a node must say of itself to run it', pair)
        .option('--limit <name value>', 'memoryBytes, cpuSeconds, openFiles, logBytes, graceMs, heartbeatMs, …', pair)
        .option('--failover', 'of a job at one node: others of the group take it when that node is gone')
        .option('--no-failover', 'it waits for its node')
        .option('--config <json>', 'the configuration of the app')
        .option('--rev <revision>', 'only if it was not written since; 0: only if it is not there', keyRevision)
      for (const [flag, text] of [...Object.values(TEXTS), ...Object.values(NUMBERS)]) command.option(flag, text)
      return command
    },
    act: set,
  })
}

async function set(session: Session, [path = '']: readonly string[], flags: Flags & Fields): Promise<number> {
  const jobs = jobsOf(session, flags)
  const id = jobAt(jobs, path)
  const template = flags.copy === undefined ? {} : await templateOf(jobs, flags.copy)
  const job = await jobs.store.set(id, (written) => changed(jobs, path, { ...template, ...written }, flags), flags.rev)
  const [state] = await jobs.store.states(id)
  const now = jobs.kv.clock.wall() / 1000
  const view = await viewGroup(jobs.kv, jobs.keys, jobs.place)
  const text = state === undefined ? '' : `: ${standing(job, state, view, now).text}`
  session.tell(`${path} is written${text}`, { path, entry: job.entry, revision: job.revision })
  return 0
}

async function templateOf(jobs: Jobs, path: string): Promise<JsonObject> {
  const { written } = await requireJob(jobs, { ...jobs.place, path: parsePath(path) })
  const { target: _target, ...template } = written as JsonObject
  return template
}

function changed(jobs: Jobs, path: string, before: JsonObject, flags: Flags & Fields): JsonObject {
  const entry: Record<string, unknown> = { ...before }
  for (const field of Object.keys(TEXTS)) if (flags[field] !== undefined) entry[field] = flags[field]
  for (const field of Object.keys(NUMBERS)) if (flags[field] !== undefined) entry[field] = Number(flags[field])
  if (flags['cron'] === '-') delete entry['cron']
  if (flags['code'] !== undefined) delete entry['app']
  if (flags['app'] !== undefined) delete entry['code']
  if (flags['failover'] !== undefined) entry['failover'] = flags['failover']
  if (flags['config'] !== undefined) entry['config'] = configOf(String(flags['config']))
  if (flags['target'] !== undefined) entry['target'] = targetOf(String(flags['target']), jobs)
  if (flags.variable !== undefined) entry['data'] = merged(before['data'], flags.variable, readVariable)
  if (flags.label !== undefined)
    entry['labels'] = merged(before['labels'], flags.label, (text) => (text === '=-' ? REMOVED : text))
  if (flags.limit !== undefined) entry['limits'] = merged(before['limits'], flags.limit, readVariable)
  if (entry['code'] === undefined && entry['app'] === undefined)
    throw new KvCommandError(`${path} is a new job: say what it runs by --code, --app or --copy`, KV_EXIT.usage)
  return entry as JsonObject
}

function targetOf(text: string, { kv }: Jobs): number | null {
  if (text === '-') return null
  const seconds = Number(text)
  if (text.trim() === '' || !Number.isFinite(seconds))
    throw new KvCommandError(`--target must be seconds from now, or -: it is ${JSON.stringify(text)}`, KV_EXIT.usage)
  return kv.clock.wall() / 1000 + seconds
}

function configOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new KvCommandError(`--config must be JSON: it is ${JSON.stringify(text)}`, KV_EXIT.usage, { cause: error })
  }
}

function merged(
  before: unknown,
  given: ReadonlyMap<string, string>,
  read: (text: string) => unknown,
): Record<string, unknown> {
  const all = new Map(Object.entries(Object(before) as object) as [string, unknown][])
  for (const [name, text] of given) {
    const value = read(text)
    if (value === REMOVED) all.delete(name)
    else all.set(name, value)
  }
  return Object.fromEntries(all)
}

function pair(text: string, before?: ReadonlyMap<string, string>): Map<string, string> {
  const pairs = addPair(text, before)
  if (pairs === null) throw new InvalidArgumentError('It must be a name and a value: two words.')
  return pairs
}
