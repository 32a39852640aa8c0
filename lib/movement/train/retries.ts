/**
 * Tries data again that failed: held at their cog, so that they count as in flight and are a part of check-points, they
 * enter it again after a while that doubles each time, give or take a half, so that many don't come at once.
 */
import type { Engine } from '../chain/engine.js'
import type { Plan } from '../chain/plan.js'
import { TrainError, type CogError } from '../errors.js'
import type { Failing, Retrying } from '../life/failing.js'
import type { Journey } from '../life/journey.js'
import { count } from '../life/ledger.js'
import type { Hold } from '../life/ticket.js'
import type { Logger } from '../logger.js'
import type { Binding, EventLoop } from '../loop/event-loop.js'
import type { FailurePolicy } from './policy.js'

/** What is needed to try again. */
export interface RetryContext {
  readonly plan: Plan
  readonly journey: Journey
  readonly engine: Engine
  readonly esc: EventLoop
  readonly log: Logger
  /** By place. */
  readonly policies: readonly FailurePolicy[]
  /** A number from 0 to below 1. */
  readonly random?: () => number
}

/** The retries of one train. */
export class Retries implements Retrying {
  readonly #context: RetryContext
  readonly #random: () => number
  readonly #timers = new Set<Binding>()

  constructor(context: RetryContext) {
    this.#context = context
    this.#random = context.random ?? Math.random
  }

  takes(error: CogError, place: number, data: unknown, how: Failing, tries: number): boolean {
    const { journey, engine, policies, log, esc } = this.#context
    const policy = policies[place]
    const enter = engine.into[place]
    if (policy?.onError !== 'retry' || enter === undefined || journey.halted) return false
    if (tries >= policy.retriesMax) return false
    const { id, cog, cause } = error
    const delayMs = Math.min(policy.retryMaxMs, policy.retryMs * 2 ** tries) * (0.5 + this.#random())
    if (tries === 0) log.warn({ id, cog, err: cause }, `trying again: ${error.message}`)
    // The accounts tell of it as held, not as one that came twice: what its failed try entered is taken out again.
    if (how === 'held') this.#enterHold(place, -1)
    const hold = journey.hold(data)
    hold.tries = tries + 1
    count(journey.ledger.exits, place)
    const timer = esc.after(delayMs, () => {
      this.#timers.delete(timer)
      this.#again(hold, enter)
    })
    this.#timers.add(timer)
    return true
  }

  /** Try nothing more. What is still held stays unacknowledged. */
  close(): void {
    for (const timer of this.#timers) this.#context.esc.cancel(timer)
    this.#timers.clear()
  }

  #again(hold: Hold, enter: (data: unknown) => void): void {
    const { journey } = this.#context
    if (journey.halted) return
    const { place } = hold
    journey.again(hold, (data) => {
      this.#enterHold(place, -1)
      enter(data)
    })
  }

  /** One that was held and given back, more or less. */
  #enterHold(place: number, n: number): void {
    const { ledger } = this.#context.journey
    for (const column of [ledger.exits, ledger.holds, ledger.back]) count(column, place, n)
  }
}

/**
 * The policy of each place: its stage's own, or that of the train.
 *
 * @throws {TrainError} If a stage that has one doesn't stand in the train, or can't be tried again.
 */
export function policiesOf(
  { places }: Plan,
  engine: Engine,
  own: ReadonlyMap<object, FailurePolicy>,
  ofTrain: FailurePolicy,
): readonly FailurePolicy[] {
  for (const [stage, { onError }] of own) {
    const place = places.find(({ occupant }) => occupant === stage)
    if (place === undefined)
      throw new TrainError('onError() of a stage that does not stand in the train: couple it first')
    if (onError === 'retry' && engine.into[place.index] === undefined) {
      throw new TrainError(
        `onError() of ${place.name} must not be retry: it gives at once, and would fail again (write turn())`,
      )
    }
  }
  return places.map(({ occupant }) => own.get(occupant as object) ?? ofTrain)
}
