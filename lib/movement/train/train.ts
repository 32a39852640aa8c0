/**
 * Train = pipeline: a directed graph of cogs, and how it starts, runs and stops.
 *
 * Longer than 300 lines because all that a train can be asked and told stands here; how it is done stands elsewhere.
 */
import { requireAtLeast, toError } from '../../errors/index.js'
import type { Lifecycle, TrainForCogs, Winder } from '../cog/cog.js'
import type { DeadLetter } from '../life/dead-letter.js'
import { TrainError } from '../errors.js'
import type { EventLoop } from '../loop/event-loop.js'
import type { Journey } from '../life/journey.js'
import type { Account } from '../life/ledger.js'
import { cutStage, type CutOptions, type CutStage } from '../chain/cut-stage.js'
import { Line, type Last } from '../chain/line.js'
import type { LineMaker } from '../chain/line-maker.js'
import { stderrLogger, type Logger } from '../logger.js'
import { lastPlaces, lifecycleOf, type Place } from '../chain/place.js'
import type { Plan } from '../chain/plan.js'
import { balance } from '../chain/balance.js'
import { hasMemory, isBatch, TrainMemory } from '../cut/train-memory.js'
import { assemble, occupantsOf } from './assemble.js'
import { running, stopping } from './channels.js'
import type { Observer } from './observer.js'
import { policyOf, type FailurePolicy } from './policy.js'
import { Seat } from './seat.js'
import { throwFailures } from './failure.js'
import { fits, handDown, requireHeir } from './heir.js'
import { idTexts } from './id-texts.js'
import { Limit, shutDown, storeInTime } from './shutdown.js'
import { bindSignals } from './signals.js'
import { tellAll } from './tell-all.js'
import { TRAIN_DEFAULTS, type TrainSettings } from './train-config.js'
import type { RunOptions, TrainOptions } from './train-options.js'

/**
 * A train of cogs on an escapement.
 *
 * @example
 * const outputs = []
 * const train = new Train(new Escapement())
 * train.line(new IntervalSupply(train, { periodMs: 1, count: 3 }), ({ count }) => [count * 2])
 * train.onOutput((data) => outputs.push(data))
 * await train.run({ signals: false })
 * assert.deepEqual(outputs, [2, 4, 6])
 */
export class Train implements Winder {
  readonly esc: EventLoop
  readonly name: string
  readonly log: Logger
  readonly settings: TrainSettings
  /** The train's present moment, who looks on at it, and what it keeps for a later run, if anything; null until it is wound up. */
  journey: Journey | null = null
  observer: Observer | null = null
  memory: TrainMemory | null = null
  readonly #idText: (number: number) => string
  readonly #isCompiled: boolean
  readonly #checkpoints: TrainOptions['checkpoints']
  readonly #cuts: TrainOptions['cuts']
  readonly #lines: Line[] = []
  readonly #seats = new Map<object, Seat>()
  readonly #policies = new Map<object, FailurePolicy>()
  readonly #outputs = new Set<(data: unknown) => void>()
  readonly #endless = new Set<object>()
  readonly #failures: Error[] = []
  #dead: Line | null = null
  #plan: Plan | null = null
  #isRun = false
  #isStopping = false
  #hasHeir = false
  #givesAll = false // Set where nothing may be left to a later run.
  readonly #limit = new Limit()
  #end!: () => void
  readonly #ending = new Promise<void>((resolve) => (this.#end = resolve))

  /** @throws {RangeError} If a limit is below 1. */
  constructor(esc: EventLoop, options: TrainOptions = {}) {
    const { name = 'train', log = stderrLogger, idPrefix, isCompiled = true, checkpoints, cuts, ...settings } = options
    this.esc = esc
    this.#isCompiled = isCompiled
    this.#checkpoints = checkpoints
    this.#cuts = cuts
    this.name = name
    this.log = log
    this.settings = { ...TRAIN_DEFAULTS, ...settings }
    requireAtLeast(1, this.settings, 'inFlightMax', 'inFlightBytesMax', 'checkpointMs')
    requireAtLeast(0, this.settings, 'finishTimeoutMs', 'barrierMs')
    this.#idText = idTexts(idPrefix ?? `${Math.floor(esc.wall()).toString(36)}${process.pid.toString(36)}-`)
  }

  /** The train as a cog sees it. Called by the constructors of cogs, supplies and drains. */
  forCog(occupant: object): TrainForCogs {
    const seat = new Seat(this, occupant)
    this.#seats.set(occupant, seat)
    return seat
  }

  /** Couple stages into a line. It begins with a supply, or is led into by `to` of another; it ends with a drain, or stays open. */
  readonly line: LineMaker = ((...stages: unknown[]): Line => {
    if (this.#plan !== null) throw new TrainError('line() after the train was started: compose it first')
    const line = new Line(stages)
    this.#lines.push(line)
    return line
  }) as unknown as LineMaker

  /**
   * A stage at which the train may be cut, so that one part runs here and the rest elsewhere; in a whole train it is nothing.
   * What crosses it must be JSON.
   */
  cut<T>(name: string, options?: CutOptions<T>): CutStage<T> {
    return cutStage(name, options)
  }

  /** Where data that fail are diverted to: stages that take a `DeadLetter` and end with a drain. */
  deadLettersTo<A>(first: Last<DeadLetter, A>, ...rest: unknown[]): void {
    if (this.#dead !== null) throw new TrainError('deadLettersTo() twice: there is one line of dead letters')
    this.#dead = new Line([first, ...rest])
  }

  /**
   * Say what becomes of data that fail at one stage, where it differs from the train's own policy.
   *
   * @throws {RangeError} If a number is below 1. Once it is started: TrainError, if the stage isn't in the train, or gives
   * at once and is to be retried.
   */
  onError(stage: object, policy: Partial<FailurePolicy>): void {
    this.#policies.set(stage, policyOf(policy, this.settings))
  }

  /** Hear the data that reach the open end of a line. Answers how to stop listening. */
  onOutput(listener: (data: never) => void): () => void {
    this.#outputs.add(listener as (data: unknown) => void)
    return () => void this.#outputs.delete(listener as (data: unknown) => void)
  }

  /** Hear, once, that the train has ended and everybody is done; soon, if that is so already. */
  onEnd(listener: () => void): void {
    void this.#ending.then(listener)
  }

  /** Call a method by name on everything in the train that has it. @throws {AggregateError} If some threw; all were called. */
  notify(name: string, ...args: unknown[]): void {
    tellAll(this.#occupants(), name, args)
  }

  /**
   * Run until the supplies have ended, `stop` is called, a signal comes, or something fails.
   *
   * @throws {TrainError} If the train can't be built as it was composed, or was run before.
   * @throws The failure that stopped it, or an AggregateError of several.
   */
  async run({ signals = true, onStarted, onFailed }: RunOptions = {}): Promise<void> {
    const plan = this.wind()
    if (this.#isRun) throw new TrainError('run() twice: a train runs once, make another one')
    this.#isRun = true
    plan.supplies.forEach((supply) => this.#endless.add(supply))
    const unbind = signals ? bindSignals(this.esc, this) : null
    // Node is about to exit as nothing can happen any more: without this it would do so without a word.
    process.on('beforeExit', this.#stranded)
    void this.#start(plan, onStarted ?? (() => running.publish({ train: this })), onFailed)
    await this.#ending
    process.off('beforeExit', this.#stranded)
    unbind?.()
    throwFailures(this.#failures)
  }

  /** Stop in order: supplies, cogs, drains. Resolves when everybody is done; what failed, `run` reports. */
  stop(): Promise<void> {
    this.#limit.start(this.esc, this.settings.finishTimeoutMs)
    return this.#finish()
  }

  /**
   * Leave the work to another train, to run when this one's `run` has resolved. What this one holds is carried over by a
   * check-point, if it makes any and the other one has a place for everything; else it is drained first, as at a stop.
   * Sockets that listen are handed over open.
   * @throws {TrainError} If the other one can't take over, or the drains don't write in time: then this one goes on.
   */
  async leaveTo(heir: Train): Promise<'carried' | 'drained' | 'ended'> {
    const [here, there, journey] = [this.wind().places, heir.wind().places, this.journey]
    const inherit = (): void => handDown(here, there, this.log)
    requireHeir(this.wind(), heir.wind())
    const isCarried = !this.#isStopping && fits(here, there) && (await this.memory?.leave(inherit)) === true
    this.#hasHeir = true
    if (!isCarried && !this.#isStopping && journey !== null) {
      this.#givesAll = true
      heir.memory?.forgive()
      journey.inFlight.isBarred = true // The supplies wait.
      journey.checkRoom()
      inherit()
    }
    await this.stop()
    return isCarried ? 'carried' : this.#endless.size === 0 ? 'ended' : 'drained'
  }

  /** Take the work back from one that could not start (`onFailed`): what that one has open and what it had no place for. */
  takeBack(failed: Train): void {
    handDown(failed.wind().places, this.wind().places, this.log)
    this.memory?.forgive(failed.memory?.found)
  }

  /** Something failed that the train can't go on without: stop, and let `run` report it. */
  abort(error: Error): void {
    this.#failures.push(error)
    void this.stop()
  }

  /** One of the supplies has nothing more to give. */
  supplyEnded(supply: object): void {
    this.#endless.delete(supply)
    // Nobody asked it to hurry: what is under way may take its time.
    if (this.#endless.size === 0) void this.#finish()
  }

  /** Make a check-point soon; tell once its record is stored (at once where there are none), or that none can be now. */
  checkpoint(then: (isStored: boolean) => void): void {
    if (this.memory === null) then(true)
    else this.memory.soon(then)
  }

  /** The number of the place where somebody stands; -1 if nowhere. */
  placeOf(occupant: object): number {
    return this.#plan?.places.find((place) => place.occupant === occupant)?.index ?? -1
  }

  /** Each cog's account, in the order of the train. */
  accounts(): Account[] {
    if (this.#plan === null || this.journey === null) return []
    return balance(this.#plan, this.journey.ledger)
  }

  /** Lay the train out and build its engine. Done by `run`; by itself it lets a train be looked at, and opens nothing. */
  wind(): Plan {
    if (this.#plan !== null) return this.#plan
    const { esc, log, settings } = this
    const made = assemble({
      ...{ lines: this.#lines, dead: this.#dead, outputs: this.#outputs },
      ...{ isCompiled: this.#isCompiled, policies: this.#policies, cuts: this.#cuts?.(this) ?? null },
      ...{ esc, log, settings, idText: this.#idText, abort: (error) => this.abort(error) },
    })
    const { plan, retries, observer } = made
    void this.#ending.then(() => retries.close()).then(() => observer.close())
    this.#plan = plan
    this.journey = made.journey
    this.observer = observer
    if (this.#checkpoints !== undefined && hasMemory(plan)) {
      const store = typeof this.#checkpoints === 'function' ? this.#checkpoints(isBatch(plan)) : this.#checkpoints
      this.memory = new TrainMemory({ ...made, esc, log, store, abort: (error) => this.abort(error), ...settings })
    }
    return plan
  }

  readonly #stranded = (): void => {
    const message = 'nothing is left that could wake the train: no supply has ended, and none waits for anything'
    if (this.#isStopping) this.#limit.expire()
    else this.abort(new TrainError(message))
  }

  /** From the drains to the supplies; what an earlier run held goes in just before these. */
  async #start(plan: Plan, hasStarted: () => void, onFailed?: () => Promise<void>): Promise<void> {
    try {
      await this.memory?.recall()
      const order = [...lastPlaces(plan.places)].reverse()
      await this.#startAll(order.filter(({ kind }) => kind !== 'supply'))
      if (this.#hasToStop()) return
      await this.memory?.begin()
      await this.#startAll(order.filter(({ kind }) => kind === 'supply'))
      if (this.#hasToStop()) return
      this.memory?.soon(() => undefined) // Where the supplies have begun must be known before anything is lost.
      hasStarted()
    } catch (error) {
      await onFailed?.().catch((more: unknown) => this.#failures.push(toError(more)))
      this.abort(toError(error))
    }
  }

  /** For the compiler, which takes the property for what it was before anything was awaited. */
  #hasToStop(): boolean {
    return this.#isStopping
  }

  async #startAll(places: readonly Place[]): Promise<void> {
    for (const { occupant } of places) {
      if (this.#isStopping) return
      await lifecycleOf(occupant).start?.()
    }
  }

  #finish(): Promise<void> {
    if (this.#isStopping) return this.#ending
    this.#isStopping = true
    if (!this.#hasHeir) stopping.publish({ train: this })
    void this.#shutDown()
    return this.#ending
  }

  async #shutDown(): Promise<void> {
    const { journey } = this
    if (this.memory !== null) await this.#limit.holds(this.memory.settled(this.#endless.size > 0 && !this.#givesAll))
    if (this.#plan !== null && journey !== null) {
      const { places } = this.#plan
      const isComplete = (): boolean => this.#endless.size === 0 && this.#failures.length === 0
      const beforeDone = (): Promise<void> =>
        storeInTime(this.esc, this.settings.finishTimeoutMs, async () => this.memory?.end(isComplete()))
      this.#failures.push(...(await shutDown({ places, journey, seats: this.#seats, limit: this.#limit, beforeDone })))
    }
    this.#end()
  }

  #occupants(): Lifecycle[] {
    const lines = this.#dead === null ? this.#lines : [...this.#lines, this.#dead]
    return occupantsOf(this.#plan?.places ?? lines.flatMap((line) => line.places))
  }
}
