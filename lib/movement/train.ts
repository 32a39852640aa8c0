/** Train = pipeline: a directed graph of cogs, and how it starts, runs and stops. */
import { channel } from 'node:diagnostics_channel'
import { requireAtLeast, toError } from '../errors/index.js'
import type { TrainForCogs, Winder } from './cog.js'
import type { DeadLetter } from './dead-letter.js'
import { buildEngine, type Engine } from './engine.js'
import { TrainError, type CogError } from './errors.js'
import type { Binding, EventLoop } from './event-loop.js'
import { InFlight } from './in-flight.js'
import { Journey } from './journey.js'
import { Ledger, type Account } from './ledger.js'
import { Line, type Last } from './line.js'
import type { LineMaker } from './line-maker.js'
import { stderrLogger, type Logger } from './logger.js'
import { Outlet } from './outlet.js'
import { lifecycleOf, placeOf } from './place.js'
import { layOut, type Plan } from './plan.js'
import { balance } from './balance.js'
import { Seat } from './seat.js'
import { Settlement, type Listeners } from './settlement.js'
import { shutDown } from './shutdown.js'
import type { Ticket } from './ticket.js'
import { TRAIN_DEFAULTS, type TrainSettings } from './train-config.js'

/** Says that a train runs, to whoever waits for it: the parent of a daemon, a service manager. */
const running = channel('deadbeat.train.running')

/** A train's settings, its name and its logger. */
export interface TrainOptions extends Partial<TrainSettings> {
  readonly name?: string
  readonly log?: Logger
  /** What the ids of its events begin with; by default the time of its making. */
  readonly idPrefix?: string
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
  readonly #lines: Line[] = []
  readonly #seats = new Map<object, Seat>()
  readonly #outputs = new Set<(data: unknown) => void>()
  readonly #endless = new Set<object>()
  readonly #failures: Error[] = []
  #dead: Line | null = null
  #plan: Plan | null = null
  #engine: Engine | null = null
  #stopped: Promise<void> | null = null
  #onStop: (() => void) | null = null

  /** @throws {RangeError} If a limit is below 1. */
  constructor(esc: EventLoop, options: TrainOptions = {}) {
    const { name = 'train', log = stderrLogger, idPrefix, ...settings } = options
    this.esc = esc
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
   * @throws {TrainError} If the train can't be built as it was composed.
   * @throws The failure that stopped it, or an AggregateError of several.
   */
  async run({ signals = true }: RunOptions = {}): Promise<void> {
    const plan = this.wind()
    const stop = new Promise<void>((resolve) => (this.#onStop = resolve))
    for (const supply of plan.supplies) this.#endless.add(supply)
    const bindings = signals ? this.#bindSignals() : []
    try {
      for (const { occupant } of [...plan.places].reverse()) {
        if (this.#failures.length > 0 || this.#stopped !== null) break
        await lifecycleOf(occupant).start?.()
      }
      running.publish({ train: this })
    } catch (error) {
      this.abort(toError(error))
    }
    await stop
    await this.#stopped
    for (const [signal, binding] of bindings) this.esc.signalUnregister(signal, binding)
    const [failure] = this.#failures
    if (this.#failures.length > 1) {
      throw new AggregateError(this.#failures, this.#failures.map(({ message }) => message).join('; '))
    }
    if (failure !== undefined) throw failure
  }

  /** Stop in order: supplies, cogs, drains. Resolves when everybody is done; what failed, `run` reports. */
  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown()
    return this.#stopped
  }

  /** Something failed that the train can't go on without: stop, and let `run` report it. */
  abort(error: Error): void {
    this.#failures.push(error)
    void this.stop()
  }

  /** One of the supplies has nothing more to give. */
  supplyEnded(supply: object): void {
    this.#endless.delete(supply)
    if (this.#endless.size === 0) void this.stop()
  }

  /** Each cog's account, in the order of the train. */
  accounts(): Account[] {
    if (this.#plan === null || this.journey === null) return []
    return balance(this.#plan, this.journey.ledger)
  }

  /** Lay the train out and build its engine. Done by `run`; by itself it lets a train be looked at, and opens nothing. */
  wind(): Plan {
    if (this.#plan !== null) return this.#plan
    for (const line of [...this.#lines, ...(this.#dead === null ? [] : [this.#dead])]) {
      if (line.isOpen) line.places.push(placeOf(new Outlet(this.#outputs)))
    }
    const plan = layOut(this.#lines, this.#dead)
    if (plan.supplies.length === 0) throw new TrainError('a train needs a supply: no line begins with one')
    const ledger = new Ledger(plan.places.length)
    const inFlight = new InFlight(this.settings, plan.supplies, plan.drains)
    const journey = new Journey(ledger, new Settlement(plan.drains), inFlight, (number) => this.#idText(number))
    journey.names = plan.places.map(({ name }) => name)
    journey.settlement.listeners = this.#listeners(plan)
    journey.onFailure = (error, ticket, k, data) => this.#failed(error, ticket, k, data)
    this.journey = journey
    this.#plan = plan
    const engine = buildEngine(plan, journey)
    this.#engine = engine
    plan.supplies.forEach((supply, i) => {
      const inlet = engine.supplies[i]
      if (inlet === undefined) return
      supply.put = inlet.put
      supply.lines = inlet.lines
    })
    return plan
  }

  async #shutDown(): Promise<void> {
    const plan = this.wind()
    const errors = await shutDown({
      esc: this.esc,
      places: plan.places,
      journey: this.journey as Journey,
      seats: this.#seats,
      finishTimeoutMs: this.settings.finishTimeoutMs,
    })
    this.#failures.push(...errors)
    this.#onStop?.()
  }

  #failed(error: CogError, ticket: Ticket, k: number, data: unknown): void {
    const { cog, id } = error
    const { settings } = this
    const plan = this.#plan as Plan
    const journey = this.journey as Journey
    const engine = this.#engine as Engine
    const isInDeadLetters = journey.at >= plan.firstDeadPlace
    const policy = settings.onError === 'auto' ? (engine.dead === null ? 'stop' : 'divert') : settings.onError
    if (isInDeadLetters || policy === 'stop' || (policy === 'divert' && engine.dead === null)) {
      journey.halt()
      this.log.fatal({ id, cog, err: error.cause }, `stopping: ${error.message}`)
      this.abort(error)
      return
    }
    this.log.error({ id, cog, err: error.cause }, policy === 'drop' ? 'dropped a datum' : 'diverted a datum')
    if (policy === 'drop' || engine.dead === null) return
    const original = ticket.owner?.original?.(ticket, k) ?? null
    journey.depth++
    engine.dead({ timeMs: this.esc.wall(), id, cog, error, original, data } satisfies DeadLetter)
    journey.depth--
  }

  #listeners({ places }: Plan): Listeners | null {
    const hears = places.map(({ occupant }) => lifecycleOf(occupant)).filter((o) => o.eventDone ?? o.eventRename)
    if (hears.length === 0) return null
    const tell = (call: () => void): void => {
      try {
        call()
      } catch (error) {
        this.abort(toError(error))
      }
    }
    return {
      eventDone: (number) => {
        const id = this.#idText(number)
        for (const occupant of hears) tell(() => occupant.eventDone?.(id))
      },
      eventRename: (oldNumber, newNumber) => {
        const oldId = this.#idText(oldNumber)
        const newId = this.#idText(newNumber)
        for (const occupant of hears) tell(() => occupant.eventRename?.(oldId, newId))
      },
    }
  }

  #idText(number: number): string {
    return number >= 0 ? this.#idPrefix + number.toString(36) : `${this.#idPrefix}m${(-number).toString(36)}`
  }

  *#occupants(): Generator<object> {
    const lines = this.#dead === null ? this.#lines : [...this.#lines, this.#dead]
    const places = this.#plan?.places ?? lines.flatMap((line) => line.places)
    for (const { occupant } of places) if (typeof occupant === 'object' && occupant !== null) yield occupant
  }

  #bindSignals(): [string, Binding][] {
    const stop = (signal: string): void => {
      if (this.#stopped !== null) {
        // The second one ends at once, as it would if nobody had listened.
        for (const [name, binding] of bindings) this.esc.signalUnregister(name, binding)
        process.kill(process.pid, signal)
        return
      }
      this.log.info({ signal }, 'stopping')
      void this.stop()
    }
    const reopen = (signal: string): void => {
      this.log.info({ signal }, 'reopening files')
      try {
        this.notify('reopen')
      } catch (error) {
        this.log.error({ err: error }, 'could not reopen every file')
      }
    }
    const handlers = { SIGINT: stop, SIGTERM: stop, SIGHUP: reopen, SIGUSR1: reopen }
    const bindings = Object.entries(handlers).map(([signal, handler]): [string, Binding] => [
      signal,
      this.esc.signalRegister(signal, handler),
    ])
    return bindings
  }
}
