/**
 * Shutting down, in the order of the train: supplies unbind; then each cog finishes, everything it still held
 * travelling on, and from then on can bind nothing; drains flush; everybody hears `done`. A failure robs nobody else
 * of its turn; all are reported in one error. A time limit ends it all the same.
 */
import { DeadbeatError, toError } from '../errors/index.js'
import type { EventLoop } from './event-loop.js'
import type { Journey } from './journey.js'
import { lifecycleOf, type Place } from './place.js'
import type { Seat } from './seat.js'

/** What is needed to shut a train down. */
export interface Stoppable {
  readonly esc: EventLoop
  readonly places: readonly Place[]
  readonly journey: Journey
  readonly seats: ReadonlyMap<object, Seat>
  readonly finishTimeoutMs: number
}

/** Something went on beyond its time. */
export class FinishTimeoutError extends DeadbeatError {
  constructor(message: string) {
    super('ERR_FINISH_TIMEOUT', message)
  }
}

/** Shut a train down. Answers with what failed on the way; never rejects. */
export async function shutDown(train: Stoppable): Promise<Error[]> {
  const errors: Error[] = []
  const limit = new Limit(train.esc, train.finishTimeoutMs)
  for (const place of train.places) {
    const occupant = lifecycleOf(place.occupant)
    await limit.run(place.name, errors, () => occupant.finish?.())
    if (place.occupant !== null) train.seats.get(place.occupant)?.close()
    await limit.run(place.name, errors, () => comeToRest(train.journey, place))
  }
  limit.end()
  for (const { occupant } of train.places) {
    try {
      lifecycleOf(occupant).done?.()
    } catch (error) {
      errors.push(toError(error))
    }
  }
  return errors
}

/** Wait until neither this place nor one before it holds anything. */
function comeToRest(journey: Journey, { index }: Place): Promise<void> | undefined {
  const isAtRest = (): boolean => {
    for (let place = 0; place <= index; place++) if (journey.ledger.heldAt(place) > 0) return false
    return true
  }
  if (isAtRest()) return undefined
  return new Promise((resolve) => {
    journey.onBack = () => {
      if (!isAtRest()) return
      journey.onBack = null
      resolve()
    }
  })
}

/** One time limit for everything that is awaited. */
class Limit {
  readonly #esc: EventLoop
  readonly #timeoutMs: number
  readonly #over: Promise<'over'>
  readonly #end: () => void
  #isOver = false

  constructor(esc: EventLoop, timeoutMs: number) {
    this.#esc = esc
    this.#timeoutMs = timeoutMs
    const { promise, resolve } = deferred<'over'>()
    this.#over = promise
    const timer = esc.after(timeoutMs, () => {
      this.#isOver = true
      resolve('over')
    })
    this.#end = () => void this.#esc.cancel(timer)
  }

  async run(name: string, errors: Error[], step: () => void | Promise<void> | undefined): Promise<void> {
    try {
      const work = step()
      if (work === undefined) return
      if (this.#isOver || (await Promise.race([work, this.#over])) === 'over') {
        errors.push(
          new FinishTimeoutError(
            `${name} did not finish within finishTimeoutMs (${this.#timeoutMs} ms): what it holds stays unacknowledged`,
          ),
        )
      }
    } catch (error) {
      errors.push(toError(error))
    }
  }

  end(): void {
    this.#end()
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((r) => (resolve = r))
  return { promise, resolve }
}
