/** What a runner is to look at: jobs that have changed, soon, and jobs that are due, then. Between them nothing wakes it. */
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import { Timeline } from '../../movement/loop/timeline.js'
import { decide, type Decision } from '../job/decide.js'
import { isRunning } from '../job/job-state.js'
import { tooLateFor } from '../job/missed.js'
import type { MirroredJob } from './mirror.js'
import { leftMs, waitFor, type Moment } from './wait.js'

/** How long what may be lost is given to turn out as having ended: its claim and its state come by different ways. */
const LOST_MS = 50

/** Who looks. */
export interface AgendaOptions {
  readonly clock: Clock
  /** A job has changed: it is on the agenda no more until it is put there. */
  readonly consider: (job: MirroredJob) => void
  /** A job is due. */
  readonly begin: (job: MirroredJob) => void
}

/** The agenda of a runner. */
export class Agenda {
  readonly #options: AgendaOptions
  readonly #clock: Clock
  readonly #due: Timeline<MirroredJob>
  #touched = new Set<MirroredJob>()
  #isPassing = false
  /** When the pass that goes on began: for it all happens then. To ask the time for each job cost a third of a pass. */
  #moment: Moment | null = null
  #isOpen = false
  #disarm: Disarm = () => undefined

  constructor(options: AgendaOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#due = new Timeline(options.clock.now())
  }

  /** Begin: what was touched before is looked at now. */
  open(): void {
    this.#isOpen = true
    this.#passSoon()
  }

  /** Look at nothing any more. */
  close(): void {
    this.#isOpen = false
    this.#disarm()
  }

  /** A job is to be looked at. */
  touch(job: MirroredJob): void {
    this.#touched.add(job)
    this.#passSoon()
  }

  /** Nobody has a job: put it where it is to be taken, if ever. */
  await(job: MirroredJob): void {
    const { entry, state, hasState, fault } = job
    if (fault !== null) return
    const now = this.#time.wall() / 1000
    if (isRunning(state) || (entry === null && hasState)) this.dueIn(job, LOST_MS)
    else if (entry === null) return
    else if (tooLateFor(entry, state, now) !== null) this.dueIn(job, 0)
    else this.#wait(job, decide(entry, state, now))
  }

  /** A job is due in so long. */
  dueIn(job: MirroredJob, ms: number): void {
    this.#due.cancel(job)
    job.timeMs = this.#time.now() + ms
    this.#due.add(job)
    this.#arm()
  }

  /** A job is due at a time of the wall clock, if ever. */
  dueAt(job: MirroredJob, { due }: Pick<Decision, 'due'>): void {
    if (due !== null) this.dueIn(job, Math.max(0, due * 1000 - this.#time.wall()))
  }

  get #time(): Moment {
    return this.#moment ?? this.#clock
  }

  #wait(job: MirroredJob, { due, reason }: Decision): void {
    job.wait = due === null ? null : waitFor(job.state, due, job.wait, this.#time)
    if (job.wait !== null) this.dueIn(job, leftMs(job.wait, reason, this.#time))
  }

  #passSoon(): void {
    if (this.#isPassing || !this.#isOpen) return
    this.#isPassing = true
    this.#clock.soon(() => {
      this.#pass()
    })
  }

  #pass(): void {
    if (this.#isOpen) {
      const moment = momentOf(this.#clock)
      this.#moment = moment
      const touched = this.#touched
      this.#touched = new Set()
      for (const job of touched) {
        this.#due.cancel(job)
        this.#options.consider(job)
      }
      const due: MirroredJob[] = []
      this.#due.takeDue(moment.now(), (job) => due.push(job))
      for (const job of due) this.#options.begin(job)
      this.#moment = null
    }
    this.#isPassing = false
    if (this.#touched.size > 0) this.#passSoon()
    this.#arm()
  }

  #arm(): void {
    if (this.#isPassing || !this.#isOpen) return // It is done at the end of the pass.
    this.#disarm()
    const soonest = this.#due.soonest()
    if (soonest < Infinity)
      this.#disarm = this.#clock.alarm(soonest, () => {
        this.#passSoon()
      })
  }
}

function momentOf(clock: Clock): Moment {
  const [now, wall] = [clock.now(), clock.wall()]
  return { now: () => now, wall: () => wall }
}
