/** `deadbeat job monitor`: what happens to the jobs and nodes of a group, as it happens. */
import type { CacheChange, Json } from '../../kv/index.js'
import { formatPath, readJobState, type JobState, type Keys } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { atLeastOne } from '../kv/options.js'
import type { Session } from '../kv/session.js'
import { timeText } from './describe.js'
import { jobsOf, type JobFlags, type Jobs } from './where.js'

const HELP = `
A line for each start and end of a job, for each change of what is wished of one, and for each node that comes and goes.
It begins with what is so now and goes on until Ctrl-C.

  deadbeat job monitor
  deadbeat job -g lab -n - monitor --json
`

interface Flags extends JobFlags {
  readonly count?: number
}

/** Add the command to the program. */
export function addMonitor(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'monitor',
    summary: 'what happens, as it happens',
    help: HELP,
    limit: 'asked',
    extend: (command) => command.option('--count <n>', 'end after so many lines', atLeastOne),
    act: monitor,
  })
}

interface Line {
  readonly what: 'job' | 'state' | 'node'
  readonly name: string
  readonly text: string
}

async function monitor(session: Session, _words: readonly string[], flags: Flags): Promise<number> {
  const jobs = jobsOf(session, flags)
  const interrupted = session.around.interrupted()
  let left = flags.count ?? Infinity
  let stop: () => void = () => undefined
  const enough = new Promise<void>((resolve) => (stop = resolve))
  interrupted.addEventListener('abort', stop)
  const tell = (line: Line | null): void => {
    if (line === null || left <= 0) return
    const time = jobs.kv.clock.wall() / 1000
    session.tell(`${timeText(Math.round(time))} ${line.what} ${line.name} ${line.text}`, { time, ...line })
    left -= 1
    if (left === 0) stop()
  }
  const caches = watched(jobs).map(([root, read]) => {
    const cache = jobs.kv.treeCache(root)
    cache.onChange((change) => tell(read(change, root)))
    return cache
  })
  try {
    await Promise.race([enough, Promise.all(caches.map((cache) => cache.ready)).then(() => enough)])
  } finally {
    await Promise.all(caches.map((cache) => cache[Symbol.asyncDispose]()))
  }
  return 0
}

type Read = (change: CacheChange, root: string) => Line | null

function watched({ keys, place }: Jobs): [root: string, read: Read][] {
  const { kind, group, node } = place
  const named = (change: CacheChange, root: string): string => formatPath(keys.below(root, change.path) ?? [])
  const states = kind === 'all' ? statesOfAll(keys, group) : keys.states(kind, group, node ?? '')
  return [
    [
      keys.jobs(kind, group, node),
      (change, root) => ({ what: 'job', name: named(change, root), text: jobText(change) }),
    ],
    [states, (change, root) => stateLine(named(change, root), change)],
    [keys.members(kind, group), (change, root) => memberLine(named(change, root), change)],
  ]
}

/** Of all nodes. */
function statesOfAll(keys: Keys, group: string): string {
  return keys.states('all', group, 'x').replace(/\/x$/, '')
}

function jobText({ kind }: CacheChange): string {
  return kind === 'added' ? 'is there' : kind === 'changed' ? 'was changed' : 'was deleted'
}

function stateLine(name: string, { value, before }: CacheChange): Line | null {
  if (value === null) return null
  const [is, was] = [stateOf(value), before === null ? null : stateOf(before)]
  if (is === null) return { what: 'state', name, text: 'can not be read' }
  if (is.node !== null) return { what: 'state', name, text: `runs on ${is.node}, attempt ${is.attempt}` }
  if (was !== null && was.node === null && was.attempt === is.attempt) return null
  const why = is.error === null ? '' : `: ${is.error.name}: ${is.error.message}`
  return { what: 'state', name, text: `ended: ${is.outcome ?? '-'}${why}` }
}

function stateOf(text: string): JobState | null {
  try {
    return readJobState(JSON.parse(text) as Json)
  } catch {
    return null // What else could be told of it: the line says so.
  }
}

function memberLine(name: string, { kind }: CacheChange): Line | null {
  if (kind === 'changed') return null
  return { what: 'node', name, text: kind === 'added' ? 'is there' : 'is gone' }
}
