/**
 * Check-points: a consistent cut of the whole train, so that `kill -9` at any moment loses nothing and, from file to
 * file, repeats nothing.
 *
 * Between two passages everything that the supplies have put is in one of four places: taken by a drain, over, in the
 * memory of a cog with a snapshot, or held. So one record says it all: how far each supply has got, where each
 * drain's output ends (sealed: what it took up to now), the snapshots, and the list of what is held. It is stored once
 * the drains have written up to their seals; meanwhile the train goes on, nobody waits. A later run cuts each output
 * back to its mark, takes the snapshots back, puts in what was held, and lets the supplies go on.
 *
 * While nothing moves nothing is done: the first passage after a cut starts the time until the next. A cut that costs
 * much (ten thousand files) makes the next one wait longer, so that it never takes more than a twentieth of the time.
 *
 * Only where something is held that can't be written down does anybody wait: see `barrier.ts`.
 *
 * Longer than 300 lines because what cuts wait for, in which order, is one story.
 */
import { codeOf, DeadbeatError, toError } from '../../errors/index.js'
import { TrainError } from '../errors.js'
import type { Json } from '../cog/cog.js'
import type { Sink } from '../cog/drain.js'
import type { Supply } from '../cog/supply.js'
import { lastPlaces, type Place } from '../chain/place.js'
import type { Plan } from '../chain/plan.js'
import type { Journey } from '../life/journey.js'
import type { Logger } from '../logger.js'
import type { Binding, EventLoop } from '../loop/event-loop.js'
import { Barrier } from './barrier.js'
import { CannotCut, hasSnapshot, OpenLister } from './open-list.js'
import { whole, type Checkpoints, type CutRecord, type Marks, type Opening } from './record.js'
import { snapshotOf, type Snapshotted } from './snapshot.js'

/** What a cutter needs. */
export interface CutterContext {
  readonly plan: Plan
  readonly journey: Journey
  readonly esc: EventLoop
  readonly log: Logger
  readonly store: Checkpoints
  /** Stop the train with an error. */
  readonly abort: (error: Error) => void
  /** How long after something moved a check-point is made. */
  readonly checkpointMs: number
  /** How long supplies may wait for it; 0: never. */
  readonly barrierMs: number
  /** How long the drains may take to write what they have, before the train is left to another one. */
  readonly finishTimeoutMs: number
}

/** How check-points fare. */
export interface CutState {
  /** When the last record of this run was stored, by the wall clock; null before the first. */
  readonly storedMs: number | null
  /** What keeps the next one from being made or stored; null if nothing does. */
  readonly trouble: string | null
}

/** Of the time one cut may take at most this part. */
const SHARE = 20
/** What a cut is taken to cost at most, in ms. */
const COST_MAX_MS = 500
/** After how long a record that couldn't be stored is tried again; twice as long each time, up to the longest. */
const RETRY_MS = 1000
const RETRY_MAX_MS = 10_000

/** Makes a train's check-points. */
export class Cutter {
  readonly #context: CutterContext
  readonly #lister: OpenLister
  readonly #barrier: Barrier
  readonly #places: readonly Place[]
  readonly #drains: readonly Place[]
  #timer: Binding | null = null
  /** Whether everything that an earlier run held is in: a cut before that would lack the rest. */
  #isOpen = false
  /** Set from a cut until its record is stored. */
  #isCutting = false
  #storing: Promise<void> | null = null
  #isClosed = false
  #lastCutMs = -Infinity
  #lastCostMs = 0
  /** What could not be written down at the last try. */
  #obstacle: CannotCut | null = null
  #trouble = ''
  #retryMs = RETRY_MS
  #storedMs: number | null = null
  /** Somebody else has the place of the records: nothing may be stored there any more. */
  #isDispossessed = false
  /** Who waits for a record of a moment after they asked. */
  #waiting: ((isStored: boolean) => void)[] = []
  /** Tells who wants to leave the train, if anybody does. */
  #leaving: (isStored: boolean) => void = () => undefined

  constructor(context: CutterContext) {
    this.#context = context
    this.#lister = new OpenLister(context.plan, context.journey)
    this.#barrier = new Barrier(context)
    this.#places = lastPlaces(context.plan.places)
    this.#drains = this.#places.filter(({ kind }) => kind === 'drain')
  }

  /** How it fares: when the last record was stored, by the wall clock, and what keeps the next from it. */
  get state(): CutState {
    return { storedMs: this.#storedMs, trouble: this.#trouble === '' ? null : this.#trouble }
  }

  /** Store the first record of this run, before anything moves: what an earlier run left, with the outputs as they are. */
  async start(before: CutRecord | null): Promise<void> {
    const opening = before === null ? this.#open() : JSON.stringify({ ...before, drains: undefined })
    const marks = await new Promise<Marks>((resolve) => this.#seal(resolve))
    await this.#storeOnce(whole(opening, marks))
    this.#storedMs = this.#context.esc.wall()
  }

  /** Everything that an earlier run held is in. From here on a record is made whenever something has moved. */
  open(): void {
    this.#isOpen = true
    if (this.#waiting.length > 0) this.#cut()
    else this.#arm()
  }

  /** Make one as soon as no passage is under way; tell when its record is stored, or that none can be made now. */
  soon(then: (isStored: boolean) => void): void {
    this.#waiting.push(then)
    if (this.#waiting.length === 1) this.#hurry()
  }

  /** The last one, when everybody has finished. Answers whether it was stored; if not, the one before stays. */
  async last(): Promise<boolean> {
    this.close()
    await this.#storing
    if (this.#isDispossessed) return false
    if (!this.#isOpen) return false // The first record knows of all that was still to be let in.
    if (this.#context.journey.halted) return false // What was to come of this chunk is still to be done.
    const opening = this.#openOrNull()
    const sealed: Marks[] = []
    this.#seal((told) => sealed.push(told)) // A drain that has given up tells none any more.
    const [marks] = sealed
    if (opening === null) this.#tellObstacle()
    if (opening === null || marks === undefined) return false
    await this.#storeOnce(whole(opening, marks))
    return true
  }

  /** Store the first record or the last, of which there is no other try. */
  async #storeOnce(json: string): Promise<void> {
    const { store } = this.#context
    try {
      await store.store(json)
    } catch (error) {
      throw new DeadbeatError(
        codeOf(error) || 'EIO',
        `cannot store the check-point in ${store.name}: ${toError(error).message}`,
        { cause: error },
      )
    }
  }

  /**
   * A last one of a train that is left to another one: `atCut` is called at its instant, and nothing moves any more.
   * Answers whether it could be made; if not, nothing has changed.
   */
  async leave(atCut: () => void): Promise<boolean> {
    const { journey, store, log, esc, finishTimeoutMs } = this.#context
    if (this.#isClosed) return false
    const hasClosed = (): boolean => this.#isClosed // For the compiler, which would take it for what it was.
    this.#barrier.keep()
    // One before, as it shows that all of it can be written down; behind it there is hardly anything left to wait for.
    let isLate = false as boolean
    const late = esc.after(finishTimeoutMs, () => {
      isLate = true
      this.#leaving(false)
    })
    const isStored = await new Promise<boolean>((resolve) => this.soon((this.#leaving = resolve)))
    esc.cancel(late)
    const opening = isStored && !hasClosed() ? this.#openOrNull() : null
    if (opening === null) {
      this.#barrier.release()
      if (isLate) throw new TrainError(`no drain may take longer than finishTimeoutMs (${finishTimeoutMs} ms) to write`)
      return false
    }
    this.close()
    journey.isLeft = journey.halted = true
    atCut()
    const marks = await new Promise<Marks>((resolve) => this.#seal(resolve))
    try {
      await this.#storing
      await store.store(whole(opening, marks))
    } catch (error) {
      // What moved since the one before is cut back and done again.
      log.warn({ err: error }, `cannot store the last check-point in ${store.name}: the one before it counts`)
    }
    return true
  }

  /** Make no more. */
  close(): void {
    this.#isClosed = true
    this.#leaving(false)
    this.#barrier.open()
    this.#context.journey.onMoved = null
    if (this.#timer !== null) this.#context.esc.cancel(this.#timer)
    this.#timer = null
  }

  /** Wait until something moves; then for the time between two cuts. */
  #arm(): void {
    const { journey, checkpointMs } = this.#context
    if (this.#isClosed || this.#timer !== null) return
    journey.onMoved = () => this.#after(Math.max(checkpointMs, this.#lastCostMs * SHARE))
  }

  #after(delayMs: number): void {
    this.#timer ??= this.#context.esc.after(delayMs, () => {
      this.#timer = null
      this.#cut()
    })
  }

  /** Cut as soon as no passage is under way, but where cuts cost much not more often than they may. */
  #hurry(): void {
    const { esc } = this.#context
    const restMs = this.#lastCutMs + this.#lastCostMs * SHARE - esc.now()
    if (restMs <= 0) {
      esc.enqueue(() => this.#cut())
      return
    }
    if (this.#timer !== null) esc.cancel(this.#timer)
    this.#timer = null
    this.#after(restMs)
  }

  /** Cut now; the record is stored when the drains have written what they took so far. */
  #cut(): void {
    const { journey, esc, abort } = this.#context
    if (!this.#isOpen || this.#isClosed || this.#isCutting || journey.halted) return
    const startMs = esc.now()
    try {
      const opening = this.#openOrNull()
      if (opening === null) this.#wait()
      else this.#begin(opening)
    } catch (error) {
      this.close()
      abort(toError(error))
    }
    this.#lastCutMs = esc.now()
    // One that was interrupted for long is no measure.
    this.#lastCostMs = Math.min(this.#lastCutMs - startMs, COST_MAX_MS)
  }

  #begin(opening: Opening): void {
    this.#isCutting = true
    const waiting = this.#waiting.splice(0)
    this.#seal((marks) => this.#store(whole(opening, marks), waiting))
    this.#barrier.open()
  }

  /** This was no moment to cut. */
  #wait(): void {
    const { journey, checkpointMs } = this.#context
    if (this.#obstacle?.isPassing === true && this.#barrier.close(() => this.#giveUp()))
      journey.onMoved = () => this.#after(Math.max(checkpointMs / SHARE, this.#lastCostMs))
    else this.#giveUp()
  }

  /** Nobody may wait for what may never come; the record before stays. */
  #giveUp(): void {
    this.#tellObstacle()
    for (const then of this.#waiting.splice(0)) then(false)
    this.#arm()
  }

  #store(json: string, waiting: readonly ((isStored: boolean) => void)[]): void {
    if (this.#isClosed) return
    const { store, log, abort } = this.#context
    this.#storing = store.store(json).then(
      () => {
        this.#isCutting = false
        if (this.#trouble !== '') log.info(`check-points can be stored in ${store.name} again`)
        this.#trouble = ''
        this.#retryMs = RETRY_MS
        this.#storedMs = this.#context.esc.wall()
        for (const then of waiting) then(true)
        if (this.#waiting.length > 0) this.#hurry()
        else this.#arm()
      },
      (error: unknown) => {
        this.#isCutting = false
        if (codeOf(error) === 'ERR_IN_USE') {
          this.#isDispossessed = true
          this.close()
          abort(toError(error))
          return
        }
        const { message } = toError(error)
        if (this.#trouble !== message)
          log.error({ err: error }, `cannot store the check-point in ${store.name}: ${message}; it is tried again`)
        this.#trouble = message
        this.#leaving(false)
        this.#waiting.unshift(...waiting)
        if (!this.#isClosed) this.#after(this.#retryMs)
        this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS)
      },
    )
  }

  #openOrNull(): Opening | null {
    try {
      return this.#open()
    } catch (error) {
      if (!(error instanceof CannotCut)) throw error
      this.#obstacle = error
      return null
    }
  }

  #tellObstacle(): void {
    const message = this.#obstacle?.message ?? ''
    if (this.#trouble !== message)
      this.#context.log.warn(
        `no check-point while ${message}: after a crash, what came since the last one is done again`,
      )
    this.#trouble = message
  }

  /** @throws {CannotCut} If this is no moment to cut. */
  #open(): Opening {
    const open = this.#lister.list()
    const supplies: Record<string, Json> = {}
    const snapshots: Record<string, Json> = {}
    for (const { kind, name, occupant } of this.#places) {
      const mark = kind === 'supply' ? (occupant as Supply<unknown>).mark?.() : undefined
      if (mark !== undefined) supplies[name] = mark
      if (hasSnapshot(occupant)) snapshots[name] = snapshotOf(name, occupant as unknown as Snapshotted)
    }
    return JSON.stringify({ version: 1, timeMs: this.#context.esc.wall(), supplies, snapshots, ...open })
  }

  /** All at the same instant: a drain that writes at once makes room, in which a supply may put more. */
  #seal(told: (marks: Marks) => void): void {
    const marks = new Map<string, Json>()
    this.#context.journey.still(() => {
      for (const { name, occupant } of this.#drains) {
        ;(occupant as unknown as Sink<never>).seal((mark) => {
          marks.set(name, mark)
          if (marks.size === this.#drains.length) told(marks)
        })
      }
    })
    if (this.#drains.length === 0) told(marks)
  }
}
