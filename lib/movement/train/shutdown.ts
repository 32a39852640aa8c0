/**
 * Shutting down, in the order of the train: supplies unbind; then each cog finishes, everything it still held
 * travelling on, and from then on can bind nothing; drains flush; everybody hears `done`. A failure robs nobody else
 * of its turn; all are reported in one error. A time limit ends it all the same, once somebody asks the
 * train to stop; one whose supplies end by themselves may take its time.
 */
import { DeadbeatError, toError } from '../../errors/index.js'
import { turnOfNode } from '../loop/clock.js'
import type { EventLoop } from '../loop/event-loop.js'
import type { Journey } from '../life/journey.js'
import { lastPlaces, lifecycleOf, type Place } from '../chain/place.js'
import type { Seat } from './seat.js'

/** What is needed to shut a train down. */
export interface Stoppable {
  readonly places: readonly Place[]
  readonly journey: Journey
  readonly seats: ReadonlyMap<object, Seat>
  readonly limit: Limit
  /** What is to be done when everybody has finished, before `done`. */
  readonly beforeDone: () => Promise<void>
}

/** Something went on beyond its time. */
export class FinishTimeoutError extends DeadbeatError {
  constructor(message: string) {
    super('ERR_FINISH_TIMEOUT', message)
  }
}

/** Shut a train down. Answers with what failed on the way; never rejects. */
export async function shutDown({ places, journey, seats, limit, beforeDone }: Stoppable): Promise<Error[]> {
  await Promise.resolve() // Who asked may be in the middle of a passage.
  const errors: Error[] = []
  const attempt = async (step: () => unknown): Promise<void> => {
    try {
      await step()
    } catch (error) {
      errors.push(toError(error))
    }
  }
  journey.inFlight.close()
  const last = lastPlaces(places)
  for (const place of places) {
    const isLast = last.includes(place)
    const finishing = async (): Promise<void> => {
      if (isLast) await attempt(() => lifecycleOf(place.occupant).finish?.())
      await comeToRest(journey, place)
    }
    if (!(await limit.holds(finishing()))) {
      errors.push(
        new FinishTimeoutError(`${place.name} did not finish ${limit.describe()}: what it holds stays unacknowledged`),
      )
    }
    if (isLast && place.occupant !== null) seats.get(place.occupant)?.close()
  }
  limit.end()
  await attempt(beforeDone)
  for (const { occupant } of last) await attempt(() => lifecycleOf(occupant).done?.())
  return errors
}

/**
 * Store the last check-point, or remove it. It has a time limit of its own: those before may have used theirs up, and a
 * train that ends by itself has none.
 *
 * @throws {FinishTimeoutError} If the time is over. What the work throws.
 */
export async function storeInTime(esc: EventLoop, timeoutMs: number, work: () => Promise<void>): Promise<void> {
  const limit = new Limit()
  limit.start(esc, timeoutMs)
  try {
    if (await limit.holds(work())) return
  } finally {
    limit.end()
  }
  const message = `the last check-point was not stored or removed ${limit.describe()}: the next run goes on where the one before says, and what came behind it comes again`
  throw new FinishTimeoutError(message)
}

/** Wait until this place holds nothing. Those before it are at rest already. */
function comeToRest(journey: Journey, { index }: Place): Promise<void> | undefined {
  const isAtRest = (): boolean => journey.isLeft || journey.ledger.heldAt(index) === keptAt(journey, index)
  if (isAtRest()) return undefined
  return new Promise((resolve) => {
    journey.onBack = () => {
      if (!isAtRest()) return
      journey.onBack = null
      resolve()
    }
  })
}

/** How many data of a place were left to the next run. */
function keptAt({ bundles }: Journey, index: number): number {
  return [...bundles].reduce((sum, { place, isKept, size }) => (isKept && place === index ? sum + size : sum), 0)
}

/** One time limit for everything that is awaited, from when it is started on: a train that ends by itself has none. */
export class Limit {
  timeoutMs = Infinity
  #end!: (isOver: false) => void
  readonly #over = new Promise<false>((resolve) => (this.#end = resolve))
  #isOver = false
  #isEnded = false
  #stopTimer: (() => unknown) | null = null

  /** Let the time run, if it doesn't yet. */
  start(esc: EventLoop, timeoutMs: number): void {
    if (this.#isEnded || this.#stopTimer !== null) return
    this.timeoutMs = timeoutMs
    const timer = esc.after(timeoutMs, () => {
      this.#isOver = true
      this.#end(false)
    })
    this.#stopTimer = () => esc.cancel(timer)
  }

  /** Nothing is left in the process that could end what is waited for. */
  expire(): void {
    this.#isOver = true
    this.#end(false)
  }

  /** How it ran out. */
  describe(): string {
    if (this.timeoutMs < Infinity) return `within finishTimeoutMs (${this.timeoutMs} ms)`
    return 'by itself, and nothing is left that could make it (a cog that gathers data needs a finish method)'
  }

  /** Whether some work ends in time. Once the time is over, everybody still gets one turn of Node. */
  async holds(work: Promise<void>): Promise<boolean> {
    const done = work.then(() => true)
    return Promise.race([done, this.#isOver ? turnOfNode().then(() => false) : this.#over])
  }

  /** There is nothing more to wait for. */
  end(): void {
    this.#isEnded = true
    this.#stopTimer?.()
  }
}
