/** A train in which dead letters take the place of an app's supplies. */
import { suggest } from '../../conf/suggest.js'
import type { LineMaker } from '../../movement/chain/line-maker.js'
import { firstPlace, type Plan } from '../../movement/chain/plan.js'
import { Supply, Train, type EventLoop, type FailurePolicy, type TrainOptions } from '../../movement/index.js'
import { EXIT } from '../exit-codes.js'
import { LetterSupply, type Replayable } from './letter-supply.js'
import { ReplayError } from './replay-error.js'

/** The train that an app composes: wherever it couples a supply, one of letters stands instead. */
export class ReplayTrain extends Train {
  declare readonly line: LineMaker
  /** The ids of the events that failed. */
  readonly failed = new Set<string>()
  /** By the supplies in whose places they stand. */
  readonly #supplies = new Map<unknown, LetterSupply>()
  #failures = 0

  constructor(esc: EventLoop, options: TrainOptions) {
    super(esc, options)
    const couple = this.line as unknown as (...stages: unknown[]) => unknown
    const line = (first: unknown, ...rest: unknown[]): unknown => couple(this.#instead(first), ...rest)
    this.line = line as unknown as LineMaker
  }

  /** The names of the app's supplies, as its accounts have them. */
  get supplyNames(): string[] {
    const classes = [...this.#supplies.keys()].map((supply) => (supply as object).constructor.name)
    return classes.map((name, i) => {
      const places = classes.flatMap((other, place) => (other === name ? [place] : []))
      return places.length === 1 ? name : `${name}#${places.indexOf(i) + 1}`
    })
  }

  /**
   * Let these letters come in the place of the supply of that name; null: of the only one.
   *
   * @throws {ReplayError} If there is no such supply, or several and no name.
   */
  feed(name: string | null, letters: Iterator<Replayable>): LetterSupply {
    const names = this.supplyNames
    const at = name === null && names.length === 1 ? 0 : names.indexOf(name ?? '')
    const supply = [...this.#supplies.values()][at]
    if (supply !== undefined) {
      supply.letters = letters
      supply.place = names[at] ?? ''
      return supply
    }
    const list = names.join(', ')
    if (names.length === 0)
      throw new ReplayError(`${this.name} has no supply whose place letters could take`, EXIT.usage)
    if (name === null) throw new ReplayError(`say with --supply whose place the letters take: ${list}`, EXIT.usage)
    const meant = suggest(name, names)
    const question = meant === null ? '' : `; did you mean ${meant}?`
    throw new ReplayError(`--supply must be one of ${list}: it is ${name}${question}`, EXIT.usage)
  }

  /** How many data failed without a dead letter that tells of them. */
  get dropped(): number {
    const { dead } = this.wind()
    const diverted = dead === null ? 0 : (this.journey?.ledger.put[firstPlace(dead)] ?? 0)
    return this.#failures - diverted
  }

  override onError(stage: object, policy: Partial<FailurePolicy>): void {
    super.onError(this.#supplies.get(stage) ?? stage, policy)
  }

  override wind(): Plan {
    const isFirst = this.journey === null
    const plan = super.wind()
    if (isFirst && this.journey !== null) this.#hearFailures(this.journey)
    return plan
  }

  #hearFailures(journey: NonNullable<Train['journey']>): void {
    const { onFailure } = journey
    journey.onFailure = (error, ...about) => {
      this.#failures++
      this.failed.add(error.id)
      onFailure(error, ...about)
    }
  }

  #instead(stage: unknown): unknown {
    if (!(stage instanceof Supply)) return stage
    const supply = new LetterSupply(this, stage as Supply<unknown>)
    this.#supplies.set(stage, supply)
    return supply
  }
}
