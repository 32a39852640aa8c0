/**
 * Makes the supplies wait until what no record could bring back has gone on, so that a check-point can be made. It may
 * take up to `barrierMs`; where that was not enough they go on, and are left alone for ten times as long.
 */
import type { Journey } from '../life/journey.js'
import type { Binding, EventLoop } from '../loop/event-loop.js'

/** What a barrier needs. */
export interface BarrierContext {
  readonly journey: Journey
  readonly esc: EventLoop
  readonly barrierMs: number
}

/** How much longer than they waited in vain the supplies are left alone. */
const REST = 10

/** The barrier of one train. */
export class Barrier {
  readonly #context: BarrierContext
  #timer: Binding | null = null
  #notBefore = -Infinity
  #isKept = false

  constructor(context: BarrierContext) {
    this.#context = context
  }

  /** Whether the supplies wait. */
  get isClosed(): boolean {
    return this.#timer !== null
  }

  /** Let the supplies wait, if they may be asked to: answers whether they do. `inVain` is told if it took too long. */
  close(inVain: () => void): boolean {
    const { esc, barrierMs } = this.#context
    if (this.isClosed) return true
    if (barrierMs === 0 || esc.now() < this.#notBefore) return false
    this.#timer = esc.after(barrierMs, () => {
      this.#notBefore = esc.now() + barrierMs * REST
      this.open()
      inVain()
    })
    this.#bar()
    return true
  }

  /** Let the supplies wait, however long it takes, until they are released. */
  keep(): void {
    this.#isKept = true
    this.#bar()
  }

  /** They may go on, if nothing else makes them wait. */
  release(): void {
    this.#isKept = false
    this.#bar()
  }

  /** Let them go on. */
  open(): void {
    if (this.#timer === null) return
    this.#context.esc.cancel(this.#timer)
    this.#timer = null
    this.#bar()
  }

  #bar(): void {
    const { journey } = this.#context
    journey.inFlight.isBarred = this.#isKept || this.isClosed
    journey.checkRoom()
  }
}
