/** The train as one occupant sees it: its own logger, and an escapement that binds nothing once it has finished. */
import { ClosedError } from '../../errors/index.js'
import type { Bundle, TrainForCogs } from '../cog/cog.js'
import { EventBundle } from '../life/bundle.js'
import type { Sink, TrainForDrains } from '../cog/drain.js'
import { DummyEscapement } from '../loop/dummy-escapement.js'
import { TrainError } from '../errors.js'
import type { EventLoop } from '../loop/event-loop.js'
import type { Inlet } from '../cog/inlet.js'
import { identityOf } from '../life/identity.js'
import type { Journey } from '../life/journey.js'
import type { Logger } from '../logger.js'
import { mergeHolds } from '../life/merge.js'
import { holdText, resumeText, type TextHold, type TextOutcome } from '../life/text-hold.js'
import { refuse } from '../life/refuse.js'
import type { TrainForSupplies } from '../cog/supply.js'
import type { Hold } from '../life/ticket.js'

/** What a seat needs of its train. */
export interface SeatedTrain {
  readonly esc: EventLoop
  readonly log: Logger
  /** Null until the train is wound up. */
  readonly journey: Journey | null
  notify(name: string, ...args: unknown[]): void
  abort(error: Error): void
  supplyEnded(supply: object): void
  checkpoint(then: (isStored: boolean) => void): void
  /** The number of the place where somebody stands. */
  placeOf(occupant: object): number
}

/** One occupant's face of the train. */
export class Seat implements TrainForCogs, TrainForSupplies, TrainForDrains {
  esc: EventLoop
  readonly #train: SeatedTrain
  readonly #occupant: object
  #log: Logger | null = null
  #isClosed = false

  constructor(train: SeatedTrain, occupant: object) {
    this.esc = train.esc
    this.#train = train
    this.#occupant = occupant
  }

  get log(): Logger {
    return (this.#log ??= this.#train.log.child({ cog: this.#occupant.constructor.name }))
  }

  get inlet(): Inlet {
    if (this.#isClosed) {
      const name = this.#occupant.constructor.name
      throw new ClosedError(`${name} puts data after its finish: nothing may come once a supply has finished`)
    }
    return this.#journey
  }

  get #journey(): Journey {
    const { journey } = this.#train
    if (journey === null)
      throw new TrainError(`${this.#occupant.constructor.name} is used before its train was started: call train.run()`)
    return journey
  }

  get isContinued(): boolean {
    return this.#journey.isContinued
  }

  id(): string {
    return this.#journey.id()
  }

  identity(content: string | Uint8Array): string | null {
    return identityOf(this.#journey, content)
  }

  refuse(error: Error, data: unknown): void {
    refuse(this.#journey, this.#train.placeOf(this.#occupant), error, data)
  }

  hold<In>(data: In): Hold<In> {
    return this.#journey.hold(data)
  }

  share<In>(data: In): Hold<In> {
    return this.#journey.share(data)
  }

  resume(hold: Hold, data: Iterable<unknown> | null): void {
    this.#journey.resume(hold, data)
  }

  reject(hold: Hold, error: unknown): void {
    this.#journey.reject(hold, error)
  }

  holdText(lines: number, text: () => string): TextHold {
    return holdText(this.#journey, this.#train.placeOf(this.#occupant), lines, text)
  }

  resumeText(hold: TextHold, outcome: TextOutcome): void {
    resumeText(this.#journey, hold, outcome)
  }

  merge(holds: readonly Hold[], data: unknown): void {
    mergeHolds(this.#journey, holds, data)
  }

  bundle(restored = 0): Bundle {
    return new EventBundle(this.#journey, restored, restored === 0 ? -1 : this.#train.placeOf(this.#occupant))
  }

  notify(name: string, ...args: unknown[]): void {
    this.#train.notify(name, ...args)
  }

  flushed(drain: Sink<never>): void {
    this.#journey.flushed(drain)
  }

  ended(): void {
    this.#train.supplyEnded(this.#occupant)
  }

  fail(error: Error): void {
    this.#train.abort(error)
  }

  checkpoint(then: (isStored: boolean) => void): void {
    this.#train.checkpoint(then)
  }

  /** From here on nothing new can be bound, nor put. */
  close(): void {
    this.#isClosed = true
    this.esc = new DummyEscapement(this.#train.esc)
  }
}
