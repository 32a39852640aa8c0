/** One life of a train: the cogs that are checked between a supply and a drain, on a clock of its own. */
import { toError } from '../../errors/index.js'
import { one } from '../../movement/cog/shapes.js'
import type { DeadLetter } from '../../movement/life/dead-letter.js'
import { Escapement } from '../../movement/loop/escapement.js'
import { silentLogger } from '../../movement/logger.js'
import { AccountBook, type Counts } from './account-book.js'
import { CheckTrain } from './check-train.js'
import { CheckClock } from './clock.js'
import { CheckDrain, CheckSupply, ListeningDrain, failureOf } from './ends.js'
import { EventBook, ID_PREFIX, MARK } from './event-book.js'
import type { Faults } from './faults.js'
import { Random } from './random.js'
import { delayed, makeStages, nameOf, watchTurns, type Abilities, type MakeCog } from './stages.js'
import type { KeptRecord } from './kept-record.js'
import { World, settle } from './world.js'

/** How a train lives. */
export interface LifeOptions {
  readonly make: MakeCog
  readonly seed: number
  /** The inputs, and how they were: the cogs may change what they get. */
  readonly inputs: readonly unknown[]
  readonly originals: readonly unknown[]
  readonly isCompiled: boolean
  readonly isListening: boolean
  /** Whether promises of cogs are kept late. */
  readonly isDelaying: boolean
  /** Whether inputs are put as texts of lines. */
  readonly isText: boolean
  readonly cameOf: ((output: unknown, input: unknown) => boolean) | null
  /** How long the world may take that the clock knows nothing of, in ms of real time. */
  readonly waitMs: number
  /** Where check-points are kept; null: there are none. */
  readonly store: KeptRecord | null
  /** When it begins. */
  readonly nowMs: number
  /** Whether it goes on where another was killed. */
  readonly isRestored: boolean
  readonly outputs: unknown[]
  readonly failures: unknown[]
}

/** What came of a train. */
export interface Outcome {
  readonly outputs: readonly unknown[]
  readonly failures: readonly unknown[]
}

/** One thing after the other. */
export interface Step {
  /** How many inputs are put, and how long after that the next step comes. */
  readonly count: number
  readonly delayMs: number
}

const JUMPS_MAX = 10_000
const FINISH_MS = 30_000

/** A train with its books. */
export class Life {
  readonly clock: CheckClock
  readonly accounts: AccountBook
  readonly stages: readonly object[]
  readonly counts: Counts = { arrived: 0, departed: 0, failed: new Map() }
  readonly #options: LifeOptions
  readonly #faults: Faults
  readonly #random: Random
  readonly #world: World
  readonly #esc: Escapement
  readonly #train: CheckTrain
  readonly #events: EventBook
  readonly #supply: CheckSupply
  readonly #drains: readonly CheckDrain[]
  #isEnded = false
  #error: unknown = null

  constructor(options: LifeOptions, faults: Faults) {
    this.#options = options
    this.#faults = faults
    this.#random = new Random(options.seed * 31 + 7)
    this.#world = new World(new Random(options.seed * 37 + 11))
    this.clock = new CheckClock({ nowMs: options.nowMs })
    const onError = (error: Error): void => faults.add(`fails in something that it has bound: ${error.message}`)
    this.#esc = new Escapement({ clock: this.clock, onError })
    this.#train = this.#trainOf(options)
    const { inputs, originals, outputs, failures, isListening, isRestored, cameOf, isText } = options
    this.#events = new EventBook({ faults, inputs: originals, isListening, isRestored, cameOf })
    this.#supply = new CheckSupply(this.#train, inputs, this.#events, () => this.#check('between two inputs'))
    const made = makeStages(options.make, this.#train, this.#world)
    if (!isText) watchTurns(made, this.#train)
    this.stages = options.isDelaying ? made.map((stage) => delayed(stage, this.#world)) : made
    const taken = (drain: CheckDrain, data: unknown, id: string): void => this.#events.taken(drain, data, id)
    const drain = isListening
      ? new ListeningDrain(this.#train, outputs, taken, this.#events)
      : new CheckDrain(this.#train, outputs, taken)
    const grave = new CheckDrain(this.#train, failures, () => undefined)
    this.#drains = [drain, grave]
    this.#couple(drain, grave)
    this.accounts = new AccountBook({ train: this.#train, cogs: this.stages, counts: this.counts, faults, isRestored })
  }

  /** What came out, and what failed. */
  get outcome(): Outcome {
    const { outputs, failures } = this.#options
    return { outputs, failures }
  }

  /** How many gathered data of an earlier run a stage with a snapshot says it has; null: it has no such thing. */
  restoredBy(stage: object): number | null {
    return (stage as Abilities).snapshot === undefined ? null : (this.#train.spies.get(stage)?.restored ?? null)
  }

  /** Start the train. */
  async begin(): Promise<void> {
    if (!this.#options.isText && this.#options.store === null) mark(this.#options.inputs)
    let isStarted = false
    this.#train.run({ signals: false, onStarted: () => (isStarted = true) }).then(
      () => (this.#isEnded = true),
      (error: unknown) => {
        this.#error = error
        this.#isEnded = true
      },
    )
    const startMs = performance.now()
    const isWaiting = (): boolean => !isStarted && !this.#isEnded && performance.now() - startMs < this.#options.waitMs
    do await settle()
    while (isWaiting())
    this.#events.journey = this.#train.journey
    this.#check('at the start')
  }

  /** Put some, and let some time pass. */
  async step({ count, delayMs }: Step): Promise<void> {
    const random = this.#random
    if (this.#supply.paused) for (const drain of this.#drains) this.#empty(drain)
    await settle()
    if (this.#isEnded) return // It has failed, which is told at the end.
    this.#supply.push(count, this.#options.isText)
    this.#check('after a chunk')
    this.#world.keep(random.below(4))
    await settle()
    for (const drain of this.#drains) {
      drain.isFull = this.#options.store === null && random.chance(10)
      if (random.chance(60)) drain.write(random.below(5))
    }
    this.clock.advance(delayMs)
    await settle()
    this.#check('after a while')
  }

  /** Make a check-point of this very moment. */
  async cut(): Promise<void> {
    const before = this.#options.store?.stores ?? 0
    this.#train.checkpoint(() => undefined)
    await settle()
    if (this.#options.store?.stores === before)
      this.#faults.add(
        'holds data of which no check-point can be made: they must be JSON, and what gathers parts needs a snapshot()',
      )
  }

  /** It is killed: whatever it still does counts for nothing. */
  async kill(): Promise<void> {
    if (this.#options.store !== null) this.#options.store.isKilled = true
    await this.#force()
  }

  /** Let it end: its supply has ended, or it is stopped. Then see whether all is over. */
  async end(how: 'ended' | 'stopped'): Promise<void> {
    if (how === 'ended') this.#supply.close()
    else void this.#train.stop()
    await this.#untilEnded(how === 'ended' ? Infinity : this.clock.now() + FINISH_MS)
    if (!this.#isEnded || isTimeout(this.#error)) {
      this.#tellWhyNot(how)
      await this.#force()
      return
    }
    if (this.#error !== null) this.#faults.add(`fails the train: ${toError(this.#error).message}`)
    this.#check('at the end')
    this.#tellHeld()
    const bound = [...this.#train.spies.values()].flatMap(({ loop }) => loop.bound())
    if (bound.length > 0) this.#faults.add(`has ${bound.join(', ')} bound after its finish: take back what was bound`)
    if (!this.#esc.idle || this.clock.dueMs < Infinity) this.#faults.add('leaves its train a timer that still runs')
    this.#events.checkEnd(this.#supply.chunks)
    this.#esc.close()
  }

  #trainOf({ isCompiled, store }: LifeOptions): CheckTrain {
    const options = {
      log: silentLogger,
      idPrefix: ID_PREFIX,
      isCompiled,
      onError: 'divert',
      finishTimeoutMs: FINISH_MS,
    } as const
    // Made when the check asks for it, at no other moment.
    const kept = store === null ? {} : { checkpoints: store, checkpointMs: 1e12 }
    const train = new CheckTrain(this.#esc, { ...options, ...kept }, this.#faults)
    train.onBack = () => {
      if (train.journey?.ticket === null) this.#check('after something was given back')
    }
    return train
  }

  #couple(drain: CheckDrain, grave: CheckDrain): void {
    const { counts } = this
    const arrivals = one((data: unknown) => (counts.arrived++, data))
    const departures = one((data: unknown) => (counts.departed++, data))
    const couple = this.#train.line as unknown as (...stages: unknown[]) => unknown
    // Lines that are put as a text reach a cog's batch form only directly behind the supply.
    couple(this.#supply, ...(this.#options.isText ? [] : [arrivals]), ...this.stages, departures, drain)
    this.#train.deadLettersTo((letter: DeadLetter) => {
      counts.failed.set(letter.cog, (counts.failed.get(letter.cog) ?? 0) + 1)
      return [failureOf(letter)]
    }, grave)
  }

  #check(when: string): void {
    if (this.#options.isText) this.counts.arrived = this.#supply.count
    if (!this.#faults.isClosed) this.accounts.check(when)
  }

  #empty(drain: CheckDrain): void {
    drain.isFull = false
    drain.write(Infinity)
  }

  /**
   * Keep every promise and let all time pass, one thing after the other, until it has ended or nothing moves any more. At
   * `limitMs` of the clock its time is over: not before the world has had its own.
   */
  async #untilEnded(limitMs: number): Promise<void> {
    const startMs = performance.now()
    const { clock } = this
    for (let jumps = 0; jumps < JUMPS_MAX;) {
      await settle()
      if (this.#isEnded) return
      const isWaiting = performance.now() - startMs < this.#options.waitMs
      if (this.#world.promised > 0) this.#world.keep(1)
      else if (this.#drains.some((drain) => drain.isFull)) this.#drains.forEach((drain) => this.#empty(drain))
      else if (clock.dueMs < (isWaiting ? limitMs : Infinity)) {
        jumps++
        clock.advance(Math.max(0, clock.dueMs - clock.now()))
      } else if (!isWaiting) return
    }
  }

  /** Make an end of it, so that nothing of it stays behind. */
  async #force(): Promise<void> {
    this.#faults.isClosed = true
    void this.#train.stop()
    for (let i = 0; i < 3 && !this.#isEnded; i++) {
      this.#world.keep(Infinity)
      await settle()
      this.clock.advance(FINISH_MS)
      await settle()
    }
    this.#esc.close()
  }

  #tellWhyNot(how: 'ended' | 'stopped'): void {
    if (this.#tellHeld()) return
    const rule =
      how === 'stopped' ? `within ${FINISH_MS / 1000} s of the clock after a stop` : 'by itself when its input has'
    this.#faults.add(`doesn't come to its end ${rule}`)
  }

  #tellHeld(): boolean {
    let isTold = false
    for (const stage of this.stages) {
      const { held, gathered } = this.accounts.heldBy(stage)
      const name = this.stages.length > 1 ? ` (${nameOf(stage)})` : ''
      if (held > 0) this.#faults.add(`still holds ${held} data after its finish${name}: give each of them back`)
      if (gathered > 0) this.#faults.add(`still has ${gathered} data gathered after its finish${name}: give them there`)
      isTold ||= held + gathered > 0
    }
    return isTold
  }
}

function mark(inputs: readonly unknown[]): void {
  inputs.forEach((input, index) => {
    if (typeof input !== 'object' || input === null || !Object.isExtensible(input)) return
    Object.defineProperty(input, MARK, { value: index, enumerable: true, writable: true, configurable: true })
  })
}

function isTimeout(error: unknown): boolean {
  const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
  return errors.some((one) => (one as { code?: unknown } | null)?.code === 'ERR_FINISH_TIMEOUT')
}
