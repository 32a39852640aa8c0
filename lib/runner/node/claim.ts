/** Taking a job: one transaction decides who has it, whatever each node believes (specification runner, A7.4). */
import { randomUUID } from 'node:crypto'
import { parseJson, type Backend, type Lease, type Transaction } from '../../kv/index.js'
import { decide } from '../job/decide.js'
import { readJobEntry, type JobEntry } from '../job/job-entry.js'
import type { JobId } from '../job/job-id.js'
import { isRunning, NEVER_RAN, readJobState, type JobState } from '../job/job-state.js'
import { madeUpFor, skippedOf, tooLateFor, type Missed } from '../job/missed.js'
import type { Keys } from '../keys.js'
import { afterEnding } from './ending.js'
import { runOf, type Claim } from './fence.js'
import { putRecord, recordOf } from './history.js'
import { whileAway } from './patience.js'
import { isDue, type Wait } from './wait.js'

/** Who wants a job, and whose state it is. */
export interface ClaimRequest {
  readonly kv: Backend
  readonly keys: Keys
  readonly id: JobId
  /** The node that is to run it. */
  readonly node: string
  /** The node whose state and claim it is, where each has its own: another's, if this one stands in for it. */
  readonly owner: string
  readonly lease: Lease
  /** The key by which this node is a member: no longer being one, it claims nothing. */
  readonly member: string
  /** Whether it may run here; if not, only what was lost or missed is put in order. */
  readonly mayRun: boolean
  /** Told that starts were skipped, which stands in the history as an attempt of that number. */
  readonly onSkipped?: (attempt: number) => void
  /** What this node has waited for until now; null: nothing. */
  readonly waited: Wait | null
  /** UNIX seconds. */
  readonly now: () => number
  readonly random: () => number
  /** After how long an attempt is no reason for its node to be gone. */
  readonly blamelessMs: number
  /** Asked when the store is away: whether to go on asking. Whoever stops may have a claim and not know it. */
  readonly mayWait: () => boolean
  readonly onAway: (error: unknown) => void
}

/** A job that was taken. */
export interface Claimed {
  readonly claim: Claim
  readonly entry: JobEntry
  /** As it is now: this attempt runs. */
  readonly state: JobState
}

/**
 * Take a job if it is due and free; put its state in order first if its last run was lost.
 *
 * @returns null, if it is not to be run now, or is another's.
 * @throws what the store throws.
 */
export async function takeClaim(request: ClaimRequest): Promise<Claimed | null> {
  const run = randomUUID()
  return whileAway(request.kv.clock, request.mayWait, () => tryToTake(request, run), request.onAway)
}

async function tryToTake(request: ClaimRequest, run: string): Promise<Claimed | null> {
  const { kv, keys, id, owner, lease } = request
  const path = keys.claim(id, owner)
  let token = 0
  const taken = await kv.transact(async (txn) => {
    txn.onCommit((revision) => {
      token = revision
    })
    return attempt(txn, request, run)
  })
  return taken === null ? null : { ...taken, claim: { path, run, token, lease } }
}

async function attempt(
  txn: Transaction,
  request: ClaimRequest,
  run: string,
): Promise<Pick<Claimed, 'entry' | 'state'> | null> {
  const { keys, id, owner, node, lease, now } = request
  const claim = await txn.get(keys.claim(id, owner))
  if (claim !== null && runOf(claim) !== run) return null
  const [jobText, stateText] = await Promise.all([txn.get(keys.job(id)), txn.get(keys.state(id, owner))])
  const found = stateText === null ? NEVER_RAN : readJobState(parseJson(stateText))
  if (claim !== null) {
    // It was taken before, and the store did not say so.
    if (jobText === null) await txn.delete(keys.claim(id, owner))
    else await txn.put(keys.claim(id, owner), claim, { lease })
    return jobText === null ? null : { entry: readJobEntry(parseJson(jobText)), state: found }
  }
  const ended = isRunning(found) ? await putInOrder(txn, request, found) : found
  if (jobText === null) return null
  const entry = readJobEntry(parseJson(jobText))
  const at = now()
  const late = tooLateFor(entry, ended, at)
  const free = late === null ? ended : await skip(txn, request, ended, entry, late)
  if (!request.mayRun || (await txn.get(request.member)) === null) return null
  const decision = decide(entry, free, at)
  const { due, reason } = decision
  if (due === null || !isDue(decision, free, at, request.waited, entry.since)) return null
  const others = reason === 'cron' ? madeUpFor(entry, due, at) : null
  const state: JobState = {
    ...free,
    skipped: others === null ? [] : [skippedOf(others)],
    ...{ started: Math.max(at, entry.target ?? 0), node, run, attempt: free.attempt + 1 },
    ...{ outcome: null, exit: null, error: null, again: false, target: entry.target },
  }
  await txn.put(keys.claim(id, owner), JSON.stringify({ node, run, attempt: state.attempt }), { lease })
  await txn.put(keys.state(id, owner), JSON.stringify(state), { lease: null })
  return { entry, state }
}

/** The state says that it runs, and no claim does: its node is gone, or was away for too long. */
async function putInOrder(txn: Transaction, request: ClaimRequest, running: JobState): Promise<JobState> {
  const { keys, id, owner, node, now, random, blamelessMs } = request
  const why = running.node === node ? 'Runner restarted' : `Runner killed: node ${running.node} is gone`
  const ending = { outcome: 'lost', error: { name: 'Lost', message: why } } as const
  const state = afterEnding(running, ending, { now: now(), chance: random(), blamelessMs })
  await txn.put(keys.state(id, owner), JSON.stringify(state), { lease: null })
  await putRecord(txn, keys, id, owner, recordOf(running, state, 0))
  return state
}

/** Its start is too late by now: that it was skipped is told, as if it had been an attempt. */
async function skip(
  txn: Transaction,
  request: ClaimRequest,
  before: JobState,
  entry: JobEntry,
  late: Missed,
): Promise<JobState> {
  const { keys, id, owner, onSkipped } = request
  const state: JobState = {
    ...before,
    ...{ started: Math.max(before.started, late.until), stopped: Math.max(before.stopped, late.until) },
    ...{ attempt: before.attempt + 1, outcome: 'skipped', exit: null, again: false, skipped: [skippedOf(late)] },
    ...{ error: { name: 'Skipped', message: late.why }, target: entry.target },
  }
  await txn.put(keys.state(id, owner), JSON.stringify(state), { lease: null })
  await putRecord(txn, keys, id, owner, { ...recordOf(before, state, 0), started: late.first, stopped: late.until })
  txn.onCommit(() => onSkipped?.(state.attempt))
  return state
}
