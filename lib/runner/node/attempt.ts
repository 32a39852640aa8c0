/** One attempt of a job on this node: from its claim to its last word. */
import { toError } from '../../errors/index.js'
import { isSameJson, parseJson, type Backend, type Transaction } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { Disarm } from '../../movement/loop/clock.js'
import type { JobEnd, JobRun, JobServices, RunnerMessage } from '../host/job-run.js'
import type { JobEntry } from '../job/job-entry.js'
import { describeJob, type JobId } from '../job/job-id.js'
import { readJobState, type JobState } from '../job/job-state.js'
import type { Keys } from '../keys.js'
import { AttemptLog } from './attempt-log.js'
import type { Claimed } from './claim.js'
import type { Ending } from './ending.js'
import type { ErrorSink } from './error-sink.js'
import { Fence } from './fence.js'
import { LastWord } from './last-word.js'
import { isAway, whileAway } from './patience.js'
import type { Starter } from './starter.js'
import type { Tenure } from './tenure.js'

/** Why an attempt is ended from outside. Behind the first three it runs again at once, wherever it may. */
export type StopReason = 'changed' | 'replaced' | 'drained' | 'deleted' | 'disabled' | 'taken away' | 'node unsure'

const RUNS_AGAIN: readonly StopReason[] = ['changed', 'replaced', 'drained']
/** Ended by its node, which could not reach the store for so long that another may have the job. */
const UNSURE: Ending = {
  ...{ outcome: 'lost', again: true },
  error: { name: 'Lost', message: 'its node could not reach the store' },
}

/** What an attempt lives on. */
export interface AttemptSupport {
  readonly kv: Backend
  readonly keys: Keys
  readonly node: string
  /** The node whose state it is. */
  readonly owner: string
  readonly tenure: Tenure
  readonly starter: Starter
  readonly errors: ErrorSink
  readonly log: Logger
  readonly random: () => number
  readonly historyMax: number
  readonly logFlushMs: number
  readonly logPieceChars: number
  readonly logWaitingChars: number
  /** How long it is tried to write an end that the store refuses. */
  readonly endRetryMs: number
  /** After how long an attempt is no reason for its node to be gone. */
  readonly blamelessMs: number
  /** What the code may ask for. */
  readonly servicesOf: (attempt: Attempt) => JobServices
  /** The state of the group, as running code is told. */
  readonly groupMessage: () => RunnerMessage
}

/** An attempt that runs. */
export class Attempt {
  readonly id: JobId
  readonly fence: Fence
  readonly log: AttemptLog
  readonly entry: JobEntry
  readonly #support: AttemptSupport
  readonly #state: JobState
  #run: JobRun | null = null
  #codeHash: string | null = null
  #stop: StopReason | null = null
  #told: string | null = null
  #isClosing = false
  /** Its node takes its leave, and doesn't wait for a store that is away. */
  #isLeaving = false
  #disarm: Disarm = () => undefined

  constructor(id: JobId, { claim, entry, state }: Claimed, support: AttemptSupport) {
    const { kv, keys, owner, tenure, log, logFlushMs, logPieceChars, logWaitingChars } = support
    this.id = id
    this.entry = entry
    this.#state = state
    this.#support = support
    this.fence = new Fence(kv, claim, () => tenure.hold !== 'over' && tenure.isAlive(claim.lease))
    this.log = new AttemptLog({
      ...{ fence: this.fence, clock: kv.clock, log, flushMs: logFlushMs, pieceChars: logPieceChars },
      waitingChars: logWaitingChars,
      pathOf: (piece) => keys.log(id, owner, state.attempt, piece),
    })
  }

  /** The hash of the closure that runs; null: it is an app, or hasn't been started. */
  get codeHash(): string | null {
    return this.#codeHash
  }

  get pid(): number | null {
    return this.#run?.pid ?? null
  }

  /** When it began, in UNIX seconds. */
  get started(): number {
    return this.#state.started
  }

  get attempt(): number {
    return this.#state.attempt
  }

  /** Its whole life. Never rejects; when it resolves its process is gone, and it is written down as far as it can be. */
  async live(): Promise<void> {
    const ending = await this.#ran().catch((error: unknown) => this.#neverBegan(error))
    this.#isClosing = true
    this.#disarm()
    await new LastWord({
      ...{
        ...this.#support,
        id: this.id,
        entry: this.entry,
        state: this.#state,
        fence: this.fence,
        attemptLog: this.log,
      },
      isLeaving: () => this.#isLeaving,
    }).say(ending)
  }

  /** End it: with its signal, a time of grace, and then at once. */
  stop(reason: StopReason): void {
    this.#stop ??= reason
    this.#isLeaving ||= reason === 'drained'
    this.#end(reason)
  }

  /** End it at once: nobody must believe that it still runs. */
  kill(reason: StopReason): void {
    this.#stop = reason
    this.#isLeaving ||= reason === 'drained'
    this.#run?.kill(reason)
  }

  /** Let running code know of its group, unless it has heard that already. */
  tell(message: RunnerMessage): void {
    if (this.#run === null || this.#told === message.type) return
    this.#told = message.type
    this.#run.tell(message)
  }

  /** Whether a claim that is gone was this attempt's, which has not given it back. */
  hasLost(run: string | null): boolean {
    return run === this.fence.claim.run && !this.#isClosing
  }

  /** Its claim is good for so long. */
  confirm(forMs: number): void {
    this.#run?.confirm(forMs)
  }

  /** Whether what it runs is what a job says by now. When, how often and what people are told of it doesn't matter. */
  isOf(entry: JobEntry): boolean {
    return isSameJson(whatRuns(this.entry), whatRuns(entry))
  }

  /**
   * The code says that it is set up, or it has run long enough: what failed before is forgiven.
   *
   * @throws {RunnerError} ERR_FENCED, if the job is another's by now.
   */
  async setupDone(): Promise<void> {
    const { kv, keys, owner, errors } = this.#support
    const path = keys.state(this.id, owner)
    const forgive = async (txn: Transaction): Promise<void> => {
      const state = readJobState(parseJson((await txn.get(path)) ?? '{}'))
      if (state.backoff === 0 && state.lost === 0) return
      await txn.put(path, JSON.stringify({ ...state, backoff: 0, lost: 0, isFinal: false }), { lease: null })
    }
    const mayWait = (): boolean => this.fence.holds
    await whileAway(kv.clock, mayWait, () => this.fence.write(forgive))
    await whileAway(kv.clock, mayWait, () => errors.resolve(this.id, this.fence))
  }

  #end(reason: StopReason): void {
    if (reason === 'drained') this.#run?.tell({ type: 'DrainMsg' })
    this.#run?.stop(reason)
  }

  async #ran(): Promise<Ending> {
    const { starter, node, tenure, kv, servicesOf, groupMessage, log } = this.#support
    const { attempt } = this.#state
    const identity = { job: describeJob(this.id), node, attempt, fence: this.fence.token }
    const services = servicesOf(this)
    const { run, codeHash } = await whileAway(
      kv.clock,
      () => this.#stop === null && this.fence.holds,
      () => starter.start({ entry: this.entry, identity, services, leftMs: () => tenure.leftMs }),
      (error) => this.#warn(`waits for the store to be started`, error),
    )
    this.#run = run
    this.#codeHash = codeHash
    log.debug({ job: identity.job, attempt, pid: run.pid }, 'a job was started')
    // What was asked for while it was being started.
    if (tenure.hold === 'over') this.kill('node unsure')
    else if (this.#stop !== null) this.#end(this.#stop)
    run.confirm(tenure.leftMs)
    this.tell(groupMessage())
    const { okAfter } = this.entry
    if (okAfter > 0) {
      const isFine = (): void =>
        void this.setupDone().catch((error: unknown) => this.#warn("can't write that it is fine", error))
      this.#disarm = kv.clock.alarm(kv.clock.now() + okAfter * 1000, isFine)
    }
    return this.#endingOf(await run.ended)
  }

  #endingOf(end: JobEnd): Ending {
    const { exit } = end
    const reason = this.#stop
    const again = reason !== null && RUNS_AGAIN.includes(reason)
    const common = { exit, codeHash: this.#codeHash }
    if (end.outcome === 'success') return { ...common, outcome: 'success', result: end.result, again }
    // What fails when its node has lost its hold fails for that.
    const isUnsure = reason === null && end.outcome === 'failed' && !this.fence.isSure
    if (reason === 'node unsure' || isUnsure) return { ...common, ...UNSURE }
    if (reason !== null) return { ...common, outcome: 'cancelled', again }
    if (end.outcome === 'lost') return { ...common, ...UNSURE, error: { name: 'Lost', message: end.reason } }
    if (end.outcome === 'cancelled') return { ...common, outcome: 'cancelled' }
    return { ...common, outcome: 'failed', error: end.error }
  }

  #neverBegan(error: unknown): Ending {
    const { name, message } = toError(error)
    const reason = this.#stop
    const exit = { code: null, signal: null, why: 'it was not started' }
    if (reason === 'node unsure' || !this.fence.isSure) return { ...UNSURE, exit }
    // Asked to end, it did not wait for the store any longer.
    if (reason !== null && isAway(error)) return { outcome: 'cancelled', exit, again: RUNS_AGAIN.includes(reason) }
    return { outcome: 'failed', error: { name, message }, exit }
  }

  #warn(what: string, error: unknown): void {
    const job = describeJob(this.id)
    this.#support.log.warn({ job, err: error }, `${job} ${what}: ${toError(error).message}`)
  }
}

/** What an attempt must be begun anew for. */
function whatRuns({ code, app, config, data, tier }: JobEntry): object {
  return { code, app, config, data, tier }
}
