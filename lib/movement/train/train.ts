/** Train = pipeline: a directed graph of cogs, and how it starts, runs and stops. */
import { channel } from 'node:diagnostics_channel'
import { requireAtLeast, toError } from '../../errors/index.js'
import type { Lifecycle, TrainForCogs, Winder } from '../cog/cog.js'
import type { DeadLetter } from '../life/dead-letter.js'
import { buildEngine } from '../chain/build-engine.js'
import { TrainError } from '../errors.js'
import type { EventLoop } from '../loop/event-loop.js'
import { failureHandler } from './failure.js'
import { InFlight } from '../life/in-flight.js'
import { Journey } from '../life/journey.js'
import { Ledger, type Account } from '../life/ledger.js'
import { Line, type Last } from '../chain/line.js'
import type { LineMaker } from '../chain/line-maker.js'
import { stderrLogger, type Logger } from '../logger.js'
import { Outlet } from '../chain/outlet.js'
import { lastPlaces, lifecycleOf, placeOf } from '../chain/place.js'
import { layOut, type Plan } from '../chain/plan.js'
import { balance } from '../chain/balance.js'
import { Seat } from './seat.js'
import { Settlement } from '../life/settlement.js'
import { listenersAmong } from './listeners.js'
import { Limit, shutDown } from './shutdown.js'
import { bindSignals, type Signalled } from './signals.js'
import { TRAIN_DEFAULTS, type TrainSettings } from './train-config.js'

/** Says that a train runs, to whoever waits for it: the parent of a daemon, a service manager. */
const running = channel('deadbeat.train.running')

/** A train's settings, its name and its logger. */
export interface TrainOptions extends Partial<TrainSettings> {
  readonly name?: string
  readonly log?: Logger
  /** What the ids of its events begin with; by default the time of its making. */
  readonly idPrefix?: string
  /** Whether the lines may be compiled (true); false runs them as closures, as DEADBEAT_CODEGEN=off does everywhere. */
  readonly isCompiled?: boolean
}

/** How a train runs. */
export interface RunOptions {
  /** Whether SIGINT and SIGTERM stop it, a second one at once, and SIGHUP and SIGUSR1 reopen its files. */
  readonly signals?: boolean
}

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
  /** The train's present moment; null until it is wound up. */
  journey: Journey | null = null
  readonly #idPrefix: string
  readonly #isCompiled: boolean
  readonly #lines: Line[] = []
  readonly #seats = new Map<object, Seat>()
  readonly #outputs = new Set<(data: unknown) => void>()
  readonly #endless = new Set<object>()
  readonly #failures: Error[] = []
  #dead: Line | null = null
  #plan: Plan | null = null
  #isRun = false
  #isStopping = false
  readonly #limit = new Limit()
  #end!: () => void
  readonly #ending = new Promise<void>((resolve) => (this.#end = resolve))

  /** @throws {RangeError} If a limit is below 1. */
  constructor(esc: EventLoop, options: TrainOptions = {}) {
    const { name = 'train', log = stderrLogger, idPrefix, isCompiled = true, ...settings } = options
    this.esc = esc
    this.#isCompiled = isCompiled
    this.name = name
    this.log = log
    this.settings = { ...TRAIN_DEFAULTS, ...settings }
    requireAtLeast(1, this.settings, 'inFlightMax', 'inFlightBytesMax')
    requireAtLeast(0, this.settings, 'finishTimeoutMs')
    this.#idPrefix = idPrefix ?? `${Math.floor(esc.wall()).toString(36)}${process.pid.toString(36)}-`
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

  /** Where data that fail are diverted to: stages that take a `DeadLetter` and end with a drain. */
  deadLettersTo<A>(first: Last<DeadLetter, A>, ...rest: unknown[]): void {
    if (this.#dead !== null) throw new TrainError('deadLettersTo() twice: there is one line of dead letters')
    this.#dead = new Line([first, ...rest])
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

  /**
   * Call a method by name on everything in the train that has it, in the order of the train.
   *
   * @throws {AggregateError} If some threw; all were called.
   */
  notify(name: string, ...args: unknown[]): void {
    const errors: unknown[] = []
    for (const occupant of this.#occupants()) {
      const method: unknown = (occupant as Record<string, unknown>)[name]
      if (typeof method !== 'function') continue
      try {
        ;(method as (...args: unknown[]) => void).apply(occupant, args)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0)
      throw new AggregateError(
        errors,
        `${errors.length} failed to hear ${name}: ${errors.map((e) => toError(e).message).join('; ')}`,
      )
  }

  /**
   * Run until the supplies have ended, `stop` is called, a signal comes, or something fails.
   *
   * @throws {TrainError} If the train can't be built as it was composed, or was run before.
   * @throws The failure that stopped it, or an AggregateError of several.
   */
  async run({ signals = true }: RunOptions = {}): Promise<void> {
    const plan = this.wind()
    if (this.#isRun) throw new TrainError('run() twice: a train runs once, make another one')
    this.#isRun = true
    for (const supply of plan.supplies) this.#endless.add(supply)
    const unbind = signals ? bindSignals(this.esc, this.#signalled()) : null
    // Node is about to exit as nothing can happen any more: without this it would do so without a word.
    const stranded = (): void => this.#stranded()
    process.on('beforeExit', stranded)
    await this.#start(plan)
    await this.#ending
    process.off('beforeExit', stranded)
    unbind?.()
    const [failure] = this.#failures
    if (this.#failures.length > 1) {
      throw new AggregateError(this.#failures, this.#failures.map(({ message }) => message).join('; '))
    }
    if (failure !== undefined) throw failure
  }

  /** Stop in order: supplies, cogs, drains. Resolves when everybody is done; what failed, `run` reports. */
  stop(): Promise<void> {
    this.#limit.start(this.esc, this.settings.finishTimeoutMs)
    return this.#finish()
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

  /** Make a check-point soon, and tell once its record is stored; at once where there are none. */
  checkpoint(then: () => void): void {
    then()
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
    for (const line of this.#lines) if (line.isOpen) line.places.push(placeOf(new Outlet(this.#outputs)))
    // Dead letters are no output: where nothing ends their line, the first of them stops the train.
    if (this.#dead?.isOpen === true) this.#dead.places.push(placeOf(new Outlet(new Set())))
    const plan = layOut(this.#lines, this.#dead)
    if (plan.supplies.length === 0) throw new TrainError('a train needs a supply: no line begins with one')
    this.#plan = plan
    const ledger = new Ledger(plan.places.length)
    const inFlight = new InFlight(this.settings, plan.supplies, plan.drains)
    const idText = (number: number): string => this.#idText(number)
    const journey = new Journey(ledger, new Settlement(plan.drains), inFlight, idText)
    journey.names = plan.places.map(({ name }) => name)
    journey.settlement.listeners = listenersAmong(this.#occupants(), idText, (error) => this.abort(error))
    journey.settlement.onError = (error) => this.abort(toError(error))
    this.journey = journey
    const engine = buildEngine(plan, journey, this.#isCompiled)
    journey.onFailure = failureHandler({
      ...{ esc: this.esc, log: this.log, onError: this.settings.onError, plan, journey, engine },
      abort: (error) => this.abort(error),
    })
    plan.supplies.forEach((supply, i) => Object.assign(supply, engine.supplies[i]))
    return plan
  }

  #stranded(): void {
    if (this.#isStopping) this.#limit.expire()
    else
      this.abort(
        new TrainError('nothing is left that could wake the train: no supply has ended, and none waits for anything'),
      )
  }

  /** From the drains to the supplies. */
  async #start({ places }: Plan): Promise<void> {
    try {
      for (const { occupant } of [...lastPlaces(places)].reverse()) {
        if (this.#isStopping) return
        await lifecycleOf(occupant).start?.()
      }
      if (!this.#isStopping) running.publish({ train: this })
    } catch (error) {
      this.abort(toError(error))
    }
  }

  #finish(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true
      void this.#shutDown()
    }
    return this.#ending
  }

  async #shutDown(): Promise<void> {
    const { journey } = this
    if (this.#plan !== null && journey !== null) {
      const { places } = this.#plan
      this.#failures.push(...(await shutDown({ places, journey, seats: this.#seats, limit: this.#limit })))
    }
    this.#end()
  }

  #idText(number: number): string {
    return number >= 0 ? this.#idPrefix + number.toString(36) : `${this.#idPrefix}m${(-number).toString(36)}`
  }

  #occupants(): Lifecycle[] {
    const lines = this.#dead === null ? this.#lines : [...this.#lines, this.#dead]
    const places = lastPlaces(this.#plan?.places ?? lines.flatMap((line) => line.places))
    return places.map(({ occupant }) => lifecycleOf(occupant))
  }

  #signalled(): Signalled {
    return {
      stop: (signal) => {
        this.log.info({ signal }, 'stopping')
        void this.stop()
      },
      reopen: (signal) => {
        this.log.info({ signal }, 'reopening files')
        try {
          this.notify('reopen')
        } catch (error) {
          this.log.error({ err: error }, 'could not reopen every file')
        }
      },
    }
  }
}
