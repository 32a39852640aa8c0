/**
 * A runner: the jobs of one kind and group, and where each node has its own, of one node. It mirrors what kv has of them,
 * keeps what is due in a timeline, and takes what it may. As long as nothing changes and nothing is due it does nothing.
 *
 * It decides nothing alone: whoever commits a claim has the job, and every runner may be wrong about the others.
 */
import { toError } from '../../errors/index.js'
import type { Backend } from '../../kv/index.js'
import type { Logger } from '../../movement/index.js'
import type { RunnerMessage } from '../host/job-run.js'
import { decide } from '../job/decide.js'
import type { JobId, Kind } from '../job/job-id.js'
import { isRunning } from '../job/job-state.js'
import { tooLateAt, tooLateFor } from '../job/missed.js'
import type { Path } from '../path.js'
import { Agenda } from './agenda.js'
import { Attempt, type AttemptSupport, type StopReason } from './attempt.js'
import type { Claimed } from './claim.js'
import { jobPath } from './error-reports.js'
import { pruneHistory } from './history.js'
import { groupState } from './membership.js'
import { Mirror, type MirroredJob } from './mirror.js'
import { whileAway } from './patience.js'
import { hasLabels, rankOf } from './placement.js'
import { Running } from './running.js'
import type { Slots } from './slots.js'
import { againMs, takeJob } from './taking.js'
import { WallJump } from './wall-jump.js'
import { whyNot } from './why-not.js'

/** What a runner serves, and with what. */
export interface RunnerOptions extends Omit<AttemptSupport, 'groupMessage'> {
  readonly kind: Kind
  readonly group: string
  readonly labels: Readonly<Record<string, string>>
  /** How many attempts the node may run at once. */
  readonly slots: Slots
  /** Whether the node takes nothing more. */
  readonly isDraining: () => boolean
  /** How many members there should be, if the group doesn't say; null: nobody knows. */
  readonly size: number | null
  /** How long a member waits for each that should take a job before it. */
  readonly turnMs: number
  /** Only jobs that may run elsewhere when their node is gone: this one stands in for it. */
  readonly standsIn: boolean
  /** The group has other members than before. */
  readonly onMembers: () => void
  /** The mirror can't go on. */
  readonly onFailure: (error: Error) => void
}

/** One runner of a node. */
export class Runner {
  readonly #options: RunnerOptions
  readonly #kv: Backend
  readonly #log: Logger
  readonly #mirror: Mirror
  readonly #agenda: Agenda
  /** What runs here. */
  readonly running = new Running()
  /** Being taken. What changes meanwhile is looked at afterwards. */
  readonly #busy = new Set<MirroredJob>()
  readonly #late = new Set<MirroredJob>()
  /** Due, but not to be taken now: looked at again when something has changed that they wait for. */
  readonly #blocked = new Set<MirroredJob>()
  #isOpen = false
  readonly #wallJump: WallJump

  constructor(options: RunnerOptions) {
    const { kv, keys, kind, group, owner, log } = options
    this.#options = options
    this.#kv = kv
    this.#log = log.child({ kind, group, ...(options.standsIn ? { owner } : {}) })
    this.#agenda = new Agenda({
      clock: kv.clock,
      consider: (job) => {
        this.#consider(job)
      },
      begin: (job) => {
        this.#begin(job)
      },
    })
    this.#wallJump = new WallJump(kv.clock)
    this.#mirror = new Mirror({
      ...{ kv, keys, kind, group, owner, log: this.#log },
      onJob: (job) => this.#agenda.touch(job),
      onGroup: () => this.#onGroup(),
      onSpoiltMember: (node, error) => this.#spoilt(['member', kind, group, node], error),
      onFailure: options.onFailure,
    })
  }

  get kind(): Kind {
    return this.#options.kind
  }

  get group(): string {
    return this.#options.group
  }

  /** The nodes that are members of the group. */
  get members(): ReadonlySet<string> {
    return new Set(this.#mirror.members.keys())
  }

  /** Read what there is, and begin. */
  async open(): Promise<void> {
    await this.#mirror.open()
    this.#isOpen = true
    this.#agenda.open()
  }

  /** Why a job that it knows doesn't run now, in words; null: it does, or there is none. */
  whyNot(name: string): string | null {
    const job = this.#mirror.jobs.get(name)
    if (job === undefined || this.running.get(name) !== undefined) return null
    return whyNot(job, this.#mirror, this.#kv.clock.wall() / 1000)
  }

  /** Take no more, and wait until what runs has ended. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#agenda.close()
    this.#mirror.close()
    await this.running.ended()
  }

  /** End all that runs, at once: the lease can't be relied on any more. */
  killAll(reason: StopReason): void {
    this.tellAll()
    this.running.kill(reason)
  }

  /** Let running code know of its group, if that has changed. */
  tellAll(): void {
    this.running.tell(this.#groupMessage())
  }

  /** The lease was confirmed: so are all claims. */
  confirmAll(forMs: number): void {
    this.running.confirm(forMs)
    this.#heedClock()
  }

  /** Something that jobs wait for has changed: a slot is free, the node drains no more, there is a lease again. */
  lookAgain(): void {
    for (const job of this.#blocked) this.#agenda.touch(job)
    this.#blocked.clear()
  }

  #onGroup(): void {
    const { node } = this.#options
    if (this.#mirror.group.draining.includes(node)) this.running.stop('drained')
    this.tellAll()
    this.lookAgain()
    if (this.#isOpen) this.#options.onMembers()
  }

  #groupMessage(): RunnerMessage {
    const { tenure, size } = this.#options
    const { members, group } = this.#mirror
    return { type: groupState(tenure.hold, members.size, group.size ?? size) }
  }

  #consider(job: MirroredJob): void {
    this.#blocked.delete(job)
    job.hasWaited = false
    if (this.#busy.has(job)) {
      this.#late.add(job)
      return
    }
    const attempt = this.running.get(job.name)
    if (attempt !== undefined) this.#heed(job, attempt)
    else if (job.claimedBy === null) this.#agenda.await(job)
  }

  /** What has changed for a job that runs here. */
  #heed(job: MirroredJob, attempt: Attempt): void {
    const { entry, entryFault, goneRun, state } = job
    if (entryFault !== null) return
    if (entry === null) attempt.stop('deleted')
    else if (entry.target === null) attempt.stop('disabled')
    else if (!attempt.isOf(entry)) attempt.stop('changed')
    else if (attempt.hasLost(goneRun)) attempt.kill('taken away')
    else if (entry.overlap === 'replace') this.#agenda.dueAt(job, decide(entry, state, this.#wall()))
  }

  /** A job is due: it is this node's turn, or it waits for those whose turn it is. */
  #begin(job: MirroredJob): void {
    if (this.#heedClock()) return // It is looked at anew.
    const attempt = this.running.get(job.name)
    if (attempt !== undefined) {
      attempt.stop('replaced')
      return
    }
    const { kind, node, turnMs } = this.#options
    if (this.#options.tenure.hold === 'over') {
      this.#blocked.add(job)
      return
    }
    if (kind === 'any' && !job.hasWaited) {
      const { members, loadOf } = this.#mirror
      const rank = rankOf(node, job.name, job.entry?.labels ?? {}, members.values(), loadOf)
      job.hasWaited = true
      if (rank > 0) {
        this.#agenda.dueIn(job, rank * turnMs)
        return
      }
    }
    void this.#take(job)
  }

  async #take(job: MirroredJob): Promise<void> {
    const { slots } = this.#options
    const mayRun = this.#mayRun(job) && slots.take()
    const { entry, state } = job
    if (!mayRun && !isRunning(state) && entry !== null && tooLateFor(entry, state, this.#wall()) === null) {
      this.#blocked.add(job)
      // If it is too late before something changes, that is told then.
      this.#agenda.dueAt(job, { due: tooLateAt(entry, state, this.#wall()) })
      return
    }
    const { kv, keys, node, owner, tenure, random, blamelessMs } = this.#options
    const member = keys.member(this.kind, this.group, node)
    this.#busy.add(job)
    const whose = { kv, keys, node, owner, tenure, random, blamelessMs, member }
    const onSkipped = (attempt: number): void => void this.#prune(job.id, attempt)
    const claimed = await takeJob(job, { ...whose, mayRun, onSkipped, log: this.#log })
    this.#busy.delete(job)
    if (claimed !== null) this.#run(job, claimed)
    else {
      if (mayRun) slots.give()
      // The mirror hears of what was in the way, mostly: this is for when it doesn't.
      if (mayRun || job.entry === null || job.failures > 0) this.#agenda.dueIn(job, againMs(job))
      else this.#blocked.add(job)
    }
    if (this.#late.delete(job)) this.#agenda.touch(job)
  }

  #mayRun({ entry }: MirroredJob): boolean {
    const { group, members } = this.#mirror
    const { node, owner, labels, isDraining, standsIn } = this.#options
    if (entry === null || isDraining() || group.paused || group.draining.includes(node)) return false
    return hasLabels({ labels }, entry.labels) && (!standsIn || (entry.failover && !members.has(owner)))
  }

  #run(job: MirroredJob, claimed: Claimed): void {
    const { slots } = this.#options
    const attempt = new Attempt(job.id, claimed, { ...this.#options, groupMessage: () => this.#groupMessage() })
    if (!this.#isOpen) attempt.stop('drained')
    this.running.add(job.name, attempt, async () => {
      slots.give()
      this.#agenda.touch(job)
      await this.#prune(attempt.id, attempt.attempt)
    })
  }

  /** Keep no more attempts of a job than are to be kept. */
  async #prune(id: JobId, attempt: number): Promise<void> {
    const { kv, keys, owner, historyMax, tenure } = this.#options
    const onSpoilt = (number: number, error: Error): void =>
      this.#spoilt(['history', ...jobPath(id), String(number)], error)
    const prune = (): Promise<void> => pruneHistory(kv, keys, id, owner, attempt - historyMax, onSpoilt)
    await whileAway(kv.clock, () => this.#isOpen && tenure.hold !== 'over', prune).catch((error: unknown) => {
      this.#log.warn({ err: error }, `what is old of a job's history stays: ${toError(error).message}`)
    })
  }

  /** What can't be used is recorded; it stays until somebody has looked after it. */
  #spoilt(path: Path, error: Error): void {
    const { kv, errors } = this.#options
    this.#log.error({ err: error }, error.message)
    const record = (): Promise<void> => errors.spoilt(path, error)
    whileAway(kv.clock, () => this.#isOpen, record).catch((failure: unknown) => {
      this.#log.warn({ err: failure }, `that it is spoilt is not recorded: ${toError(failure).message}`)
    })
  }

  /** Whether the wall clock was set: what is due by it is due at another time. */
  #heedClock(): boolean {
    if (!this.#wallJump.happened()) return false
    for (const job of this.#mirror.jobs.values()) this.#agenda.touch(job)
    return true
  }

  #wall(): number {
    return this.#kv.clock.wall() / 1000
  }
}
