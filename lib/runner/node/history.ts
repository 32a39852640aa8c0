/** The attempts of a job that are over: each a record of its own, the last of them kept. */
import { toError } from '../../errors/index.js'
import type { Backend, Json, Transaction } from '../../kv/index.js'
import { describeJob, type JobId } from '../job/job-id.js'
import type { Exit, JobState, Outcome, Skipped } from '../job/job-state.js'
import type { Keys } from '../keys.js'
import { COUNT, listOf, maybe, objectOf, orNull, readStored, TEXT, TIME, type Rule } from './stored.js'

/** An attempt that is over. */
export interface AttemptRecord {
  readonly attempt: number
  readonly run: string
  readonly node: string
  /** UNIX seconds. */
  readonly started: number
  readonly stopped: number
  readonly outcome: Outcome
  readonly result?: Json
  readonly error?: { readonly name: string; readonly message: string } | null
  readonly exit: Exit | null
  readonly codeHash: string | null
  /** How many pieces its log has. */
  readonly pieces: number
  /** The starts that it made up for, or that came while it ran. */
  readonly skipped?: readonly Skipped[]
}

const OUTCOMES: readonly unknown[] = ['success', 'failed', 'lost', 'cancelled', 'skipped'] satisfies Outcome[]

const FIELDS: { readonly [K in keyof Required<Omit<AttemptRecord, 'result'>>]: Rule } = {
  ...{ attempt: COUNT, run: TEXT, node: TEXT, started: TIME, stopped: TIME, pieces: COUNT, codeHash: orNull(TEXT) },
  outcome: [(value) => OUTCOMES.includes(value), `one of ${OUTCOMES.join(', ')}`],
  error: maybe(orNull(objectOf({ name: TEXT, message: TEXT }))),
  skipped: maybe(listOf(objectOf({ times: COUNT, first: TIME, why: TEXT }))),
  exit: orNull(objectOf({ code: orNull([Number.isInteger, 'a number']), signal: orNull(TEXT), why: TEXT })),
}

/** Told of a record that can't be used; whoever reads goes on without it. */
export type OnSpoilt = (attempt: number, error: Error) => void

/** How many keys go in one commit: below what any store takes. */
const KEYS_AT_ONCE = 50

/** The record of the attempt that a state has just seen the end of. */
export function recordOf(before: JobState, after: JobState, pieces: number): AttemptRecord {
  const { attempt, started, stopped, exit, codeHash, error, skipped } = after
  const outcome = after.outcome ?? 'lost'
  return {
    ...{ attempt, run: before.run ?? '', node: before.node ?? '', started, stopped, outcome, exit, codeHash, pieces },
    ...(outcome === 'success' && after.result !== undefined ? { result: after.result } : {}),
    ...(error === null ? {} : { error }),
    ...(skipped.length === 0 ? {} : { skipped }),
  }
}

/** Write a record. */
export async function putRecord(
  txn: Transaction,
  keys: Keys,
  id: JobId,
  node: string,
  record: AttemptRecord,
): Promise<void> {
  await txn.put(keys.attempt(id, node, record.attempt), JSON.stringify(record), { lease: null })
}

/**
 * A record as it is stored.
 *
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 */
export function readAttemptRecord(id: JobId, attempt: number, text: string): AttemptRecord {
  const what = `the record of attempt ${attempt} of ${describeJob(id)}`
  return readStored(what, text, FIELDS) as unknown as AttemptRecord
}

/** The attempts of a job that are over and still known, the last first. */
export async function readHistory(
  kv: Backend,
  keys: Keys,
  id: JobId,
  node: string,
  last: number,
  onSpoilt: OnSpoilt = () => undefined,
): Promise<AttemptRecord[]> {
  const records: AttemptRecord[] = []
  let gaps = 0
  // One that was lost with the store may have left none.
  for (let attempt = last; attempt > 0 && gaps < 3; attempt--) {
    const [text] = await kv.get(keys.attempt(id, node, attempt))
    gaps = text === null ? gaps + 1 : 0
    const record = text === null ? null : recordIn(id, attempt, text, onSpoilt)
    if (record !== null) records.push(record)
  }
  return records
}

function recordIn(id: JobId, attempt: number, text: string, onSpoilt: OnSpoilt): AttemptRecord | null {
  try {
    return readAttemptRecord(id, attempt, text)
  } catch (error) {
    onSpoilt(attempt, toError(error))
    return null
  }
}

/** Delete an attempt that is over, with its log. Answers whether there was one. */
export async function deleteAttempt(
  kv: Backend,
  keys: Keys,
  id: JobId,
  node: string,
  attempt: number,
  onSpoilt: OnSpoilt = () => undefined,
): Promise<boolean> {
  const path = keys.attempt(id, node, attempt)
  const [text] = await kv.get(path)
  if (text === null) return false
  const { pieces } = recordIn(id, attempt, text, onSpoilt) ?? { pieces: await piecesOf(kv, keys, id, node, attempt) }
  for (let first = 0; first < pieces; first += KEYS_AT_ONCE) {
    await kv.transact(async (txn) => {
      for (let piece = first; piece < Math.min(first + KEYS_AT_ONCE, pieces); piece++)
        await txn.delete(keys.log(id, node, attempt, piece), { mustExist: false })
    })
  }
  await kv.delete(path, { mustExist: false })
  return true
}

/** How many pieces the log of an attempt has, whatever its record says. */
async function piecesOf(kv: Backend, keys: Keys, id: JobId, node: string, attempt: number): Promise<number> {
  for (let piece = 0; ; piece++) if ((await kv.get(keys.log(id, node, attempt, piece)))[0] === null) return piece
}

/** Delete the attempts of a job up to one. Older ones are there only where this failed before. */
export async function pruneHistory(
  kv: Backend,
  keys: Keys,
  id: JobId,
  node: string,
  last: number,
  onSpoilt: OnSpoilt = () => undefined,
): Promise<void> {
  for (let attempt = last; attempt > 0; attempt--) {
    if (!(await deleteAttempt(kv, keys, id, node, attempt, onSpoilt))) return
  }
}

/** Delete the state of a job that was deleted, unless it is there again, or still runs. */
export async function forgetState(kv: Backend, keys: Keys, id: JobId, node: string): Promise<void> {
  await kv.transact(async (txn) => {
    if ((await txn.get(keys.job(id))) !== null || (await txn.get(keys.claim(id, node))) !== null) return
    await txn.delete(keys.state(id, node), { mustExist: false })
  })
}
