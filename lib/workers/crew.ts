/**
 * A crew of worker threads, as its train sees it: jobs go in, what came of them comes out, in any order.
 *
 * A worker that dies (out of memory, an error that nobody caught, process.exit) takes others' data with it: what it had
 * is done again by a new worker. So that data which kill are found, a job that was lost once is sent alone, and if it is
 * lost again, in halves; a single datum that kills is given up. Everything else comes through.
 */
import { Worker } from 'node:worker_threads'
import { DeadbeatError, toError } from '../errors/index.js'
import { Job, Parcel } from './job.js'
import { Member, type After } from './member.js'
import type { FromWorker, LogForm, Outcome, WorkerData } from './messages.js'
import type { Packed } from './packing.js'
import { Slot, isSpan } from './slot.js'

/** What came of a job. A buffer is a text of lines, valid until the job is let go of. */
export type JobOutcome = Omit<Outcome, 'data'> & { readonly data: Packed | Buffer }

/** What a crew is made of, and who hears of it. */
export interface CrewOptions<Owner> {
  /** The script of the threads. */
  readonly script: URL
  readonly data: WorkerData
  readonly workers: number
  /** The most memory that JavaScript may use in each; null: Node's own limit. */
  readonly heapBytesMax: number | null
  /** After how long without an answer a worker that has work is ended, as one that died; null: never. */
  readonly timeoutMs: number | null
  readonly after: After
  /** What came of a job. */
  readonly onOutcome: (job: Job<Owner>, outcome: JobOutcome) => void
  /** Data that can't be worked on: they kill, or can't be sent. Never called within `send`. */
  readonly onFailed: (job: Job<Owner>, error: Error) => void
  readonly onLog: (line: LogForm) => void
  /** No worker can be started any more. */
  readonly onBroken: (error: Error) => void
}

/** How many parcels a worker has at most: one that it works on, and the next. */
const PARCELS_MAX = 2
/** How much goes into one parcel, about, in characters: small enough that all it makes is garbage before it is old. */
const PARCEL_SIZE = 196_608

/** A crew. */
export class Crew<Owner> {
  readonly #options: CrewOptions<Owner>
  readonly #members = new Set<Member<Owner>>()
  readonly #queue: Parcel<Owner>[] = []
  /** Slots that are free. */
  readonly #slots: Slot[] = []
  #nextNumber = 0
  #isEnding = false
  #isBroken = false
  #ended: (() => void) | null = null

  constructor(options: CrewOptions<Owner>) {
    this.#options = options
  }

  /**
   * Start the workers; resolves when all are ready.
   *
   * @throws The error of the first that can't be started.
   */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#options.workers }, () => this.#hire()))
    } catch (error) {
      this.close()
      throw error
    }
    for (const member of this.#members) member.rest()
  }

  /** Hand in some data. */
  send(job: Job<Owner>): void {
    const last = this.#queue.at(-1)
    const parcel =
      last === undefined || last.isSuspect || last.size + job.size > PARCEL_SIZE ? new Parcel<Owner>() : last
    if (parcel !== last) this.#queue.push(parcel)
    this.#lay(job, parcel)
    this.#pump()
  }

  /** What came of a job has gone on: nobody will ask for its data again. */
  letGo(job: Job<Owner>): void {
    this.#isFree(job.letGo())
  }

  /** There is no more to come; resolves when everything is done and every worker has ended. */
  end(): Promise<void> {
    this.#isEnding = true
    return new Promise((resolve) => {
      this.#ended = resolve
      this.#pump()
      this.#checkEnd()
    })
  }

  /** End it at once, whatever is left. */
  close(): void {
    this.#isBroken = true
    for (const { worker } of this.#members) void worker.terminate()
  }

  #lay(job: Job<Owner>, parcel: Parcel<Owner>): void {
    if (job.isText) {
      parcel.slot ??= this.#slots.pop() ?? Slot.make()
      job.layInto(parcel.slot)
    }
    parcel.add(job)
  }

  #isFree(slot: Slot | null): void {
    if (slot !== null) this.#slots.push(slot)
  }

  /** Put a job back in front, by itself. */
  #again(job: Job<Owner>): void {
    this.#isFree(job.takeOut())
    const parcel = new Parcel<Owner>()
    this.#lay(job, parcel)
    this.#queue.unshift(parcel)
  }

  async #hire(): Promise<void> {
    const { script, data, heapBytesMax } = this.#options
    const resourceLimits = heapBytesMax === null ? {} : { maxOldGenerationSizeMb: heapBytesMax / 2 ** 20 }
    const worker = new Worker(script, { workerData: data, resourceLimits })
    const member = new Member<Owner>(worker)
    this.#members.add(member)
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if ('ready' in message) {
          member.isReady = true
          resolve()
          this.#pump()
        } else if ('log' in message) this.#options.onLog(message.log)
        else this.#take(member, message.outcomes)
      })
      worker.on('messageerror', (error) => {
        member.error = toError(error)
        void worker.terminate()
      })
      worker.on('error', (error) => (member.error = toError(error)))
      worker.on('exit', (code) => {
        this.#members.delete(member)
        member.unwatch()
        if (!member.isReady) reject(member.error ?? new Error(`it ended with code ${code} before it was ready`))
        else if (!member.isEnding || member.jobs.size > 0) this.#lose(member, code)
        this.#checkEnd()
      })
    })
  }

  #take(member: Member<Owner>, outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const task = member.jobs.get(outcome.number)
      if (task === undefined) continue
      const { job, parcel } = task
      const { data } = outcome
      const packed = isSpan(data) ? (parcel.slot as Slot).bytes(data) : data
      member.jobs.delete(outcome.number)
      if (--parcel.open === 0) member.parcels--
      this.#options.onOutcome(job, { ...outcome, data: packed })
    }
    member.unwatch()
    if (member.jobs.size > 0) this.#watch(member)
    this.#pump()
    member.rest()
  }

  /** A worker that gives no answer for too long is ended. */
  #watch(member: Member<Owner>): void {
    const { timeoutMs, after } = this.#options
    if (timeoutMs !== null) member.watch(after, timeoutMs)
  }

  /** A worker has died. */
  #lose(member: Member<Owner>, code: number): void {
    if (this.#isBroken) return
    const cause = member.error ?? new Error(`process.exit(${code}) was called`)
    const lost = [...member.jobs.values()].map(({ job }) => job)
    this.#options.onLog({
      level: 'warn',
      fields: { reason: cause.message, again: lost.reduce((sum, { count }) => sum + count, 0) },
      message: 'a worker died: what it had is done again by a new one',
    })
    for (const job of lost.reverse()) {
      this.#isFree(job.takeOut())
      if (!job.isSuspect) {
        job.isSuspect = true
        this.#again(job)
      } else if (job.count > 1) for (const half of job.halves().reverse()) this.#again(half)
      else {
        const message = `a worker died of it twice: ${cause.message}`
        this.#options.onFailed(job, new DeadbeatError('ERR_WORKER', message, { cause }))
      }
    }
    if (this.#isEnding && this.#queue.length === 0) return
    this.#hire().catch((error: unknown) => this.#break(toError(error)))
  }

  #break(error: Error): void {
    if (this.#isBroken) return
    const jobs = this.#queue.splice(0).flatMap((parcel) => parcel.jobs)
    for (const member of this.#members) for (const { job } of member.jobs.values()) jobs.push(job)
    this.close()
    for (const job of jobs) this.#options.onFailed(job, error)
    this.#options.onBroken(error)
    this.#checkEnd()
  }

  #pump(): void {
    for (const member of this.#members) {
      while (member.isReady && !member.isEnding && member.parcels < PARCELS_MAX && this.#mayGive(member)) {
        const parcel = this.#queue.shift()
        if (parcel === undefined) break
        this.#post(member, parcel)
      }
      if (this.#isEnding && this.#queue.length === 0 && member.isReady && !member.isEnding) member.dismiss()
    }
  }

  /** A worker that has something suspect is given nothing else. */
  #mayGive(member: Member<Owner>): boolean {
    return member.parcels === 0 || (!member.hasSuspect && this.#queue[0]?.isSuspect !== true)
  }

  #post(member: Member<Owner>, parcel: Parcel<Owner>): void {
    const work = parcel.jobs.map((job) => ({ number: this.#nextNumber++, data: job.form }))
    try {
      member.post({ work, memory: parcel.slot?.memory ?? null })
    } catch (error) {
      const sendable = parcel.jobs.flatMap((job) => this.#sendable(job, toError(error)))
      for (const job of sendable.reverse()) this.#again(job)
      return
    }
    work.forEach(({ number }, i) => member.jobs.set(number, { job: parcel.jobs[i] as Job<Owner>, parcel }))
    member.parcels++
    member.hasSuspect = parcel.isSuspect
    this.#watch(member)
  }

  /** The parts of a job that can be sent. */
  #sendable(job: Job<Owner>, error: Error): Job<Owner>[] {
    if (isCloneable(job.data)) return [job]
    if (job.count > 1) return job.halves().flatMap((half) => this.#sendable(half, error))
    const message = `a datum that goes to a worker must be cloneable: ${error.message}`
    // Who hands it in may be in the middle of something.
    queueMicrotask(() => this.#options.onFailed(job, new DeadbeatError('ERR_CLONE', message, { cause: error })))
    return []
  }

  #checkEnd(): void {
    if (this.#isBroken || (this.#members.size === 0 && this.#queue.length === 0)) this.#ended?.()
  }
}

function isCloneable(data: Packed): boolean {
  try {
    structuredClone(data)
    return true
  } catch {
    return false
  }
}
