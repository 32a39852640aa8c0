/**
 * A fleet of any size on one store in memory and one clock that is moved by hand: what it costs while nothing happens,
 * and how it takes the death of some of its nodes. The processes of jobs are played; everything else is what runs.
 */
import { setImmediate } from 'node:timers/promises'
import { startFleet, type FakeRun } from '../node/kit.js'
import type { Node } from '../../../lib/runner/index.js'

/** How large it is. */
export interface FleetSize {
  readonly groups: number
  /** In each group. */
  readonly nodes: number
  readonly jobs: number
  /** How many of the jobs of a group run when nodes die. */
  readonly due: number
  /** How many nodes of each group die. */
  readonly deaths: number
  readonly onStep?: (what: string) => void
}

/** What was seen. Times are of the simulated clock. */
export interface Seen {
  readonly nodes: number
  readonly jobs: number
  /** In one minute in which nothing is due. */
  readonly idle: { readonly writes: number; readonly keepAlives: number; readonly reads: number }
  /** How long until every due job ran. */
  readonly startMs: number
  /** What each of these starts cost, of all nodes of its group together: the one that got it, and those that came late. */
  readonly perStart: { readonly reads: number; readonly commits: number }
  /** How long until every job of a dead node ran elsewhere, and how many there were. */
  readonly failOverMs: number
  readonly failedOver: number
  /** How often a job had two live processes: whoever sees one counts. */
  readonly doubles: number
  /** Keys of the store for each job that has not run, and for one that runs. */
  readonly keysWaiting: number
  readonly keysRunning: number
  /** Of the whole process, for each node. */
  readonly heapBytesPerNode: number
  readonly realMs: number
}

const TTL_MS = 10_000
const HOUR_S = 3600

/** Play it. */
export async function simulate({
  groups,
  nodes,
  jobs,
  due,
  deaths,
  onStep = () => undefined,
}: FleetSize): Promise<Seen> {
  const begun = performance.now()
  const fleet = startFleet()
  const names = Array.from({ length: groups }, (_, group) => `g${group}`)
  try {
    for (const group of names) await putJobs(fleet, group, jobs)
    const keysBefore = await countKeys(fleet)
    onStep(`${groups * jobs} jobs are written`)
    const members: Node[] = []
    for (const group of names) {
      for (let at = 0; at < nodes; at++)
        members.push(
          await fleet.node(`${group}n${at}`, { groups: [group], kinds: ['any'], capacity: due, ttlMs: TTL_MS }),
        )
    }
    onStep(`${members.length} nodes are open`)
    const counts = countCalls(fleet)
    const revision = await revisionOf(fleet)
    await settle(fleet, 60_000)
    const { commits: _commits, ...calls } = counts
    const idle = { ...calls, writes: (await revisionOf(fleet)) - revision }
    onStep('a minute has passed')

    const before = { ...counts }
    const dueAt = fleet.clock.now()
    const target = fleet.now()
    for (const group of names) {
      for (let at = 0; at < due; at++) await fleet.put({ kind: 'any', group, path: ['job', String(at)] }, { target })
    }
    const watchDoubles = doublesOf(fleet)
    await fleet.until(() => fleet.running().length === groups * due, { stepMs: 10 })
    const startMs = fleet.clock.now() - dueAt
    const each = (count: number): number => count / (groups * due)
    const perStart = { reads: each(counts.reads - before.reads), commits: each(counts.commits - before.commits) }
    onStep(`${groups * due} jobs run`)
    const keysRunning = ((await countKeys(fleet)) - keysBefore) / (groups * due)

    const dead = new Set(names.flatMap((group) => Array.from({ length: deaths }, (_, at) => `${group}n${at}`)))
    const orphans = fleet.running().filter(({ node }) => dead.has(node))
    const diedAt = fleet.clock.now()
    for (const name of dead) fleet.cut(name)
    // A node that is cut off ends its jobs by itself; others may take them when its lease is over.
    const isOver = (): boolean =>
      watchDoubles() >= 0 && fleet.running().filter(({ node }) => !dead.has(node)).length === groups * due
    await fleet.until(isOver, { stepMs: 50 })
    const failOverMs = fleet.clock.now() - diedAt
    onStep(`${orphans.length} jobs of ${dead.size} dead nodes run elsewhere`)
    return {
      ...{
        nodes: members.length,
        jobs: groups * jobs,
        idle,
        startMs,
        perStart,
        failOverMs,
        failedOver: orphans.length,
      },
      ...{ doubles: watchDoubles(), keysWaiting: keysBefore / (groups * jobs), keysRunning },
      heapBytesPerNode: process.memoryUsage().heapUsed / members.length,
      realMs: performance.now() - begun,
    }
  } finally {
    await fleet.close()
  }
}

type Fleet = ReturnType<typeof startFleet>

async function putJobs(fleet: Fleet, group: string, jobs: number): Promise<void> {
  const target = fleet.now() + 24 * HOUR_S
  for (let first = 0; first < jobs; first += 100) {
    await fleet.kv.transact(async (txn) => {
      for (let at = first; at < Math.min(first + 100, jobs); at++) {
        const key = fleet.keys.job({ kind: 'any', group, path: ['job', String(at)] })
        await txn.put(key, JSON.stringify({ code: 'x', target: target + at }), { lease: null })
      }
    })
  }
}

/** What each node asks of the store, from now on. */
function countCalls(fleet: Fleet): { keepAlives: number; reads: number; commits: number } {
  const counts = { keepAlives: 0, reads: 0, commits: 0 }
  for (const link of fleet.links.values()) {
    const [keepAlive, range, commit] = [link.keepAlive.bind(link), link.range.bind(link), link.commit.bind(link)]
    link.commit = (...args) => ((counts.commits += 1), commit(...args))
    link.keepAlive = (...args) => ((counts.keepAlives += 1), keepAlive(...args))
    link.range = (...args) => ((counts.reads += 1), range(...args))
  }
  return counts
}

async function revisionOf({ kv }: Fleet): Promise<number> {
  return (await kv.get('/none'))[1].revision
}

async function countKeys({ kv, keys }: Fleet): Promise<number> {
  const [paths] = await kv.listKeys(`${keys.prefix}/`, { recurse: 20 })
  return paths.length
}

/** Let simulated time pass, whatever becomes ready in it. */
async function settle({ clock }: Fleet, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500)
    for (let turn = 0; turn < 5; turn++) await setImmediate()
  }
}

/** Counts, at each call, the jobs that have two live processes. */
function doublesOf({ runs }: Fleet): () => number {
  const seen = new Set<string>()
  return () => {
    const live = new Map<string, FakeRun>()
    for (const run of runs) {
      if (!run.isAlive) continue
      if (live.has(run.request.identity.job)) seen.add(run.request.identity.job)
      live.set(run.request.identity.job, run)
    }
    return seen.size
  }
}
