/** The last word of an attempt: how it ended is written down and the job is given back, as long as that may be done. */
import { codeOf, toError } from '../../errors/index.js'
import { parseJson, RefusedError } from '../../kv/index.js'
import { Backoff, type BackoffOptions } from '../../net/backoff.js'
import { readJobEntry, type JobEntry } from '../job/job-entry.js'
import { describeJob, type JobId } from '../job/job-id.js'
import { cameWhileItRan, skippedOf } from '../job/missed.js'
import { readJobState, type JobState } from '../job/job-state.js'
import type { AttemptSupport } from './attempt.js'
import type { AttemptLog } from './attempt-log.js'
import { afterEnding, type Ending } from './ending.js'
import { runOf, type Fence } from './fence.js'
import { putRecord, recordOf } from './history.js'
import { isAway, pause, whileAway } from './patience.js'

/** Whose last word it is. */
export interface LastWordOptions extends Pick<
  AttemptSupport,
  'kv' | 'keys' | 'owner' | 'tenure' | 'errors' | 'log' | 'random' | 'endRetryMs' | 'blamelessMs'
> {
  readonly id: JobId
  readonly entry: JobEntry
  /** As it was when the attempt began. */
  readonly state: JobState
  readonly fence: Fence
  readonly attemptLog: AttemptLog
  /** Whether its node takes its leave, and doesn't wait for a store that is away. */
  readonly isLeaving: () => boolean
}

/** How long after a failure it is tried again: soon, if the store is away; later each time, if it refuses. */
const AWAY: BackoffOptions = { retryMs: 50, retryMaxMs: 250 }
const REFUSED: BackoffOptions = { retryMs: 100, retryMaxMs: 5000 }

/** The last word of one attempt. */
export class LastWord {
  readonly #options: LastWordOptions
  #warned = ''

  constructor(options: LastWordOptions) {
    this.#options = options
  }

  /** Say it. Never rejects; when it resolves, it is written, or somebody else's, or never will be. */
  async say(ending: Ending): Promise<void> {
    const { kv, id, entry, errors, attemptLog, isLeaving } = this.#options
    await attemptLog.flush()
    const written = await this.#write(ending)
    if (written === null) return
    const tell = (): Promise<void> => errors.told(id, written, entry)
    await whileAway(kv.clock, () => !isLeaving(), tell).catch((error: unknown) => {
      this.#warn("can't write its error", error)
    })
  }

  /** What was written; null: it is not for this attempt to write. */
  async #write(ending: Ending): Promise<Ending | null> {
    const { kv, tenure, fence, attemptLog, endRetryMs, isLeaving } = this.#options
    const [away, refused] = [new Backoff(AWAY), new Backoff(REFUSED)]
    let written = ending
    let giveUpMs = Infinity
    let isUnknown = false
    for (;;) {
      try {
        await this.#writeOnce(written)
        return written
      } catch (error) {
        this.#warn(`can't write its end, ${written.outcome}`, error)
        if (codeOf(error) === 'ERR_FENCED' && isUnknown && (await this.#isWritten())) return written
        // What ended without the store is told when that is back, if nobody has begun it anew by then.
        const isOthers = !tenure.isAlive(fence.claim.lease) && (written.outcome === 'cancelled' || isLeaving())
        if (codeOf(error) === 'ERR_FENCED' || codeOf(error) === 'ERR_CLOSED' || isOthers) {
          attemptLog.abandon(toError(error).message)
          return null
        }
        isUnknown ||= codeOf(error) === 'ERR_KV_OUTCOME_UNKNOWN'
        if (isAway(error)) await pause(kv.clock, away.nextMs())
        else {
          const now = kv.clock.now()
          giveUpMs = Math.min(giveUpMs, now + endRetryMs)
          if (now >= giveUpMs) return await this.#giveUp(written, toError(error))
          if (error instanceof RefusedError) written = unstorable(ending, error)
          await pause(kv.clock, Math.min(refused.nextMs(), giveUpMs - now))
        }
      }
    }
  }

  async #writeOnce(ending: Ending): Promise<void> {
    const { kv, keys, id, entry, owner, random, fence, state, attemptLog, blamelessMs } = this.#options
    const path = keys.state(id, owner)
    // Who was ended as its claim was taken away has no more to say.
    const statePath = ending.outcome === 'cancelled' ? null : path
    const chance = random()
    await attemptLog.finish((body) => fence.writeLast(body, statePath))
    await fence.writeLast(async (txn) => {
      const before = stateOf(await txn.get(path)) ?? state
      const ended = afterEnding(before, ending, { now: kv.clock.wall() / 1000, chance, blamelessMs })
      const jobText = await txn.get(keys.job(id))
      const missed = cameWhileItRan(entryOf(jobText) ?? entry, state.started, ended.stopped)
      const after = missed === null ? ended : { ...ended, skipped: [...ended.skipped, skippedOf(missed)] }
      // A job that was deleted meanwhile leaves nothing.
      if (jobText === null) await txn.delete(path, { mustExist: false })
      else await txn.put(path, JSON.stringify(after), { lease: null })
      await putRecord(txn, keys, id, owner, recordOf(before, after, attemptLog.pieces))
      await txn.delete(fence.claim.path, { mustExist: false })
    }, statePath)
  }

  /** Whether an end of which the store did not say what became of it is there. */
  async #isWritten(): Promise<boolean> {
    const { kv, keys, id, owner, state, fence } = this.#options
    const [text] = await kv.get(keys.attempt(id, owner, state.attempt)).catch(() => [null])
    return text !== null && runOf(text) === fence.claim.run
  }

  /** The store goes on refusing its end. The job is given back: whoever looks after it next finds its run lost. */
  async #giveUp(ending: Ending, error: Error): Promise<Ending> {
    const { fence, log, id, endRetryMs } = this.#options
    const job = describeJob(id)
    const message = `its end, ${ending.outcome}, can't be written: it was tried for ${endRetryMs} ms: ${error.message}`
    try {
      await fence.writeLast((txn) => txn.delete(fence.claim.path, { mustExist: false }))
      log.error({ job, err: error }, `${job}: ${message}. It is given back as it is`)
    } catch (failure) {
      log.error({ job, err: failure }, `${job}: ${message}. It can't be given back either before this node ends`)
    }
    return { outcome: 'failed', error: { name: 'RunnerError', message } }
  }

  /** The same is not said again. */
  #warn(what: string, error: unknown): void {
    const { id, log } = this.#options
    const job = describeJob(id)
    const message = `${job} ${what}: ${toError(error).message}`
    if (message !== this.#warned) log.warn({ job, err: error }, message)
    this.#warned = message
  }
}

/** A state as it is stored; null: none that can be read is. Whoever has spoilt it must not keep the job from ending. */
function stateOf(text: string | null): JobState | null {
  try {
    return text === null ? null : readJobState(parseJson(text))
  } catch {
    return null
  }
}

/** The job as it is by now; null: it was deleted, or can't be read. */
function entryOf(text: string | null): JobEntry | null {
  try {
    return text === null ? null : readJobEntry(parseJson(text))
  } catch {
    return null
  }
}

/** The end of an attempt whose own the store refuses, as when it has returned more than the store takes. */
function unstorable({ outcome, exit, codeHash, error }: Ending, { message }: Error): Ending {
  const why = `the store refuses its end, ${outcome}: ${message}`
  const isFinal = error?.isRetryable === false ? { isRetryable: false } : {}
  return {
    ...{ outcome: 'failed', error: { name: 'RunnerError', message: why, ...isFinal } },
    ...(exit === undefined ? {} : { exit }),
    ...(codeHash === undefined ? {} : { codeHash }),
  }
}
